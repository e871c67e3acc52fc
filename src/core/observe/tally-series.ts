/** Adds up one series of a tally by second, and keeps a few of its lines. */
import type { Cell, Exemplar, HistogramCell } from '../types.ts';
import type { Rows } from './block.ts';
import { flatCopy } from './flat-copy.ts';
import { createSpreadList } from './spread-list.ts';
import type { PartCount } from './ten-seconds.ts';

/** Lines kept for one series in one minute. */
export const EXEMPLARS_PER_MINUTE = 5;

export interface TallySeries {
  /** To the second that starts at this time. */
  add(second: number, count: number, sum: number): void;
  /** Takes one of its values into its histogram; false where there is no room for another one. */
  spread(second: number, value: number): boolean;
  /** The values of these rows. Returns how many found no room. */
  spreadRows(rows: Rows, seconds: Float64Array, values: Float64Array): number;
  /** True while the minute has room for another exemplar. */
  wants(minute: number): boolean;
  keep(minute: number, time: number, line: string): void;
  cells(): Cell[];
  histograms(): HistogramCell[];
  exemplars(): readonly Exemplar[];
}

/** `spreads` counts the histograms of all series. */
export function createTallySeries(key: string, spreads: PartCount): TallySeries {
  const series = flatCopy(key);
  const steps = new Map<number, { count: number; sum: number }>();
  const kept = new Map<number, number>();
  const exemplars: Exemplar[] = [];
  const spreadList = createSpreadList(series, spreads);
  let full = Number.NaN;

  return {
    add(second, count, sum) {
      const step = steps.get(second);
      if (step) {
        step.count += count;
        step.sum += sum;
      } else steps.set(second, { count, sum });
    },
    spread: spreadList.add,
    spreadRows: spreadList.addRows,
    wants(minute) {
      if (minute === full) return false;
      const hasRoom = (kept.get(minute) ?? 0) < EXEMPLARS_PER_MINUTE;
      if (!hasRoom) full = minute;
      return hasRoom;
    },
    keep(minute, time, line) {
      kept.set(minute, (kept.get(minute) ?? 0) + 1);
      exemplars.push({ series, time, line });
    },
    cells: () => [...steps].map(([time, { count, sum }]) => ({ series, time, count, sum })),
    histograms: () => spreadList.cells(),
    exemplars: () => exemplars,
  };
}
