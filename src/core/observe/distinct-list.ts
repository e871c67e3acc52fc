/** How many different values of a field the lines of a series had. */
import type { DistinctCell } from '../types.ts';
import { ABSENT_TEXT, type Rows } from './block.ts';
import { addDistinct, distinctHash, REGISTERS } from './distinct.ts';
import { createTenSeconds, type PartCount } from './ten-seconds.ts';
import type { Texts } from './texts.ts';

/** Hashes of texts by their ids; a text is hashed once. */
export type HashOf = (id: number) => number;

export function createHashes(texts: Texts): HashOf {
  const hashes = texts.createTable();
  return (id) => {
    const known = hashes.values[id] as number;
    if (known !== 0) return known >>> 0;
    const hash = distinctHash(texts.textOf(id));
    hashes.values[id] = hash;
    return hash;
  };
}

export interface DistinctList {
  /** Returns how many found no room. */
  add(rows: Rows, ids: Int32Array, seconds: Float64Array): number;
  cells(): DistinctCell[];
  clear(): void;
}

export function createDistinctList(series: string, by: string, hashOf: HashOf, count: PartCount): DistinctList {
  const tens = createTenSeconds(count, () => new Uint8Array(REGISTERS));
  let second = Number.NaN;
  let current: Uint8Array | undefined;
  return {
    add({ at, count: length }, ids, seconds) {
      let dropped = 0;
      for (let index = 0; index < length; index += 1) {
        const row = at[index] as number;
        const id = ids[row] as number;
        if (id === ABSENT_TEXT) continue;
        if (seconds[row] !== second) {
          second = seconds[row] as number;
          current = tens.at(second);
        }
        if (current) addDistinct(current, hashOf(id));
        else dropped += 1;
      }
      return dropped;
    },
    cells: () => [...tens.parts].map(([time, registers]) => ({ series, by, time, registers })),
    clear() {
      second = Number.NaN;
      current = undefined;
      tens.clear();
    },
  };
}
