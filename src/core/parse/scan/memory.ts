/** Where a scanner's memory holds what. The input begins at 0, so that positions in it are addresses. */
import { INPUT_BYTES, MAX_ROWS, ROW_HEADER } from './rows.ts';

export const PAGE_BYTES = 64 * 1024;
/** Bytes that may be loaded, and must not be looked at, behind what there is. */
const SLACK_BYTES = 1024;
/** Texts that are remembered. */
export const KEPT_BYTES = 2 * 1024 * 1024;
/** Longer texts of a time are never found to be the same again. */
export const MAX_TIME_BYTES = 64;

/** Time of the last row that fits: its text and its length. */
export const TIME_TEXT = INPUT_BYTES + SLACK_BYTES;
export const TIME_LENGTH = TIME_TEXT + MAX_TIME_BYTES;
export const WORD_BYTES = 4;

export interface MemoryMap {
  readonly rows: number;
  readonly kept: number;
  readonly pages: number;
}

export function mapMemory(columns: number): MemoryMap {
  const rows = TIME_LENGTH + 16;
  const kept = rows + MAX_ROWS * columnOffset(columns);
  return { rows, kept, pages: Math.ceil((kept + KEPT_BYTES + SLACK_BYTES) / PAGE_BYTES) };
}

/** Where in a row the start of a column stands, and its length behind it. */
export function columnOffset(column: number): number {
  return (ROW_HEADER + 2 * column) * WORD_BYTES;
}
