/** The texts of a field that are only listed, in the rows of a block: they stay bytes until the block is taken. */
import { ABSENT_TEXT, type Rows } from './block.ts';
import { LABEL_CHARS } from './series.ts';

/** A text that is kept has at most so many bytes: three in UTF-8 for each of its letters. */
export const KEY_BYTES = LABEL_CHARS * 3;

/** By row. */
export interface ListedTexts {
  /** Where they stand. */
  readonly memory: { readonly view: DataView };
  readonly starts: Int32Array;
  /** In bytes, of the first LABEL_CHARS letters; ABSENT_TEXT where the line does not have the field. */
  readonly lengths: Int32Array;
  /** Hashes of those letters. */
  readonly keys: Int32Array;
  /** Hashes of the whole text. */
  readonly hashes: Int32Array;
  /** Of texts that take long to make: makes those of these rows. Called before they are looked at. */
  readonly make?: ((rows: Rows) => void) | undefined;
  /** Of a field with few different texts: only the rows that it names say something. */
  readonly few?: FewTexts | undefined;
}

/** How many rows have each of few different texts, so that a list looks at a text once and not once a line. */
export interface FewTexts {
  /** Counts the rows at[from, to). Returns how many different texts they have. */
  count(at: Int32Array, from: number, to: number): number;
  /** Of each of those, in the order in which they came: a row that says where it stands, and how many rows have it. */
  readonly rows: Int32Array;
  readonly counts: Int32Array;
}

export function createListedTexts(memory: ListedTexts['memory'], rows: number): ListedTexts {
  return {
    memory,
    starts: new Int32Array(rows),
    lengths: new Int32Array(rows).fill(ABSENT_TEXT),
    keys: new Int32Array(rows),
    hashes: new Int32Array(rows),
  };
}
