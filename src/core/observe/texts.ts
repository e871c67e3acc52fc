/** Gives texts numbers, so that columns and tallies hold and compare integers. */
import { flatCopy } from './flat-copy.ts';
import { LABEL_CHARS } from './series.ts';

/** Texts, and letters of them all, from which on those that are in use no more are forgotten, before the next block of lines. */
export const FULL_TEXTS = 32_768;
const FULL_CHARS = 2 * 1024 * 1024;
/** Places of a table at first. */
const FEW_TEXTS = 512;

/** Something by id, 0 where nothing was set. The array is another one when there are more texts. */
export interface IdTable<Values = Int32Array> {
  values: Values;
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
  /** The same for small numbers: what is looked up for every line should fit into the caches of a processor. */
  createSmallTable(): IdTable<Uint8Array>;
  /** True where it is time to give ids anew. */
  isFull(): boolean;
  /** Forgets all texts but those of these ids, which are changed in place. */
  renew(inUse: readonly Int32Array[]): void;
  /** How many times ids were given anew. */
  renewals(): number;
}

export function createTexts(): Texts {
  const ids = new Map<string, number>();
  let texts: string[] = [];
  const tables: IdTable<Int32Array | Uint8Array>[] = [];
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
      table.values = values instanceof Uint8Array ? new Uint8Array(places) : new Int32Array(places);
      table.values.set(values);
    }
  }

  function keepTable<Values extends Int32Array | Uint8Array>(values: Values): IdTable<Values> {
    const table = { values };
    tables.push(table as IdTable<Int32Array | Uint8Array>);
    return table;
  }

  function createTable(): IdTable {
    return keepTable(new Int32Array(places));
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
    createSmallTable: () => keepTable(new Uint8Array(places)),
    isFull: () => texts.length > FULL_TEXTS || chars > FULL_CHARS,
    renew(inUse) {
      const before = texts;
      for (const table of tables) table.values.fill(0);
      ids.clear();
      texts = [];
      isUncut = true;
      chars = 0;
      renewals += 1;
      for (const some of inUse) for (const [index, id] of some.entries()) some[index] = idOf(before[id] as string);
    },
    renewals: () => renewals,
  };
}
