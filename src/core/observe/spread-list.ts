/** How the values of series are spread. */
import type { HistogramCell } from '../types.ts';
import type { Rows } from './block.ts';
import { BUCKETS, bucketOf } from './histogram.ts';
import { createTenSeconds, type PartCount } from './ten-seconds.ts';

export interface SpreadList {
  /** False where there is no room. */
  add(second: number, value: number): boolean;
  /** The values of these rows. Returns how many found no room. */
  addRows(rows: Rows, seconds: Float64Array, values: Float64Array): number;
  cells(): HistogramCell[];
}

export function createSpreadList(series: string, count: PartCount): SpreadList {
  const tens = createTenSeconds(count, () => new Uint32Array(BUCKETS));
  let current: Uint32Array | undefined;
  let last = Number.NaN;
  function add(second: number, value: number): boolean {
    if (second !== last) current = tens.at(second);
    last = second;
    if (!current) return false;
    const bucket = bucketOf(value);
    current[bucket] = (current[bucket] as number) + 1;
    return true;
  }

  return {
    add,
    addRows({ at, count }, seconds, values) {
      let dropped = 0;
      for (let index = 0; index < count; index += 1) {
        const row = at[index] as number;
        if (!add(seconds[row] as number, values[row] as number)) dropped += 1;
      }
      return dropped;
    },
    cells: () => [...tens.parts].map(([time, counts]) => ({ series, time, buckets: usedBuckets(counts) })),
  };
}

function usedBuckets(counts: Uint32Array): HistogramCell['buckets'] {
  const used: (readonly [number, number])[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const count = counts[bucket] as number;
    if (count > 0) used.push([bucket, count]);
  }
  return used;
}
