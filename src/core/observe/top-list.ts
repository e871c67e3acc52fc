/** Heavy hitters of one series by one field. */
import type { TopCell } from '../types.ts';
import { ABSENT_TEXT, type Rows } from './block.ts';
import type { ListedTexts } from './listed-texts.ts';
import type { Runs } from './runs.ts';
import { addText, clearSpaceSaving, createSpaceSaving, entriesOf, type SpaceSaving } from './space-saving.ts';
import { createTenSeconds, type PartCount } from './ten-seconds.ts';

export interface TopList {
  /** Returns how many found no room. */
  add(rows: Rows, runs: Runs, texts: ListedTexts): number;
  cells(): TopCell[];
  clear(): void;
}

/** Lists that are in no use, to be used again by any tops of a tally; as many as there were at a time. */
export type SpareLists = SpaceSaving[];

export function createTopList(series: string, by: string, count: PartCount, spares: SpareLists): TopList {
  const tens = createTenSeconds(count, () => spares.pop() ?? createSpaceSaving());
  return {
    add({ at }, { ends, starts, count: runs }, texts) {
      const { lengths, few } = texts;
      let dropped = 0;
      let index = 0;
      for (let run = 0; run < runs; run += 1) {
        const end = ends[run] as number;
        let part: SpaceSaving | undefined;
        if (few) {
          const different = few.count(at, index, end);
          if (different > 0) part = tens.at(starts[run] as number);
          for (let i = 0; i < different; i += 1) {
            const count = few.counts[i] as number;
            if (part) addText(part, texts, few.rows[i] as number, count);
            else dropped += count;
          }
          index = end;
        }
        for (; index < end; index += 1) {
          const row = at[index] as number;
          if (lengths[row] === ABSENT_TEXT) continue;
          part ??= tens.at(starts[run] as number);
          if (part) addText(part, texts, row);
          else dropped += 1;
        }
      }
      return dropped;
    },
    cells: () => [...tens.parts].map(([time, part]) => ({ series, by, time, entries: entriesOf(part) })),
    clear() {
      for (const part of tens.parts.values()) {
        clearSpaceSaving(part);
        spares.push(part);
      }
      tens.clear();
    },
  };
}
