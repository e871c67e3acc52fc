/** A series of any length, thinned to what a picture shows: neighbours are joined, and what stands out of them stays. */
import type { JudgedValue, Range } from '../detect/judge-series.ts';

/** Joined two by two where there are more. */
export const PLOT_POINTS = 2_000;
/** Alarms a picture marks; the first ones, since thousands are one smear. */
export const PLOT_ALARMS = 1_000;

/** Some values in a row. */
export interface PlotPoint {
  readonly from: number;
  readonly to: number;
  readonly low: number;
  readonly high: number;
  /** What was expected, at its widest; undefined while nothing was known. */
  readonly band: Range | undefined;
}

export interface PlotAlarm {
  readonly time: number;
  readonly value: number;
}

export interface PlotPoints {
  add(judged: JudgedValue, isKnown: boolean): void;
  points(): readonly PlotPoint[];
  alarms(): readonly PlotAlarm[];
}

export function createPlotPoints(): PlotPoints {
  let points: PlotPoint[] = [];
  /** Values in one point, and in the last one so far. */
  let each = 1;
  let inLast = 0;
  const alarms: PlotAlarm[] = [];
  return {
    add({ time, value, band, isAlarm }, isKnown) {
      if (isAlarm && alarms.length < PLOT_ALARMS) alarms.push({ time, value });
      const point = { from: time, to: time, low: value, high: value, band: isKnown ? band : undefined };
      const last = points.at(-1);
      if (last !== undefined && inLast < each) {
        points[points.length - 1] = joined(last, point);
        inLast += 1;
        return;
      }
      if (points.length >= PLOT_POINTS) {
        points = halved(points);
        each *= 2;
      }
      points.push(point);
      inLast = 1;
    },
    points: () => points,
    alarms: () => alarms,
  };
}

function halved(points: readonly PlotPoint[]): PlotPoint[] {
  return points.flatMap((point, at) => {
    const next = points[at + 1];
    return at % 2 === 1 ? [] : [next === undefined ? point : joined(point, next)];
  });
}

function joined(a: PlotPoint, b: PlotPoint): PlotPoint {
  return {
    ...{ from: a.from, to: b.to, low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) },
    band: wider(a.band, b.band),
  };
}

function wider(a: PlotPoint['band'], b: PlotPoint['band']): PlotPoint['band'] {
  if (a === undefined || b === undefined) return a ?? b;
  return { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };
}
