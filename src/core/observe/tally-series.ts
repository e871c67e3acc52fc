/** Adds up one series of a tally by second, and keeps a few of its lines. */
import type { Cell, Exemplar } from '../types.ts';
import { flatCopy } from './flat-copy.ts';

/** Lines kept for one series in one minute. */
export const EXEMPLARS_PER_MINUTE = 5;

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

export interface TallySeries {
  add(time: number, value: number): void;
  /** True while the minute of `time` has room for another exemplar. */
  wants(time: number): boolean;
  keep(time: number, line: string): void;
  cells(): Cell[];
  exemplars(): readonly Exemplar[];
}

export function createTallySeries(key: string): TallySeries {
  const series = flatCopy(key);
  const steps = new Map<number, { count: number; sum: number }>();
  const kept = new Map<number, number>();
  const exemplars: Exemplar[] = [];
  let second = Number.NaN;
  let step = { count: 0, sum: 0 };

  function moveTo(time: number): void {
    second = time;
    step = steps.get(time) ?? { count: 0, sum: 0 };
    steps.set(time, step);
  }

  return {
    add(time, value) {
      const start = time - (time % SECOND_MS);
      // Lines come mostly in order: the second is looked up once, not once a line.
      if (start !== second) moveTo(start);
      step.count += 1;
      step.sum += value;
    },
    wants: (time) => (kept.get(Math.floor(time / MINUTE_MS)) ?? 0) < EXEMPLARS_PER_MINUTE,
    keep(time, line) {
      const minute = Math.floor(time / MINUTE_MS);
      kept.set(minute, (kept.get(minute) ?? 0) + 1);
      exemplars.push({ series, time, line });
    },
    cells: () => [...steps].map(([time, { count, sum }]) => ({ series, time, count, sum })),
    exemplars: () => exemplars,
  };
}
