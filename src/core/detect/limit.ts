/** The score from which a test speaks, for the false alarms it may give: read off a map that was measured for its detector. */

/** False alarms in 30 days of one healthy series, and the score at which they were measured; fewest alarms last. */
export type LimitMap = readonly (readonly [alarms: number, score: number])[];

/** A tenth of the alarms costs at least one more: what is measured out to its end may have a tail that flattens. */
const DECADE_LEAST = 1;

/** Between the points by the logarithm of the alarms; beyond them along the nearest two. `budget` above 0. */
export function limitFor(map: LimitMap, budget: number): number {
  // Asked at each judgement: it makes nothing, and takes the logarithm of two points only.
  let inside = 0;
  while (inside < map.length && budget < alarmsAt(map, inside)) inside += 1;
  const at = Math.log10(budget);
  const near = Math.max(0, inside - 1);
  const far = inside === 0 ? 1 : inside === map.length ? near - 1 : inside;
  const [x, y] = [Math.log10(alarmsAt(map, near)), scoreAt(map, near)];
  const isAlone = map[far] === undefined;
  const [x1, y1] = isAlone ? [x, y] : [Math.log10(alarmsAt(map, far)), scoreAt(map, far)];
  if (inside > 0 && inside < map.length) return y + ((at - x) / (x1 - x)) * (y1 - y);
  const slope = isAlone ? DECADE_LEAST : Math.abs((y1 - y) / (x1 - x));
  return Math.max(0, y + (x - at) * (inside === 0 ? slope : Math.max(DECADE_LEAST, slope)));
}

function alarmsAt(map: LimitMap, point: number): number {
  return map[point]?.[0] ?? Number.NaN;
}

function scoreAt(map: LimitMap, point: number): number {
  return map[point]?.[1] ?? Number.NaN;
}
