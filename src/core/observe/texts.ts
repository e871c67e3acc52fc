/** Gives labels, texts of few kinds, and those that conditions are for, numbers: columns and tallies hold and compare integers. */
import { flatCopy } from './flat-copy.ts';
import { LABEL_CHARS } from './series.ts';

/** Texts, and letters of them all, from which on they are forgotten, before the next block of lines. */
export const FULL_TEXTS = 32_768;
const FULL_CHARS = 2 * 1024 * 1024;
/** Places of a table at first. */
const FEW_TEXTS = 512;

/** Something by id, 0 where nothing was set. The array is another one when there are more texts. */
export interface IdTable {
  values: Int32Array;
}

export interface Texts {
  /** The same for the same text, until ids are given anew. */
  idOf(text: string): number;
  textOf(id: number): string;
  /** By id: id of its first LABEL_CHARS letters, its own where it has no more. */
  readonly cuts: IdTable;
  /** True while no text is longer than that: then each is its own. */
  isUncut(): boolean;
  /** All zero, as it is again when ids are given anew. */
  createTable(): IdTable;
  /** True where it is time to give ids anew. */
  isFull(): boolean;
  /** Forgets all texts. */
  renew(): void;
  /** How many times ids were given anew. */
  renewals(): number;
}

export function createTexts(): Texts {
  const ids = new Map<string, number>();
  let texts: string[] = [];
  const tables: IdTable[] = [];
  let places = FEW_TEXTS;
  let isUncut = true;
  const cuts = createTable();
  let chars = 0;
  let renewals = 0;

  function add(given: string): number {
    const id = texts.length;
    if (id === cuts.values.length) grow();
    const text = flatCopy(given);
    texts.push(text);
    ids.set(text, id);
    chars += text.length;
    if (text.length > LABEL_CHARS) isUncut = false;
    const cut = text.length > LABEL_CHARS ? idOf(text.slice(0, LABEL_CHARS)) : id;
    // Only now: the table may have grown into another array.
    cuts.values[id] = cut;
    return id;
  }

  function grow(): void {
    places *= 2;
    for (const table of tables) {
      const { values } = table;
      table.values = new Int32Array(places);
      table.values.set(values);
    }
  }

  function createTable(): IdTable {
    const table = { values: new Int32Array(places) };
    tables.push(table);
    return table;
  }

  function idOf(text: string): number {
    return ids.get(text) ?? add(text);
  }

  return {
    idOf,
    textOf: (id) => texts[id] as string,
    cuts,
    isUncut: () => isUncut,
    createTable,
    isFull: () => texts.length > FULL_TEXTS || chars > FULL_CHARS,
    renew() {
      for (const table of tables) table.values.fill(0);
      ids.clear();
      texts = [];
      isUncut = true;
      chars = 0;
      renewals += 1;
    },
    renewals: () => renewals,
  };
}
