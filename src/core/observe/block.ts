/** Lines of one pattern side by side, a column a field: what is observed column by column. */
import type { ListedTexts } from './listed-texts.ts';

/** In a column of texts: the line does not have the field. In a column of numbers NaN says so. */
export const ABSENT_TEXT = -1;

export interface Block {
  readonly pattern: string;
  /** Rows that are filled, from the first one on. */
  rows(): number;
  /** Time of each row, NaN where the line counts in the totals only. */
  readonly times: Float64Array;
  /** Start of the second of each time. */
  readonly seconds: Float64Array;
  /** By name of a field that holds numbers. Undefined for other fields, and those the pattern does not have. */
  readonly numbers: ReadonlyMap<string, Float64Array>;
  /** By name of a field that is a label, has a condition, or is listed and has few values: ids of those as texts. */
  readonly texts: ReadonlyMap<string, Int32Array>;
  /** By name of a field that is listed. */
  readonly listed: ReadonlyMap<string, ListedTexts>;
  /** The line as evidence, EXEMPLAR_CHARS long at most. */
  lineAt(row: number): string;
}

/** Numbers of the rows of a block that a series takes; `count` of them. One object a block, used again by every series. */
export interface Rows {
  readonly at: Int32Array;
  count: number;
}
