/** Heavy hitters of one series by one field. */
import type { TopCell } from '../types.ts';
import { ABSENT_TEXT, type Rows } from './block.ts';
import type { FewTexts, ListedTexts } from './listed-texts.ts';
import type { Runs } from './runs.ts';
import {
  addText,
  addTexts,
  clearSpaceSaving,
  createSpaceSaving,
  entriesOf,
  type SomeRows,
  type SpaceSaving,
} from './space-saving.ts';
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

  function addFew(few: FewTexts, { at, from, to }: SomeRows, texts: ListedTexts, start: number): number {
    const different = few.count(at, from, to);
    const part = different > 0 ? tens.at(start) : undefined;
    let dropped = 0;
    for (let i = 0; i < different; i += 1) {
      const count = few.counts[i] as number;
      if (part) addText(part, texts, few.rows[i] as number, count);
      else dropped += count;
    }
    return dropped;
  }

  function addEach(rows: SomeRows, texts: ListedTexts, start: number): number {
    if (firstListed(rows, texts) === rows.to) return 0;
    const part = tens.at(start);
    if (!part) return listedRows(rows, texts);
    addTexts(part, texts, rows);
    return 0;
  }

  return {
    add({ at }, { ends, starts, count: runs }, texts) {
      const { few } = texts;
      let dropped = 0;
      let from = 0;
      for (let run = 0; run < runs; run += 1) {
        const rows = { at, from, to: ends[run] as number };
        const start = starts[run] as number;
        dropped += few ? addFew(few, rows, texts, start) : addEach(rows, texts, start);
        from = rows.to;
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

/** Index of the first row that has a text, `to` where none has. */
function firstListed({ at, from, to }: SomeRows, { lengths }: ListedTexts): number {
  let index = from;
  while (index < to && lengths[at[index] as number] === ABSENT_TEXT) index += 1;
  return index;
}

function listedRows({ at, from, to }: SomeRows, { lengths }: ListedTexts): number {
  let listed = 0;
  for (let index = from; index < to; index += 1) if (lengths[at[index] as number] !== ABSENT_TEXT) listed += 1;
  return listed;
}
