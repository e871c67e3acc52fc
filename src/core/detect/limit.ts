/** The score from which a test speaks, for the false alarms it may give: read off a map that was measured for its detector. */

/** False alarms in 30 days of one healthy series, and the score at which they were measured; fewest alarms last. */
export type LimitMap = readonly (readonly [alarms: number, score: number])[];

/** A tenth of the alarms costs at least one more: what is measured out to its end may have a tail that flattens. */
const DECADE_LEAST = 1;

/** What was read off each map last: asked at each judgement, mostly for the same budget, it costs as much as judging. */
const last = new WeakMap<LimitMap, { budget: number; score: number }>();

/** Between the points by the logarithm of the alarms; beyond them along the nearest two. `budget` above 0. */
export function limitFor(map: LimitMap, budget: number): number {
  const known = last.get(map);
  if (known?.budget === budget) return known.score;
  const score = readOff(map, budget);
  last.set(map, { budget, score });
  return score;
}

function readOff(map: LimitMap, budget: number): number {
  const at = Math.log10(budget);
  const points = map.map(([alarms, score]) => [Math.log10(alarms), score] as const);
  const end = points.length - 1;
  const inside = points.findIndex(([x]) => at >= x);
  if (inside > 0) return along(points[inside - 1] as Point, points[inside] as Point, at);
  const [near, far] = inside === 0 ? [points[0], points[1]] : [points[end], points[end - 1]];
  const [x, y] = near as Point;
  const slope = far === undefined ? DECADE_LEAST : Math.abs((far[1] - y) / (far[0] - x));
  return Math.max(0, y + (x - at) * (inside === 0 ? slope : Math.max(DECADE_LEAST, slope)));
}

type Point = readonly [x: number, y: number];

function along([x0, y0]: Point, [x1, y1]: Point, x: number): number {
  return y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
}
