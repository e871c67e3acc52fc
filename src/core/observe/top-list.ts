/** Heavy hitters of one series by one field. */
import type { TopCell } from '../types.ts';
import { ABSENT_TEXT, type Rows } from './block.ts';
import { addId, createSpaceSaving, entriesOf, type SpaceSaving } from './space-saving.ts';
import { createTenSeconds, type PartCount } from './ten-seconds.ts';
import type { Texts } from './texts.ts';

export interface TopList {
  /** Returns how many found no room. */
  add(rows: Rows, ids: Int32Array, seconds: Float64Array): number;
  cells(): TopCell[];
  /** Ids that are in use, to be changed in place when ids are given anew; then the list must be told. */
  idsInUse(): Int32Array[];
  renewed(): void;
  clear(): void;
}

export function createTopList(series: string, by: string, texts: Texts, count: PartCount): TopList {
  const tens = createTenSeconds(count, createSpaceSaving);
  /** Slots of the current part only. */
  const slots = texts.createSmallTable();
  let second = Number.NaN;
  let current: SpaceSaving | undefined;

  function moveTo(next: number): void {
    second = next;
    const part = tens.at(next);
    if (part === current) return;
    mark(0);
    current = part;
    mark(1);
  }

  function mark(step: 0 | 1): void {
    const { values } = slots;
    for (let slot = 0; current && slot < current.size; slot += 1)
      values[current.ids[slot] as number] = (slot + 1) * step;
  }

  return {
    add({ at, count: length }, ids, seconds) {
      const cuts = texts.isUncut() ? undefined : texts.cuts.values;
      const { values } = slots;
      let dropped = 0;
      for (let index = 0; index < length; index += 1) {
        const row = at[index] as number;
        const id = ids[row] as number;
        if (id === ABSENT_TEXT) continue;
        if (seconds[row] !== second) moveTo(seconds[row] as number);
        if (current) addId(current, values, cuts ? (cuts[id] as number) : id);
        else dropped += 1;
      }
      return dropped;
    },
    cells: () => [...tens.parts].map(([time, part]) => ({ series, by, time, entries: entriesOf(part, shownText) })),
    idsInUse: () => [...tens.parts.values()].map(({ ids, size }) => ids.subarray(0, size)),
    renewed: () => mark(1),
    clear() {
      mark(0);
      current = undefined;
      second = Number.NaN;
      tens.clear();
    },
  };

  function shownText(id: number): string {
    return texts.textOf(id).toWellFormed();
  }
}
