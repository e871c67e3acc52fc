/** How many different values of a field the lines of a series had. */
import type { DistinctCell } from '../types.ts';
import { ABSENT_TEXT, type Rows } from './block.ts';
import { addDistinct, REGISTERS } from './distinct.ts';
import type { ListedTexts } from './listed-texts.ts';
import type { Runs } from './runs.ts';
import { createTenSeconds, type PartCount } from './ten-seconds.ts';

export interface DistinctList {
  /** Returns how many found no room. */
  add(rows: Rows, runs: Runs, texts: ListedTexts): number;
  cells(): DistinctCell[];
  clear(): void;
}

export function createDistinctList(series: string, by: string, count: PartCount): DistinctList {
  const tens = createTenSeconds(count, () => new Uint8Array(REGISTERS));
  return {
    add({ at }, { ends, starts, count: runs }, { lengths, hashes, few }) {
      let dropped = 0;
      let index = 0;
      for (let run = 0; run < runs; run += 1) {
        const end = ends[run] as number;
        let part: Uint8Array | undefined;
        if (few) {
          const different = few.count(at, index, end);
          if (different > 0) part = tens.at(starts[run] as number);
          for (let i = 0; i < different; i += 1) {
            if (part) addDistinct(part, hashes[few.rows[i] as number] as number);
            else dropped += few.counts[i] as number;
          }
          index = end;
        }
        for (; index < end; index += 1) {
          const row = at[index] as number;
          if (lengths[row] === ABSENT_TEXT) continue;
          part ??= tens.at(starts[run] as number);
          if (part) addDistinct(part, hashes[row] as number);
          else dropped += 1;
        }
      }
      return dropped;
    },
    cells: () => [...tens.parts].map(([time, registers]) => ({ series, by, time, registers })),
    clear: () => tens.clear(),
  };
}
