/** The texts of a field that has ids for them, in the rows of a block, where they are listed: each is written once a block. */
import { ABSENT_TEXT } from '../observe/block.ts';
import { createListedTexts, type ListedTexts } from '../observe/listed-texts.ts';
import type { Texts } from '../observe/texts.ts';
import { MAX_ROWS } from './scan/scanner.ts';
import type { TextMemory } from './text-memory.ts';

export interface FewListed {
  readonly texts: ListedTexts;
  /** A new block begins. */
  begin(): void;
}

/** `ids` are by row. */
export function createFewTexts(ids: Int32Array, known: Texts, memory: TextMemory): FewListed {
  const texts = createListedTexts(memory, MAX_ROWS);
  /** By id: how many rows have it while they are counted, and the row plus one at which its text was written. */
  const countOf = known.createTable();
  const rowOf = known.createTable();
  const rows = new Int32Array(MAX_ROWS);
  const counts = new Int32Array(MAX_ROWS);
  let written: number[] = [];

  function rowAt(row: number, id: number): number {
    const found = rowOf.values[id] as number;
    if (found > 0) return found - 1;
    memory.write(texts, row, known.textOf(id));
    rowOf.values[id] = row + 1;
    written.push(id);
    return row;
  }

  function count(at: Int32Array, from: number, to: number): number {
    const { values } = countOf;
    let different = 0;
    for (let index = from; index < to; index += 1) {
      const row = at[index] as number;
      const id = ids[row] as number;
      if (id === ABSENT_TEXT) continue;
      const before = values[id] as number;
      values[id] = before + 1;
      if (before > 0) continue;
      rows[different] = row;
      different += 1;
    }
    for (let i = 0; i < different; i += 1) {
      const row = rows[i] as number;
      const id = ids[row] as number;
      counts[i] = values[id] as number;
      values[id] = 0;
      rows[i] = rowAt(row, id);
    }
    return different;
  }

  return {
    texts: { ...texts, few: { count, rows, counts } },
    begin() {
      for (const id of written) rowOf.values[id] = 0;
      written = [];
    },
  };
}
