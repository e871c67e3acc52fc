/** Rows of a series that follow each other and belong to the same ten seconds. */
import type { Rows } from './block.ts';
import { TEN_SECONDS_MS } from './ten-seconds.ts';

/** Each ends before `ends`, an index of the rows, and the next one begins there. */
export interface Runs {
  readonly ends: Int32Array;
  /** Start of the ten seconds. */
  readonly starts: Float64Array;
  count: number;
}

/** For so many rows at most. */
export function createRuns(rows: number): Runs {
  return { ends: new Int32Array(rows), starts: new Float64Array(rows), count: 0 };
}

export function findRuns({ at, count }: Rows, seconds: Float64Array, runs: Runs): void {
  const { ends, starts } = runs;
  let start = Number.NaN;
  let last = -1;
  for (let index = 0; index < count; index += 1) {
    const second = seconds[at[index] as number] as number;
    // One compare a row: a row is in the run while it lies in its ten seconds. NaN is in none.
    if (!(second >= start && second < start + TEN_SECONDS_MS)) {
      start = second - (second % TEN_SECONDS_MS);
      last += 1;
      starts[last] = start;
    }
    ends[last] = index + 1;
  }
  runs.count = last + 1;
}
