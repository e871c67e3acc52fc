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

/** Bytes in which the ends of lines are looked for together; with what is noted of them they stay in the nearest cache. */
export const PIECE_BYTES = 4096;
const PLACES_BYTES = (PIECE_BYTES + 1) * WORD_BYTES;
/** A bit a byte; marks behind the input are loaded, too. */
const STOPS_BYTES = (INPUT_BYTES + SLACK_BYTES) / 8;

export interface MemoryMap {
  /** Where the lines of a piece end. */
  readonly places: number;
  /** Which bytes of the input are stops. */
  readonly stops: number;
  readonly rows: number;
  readonly kept: number;
  readonly pages: number;
}

export function mapMemory(columns: number): MemoryMap {
  const stops = TIME_LENGTH + 16;
  const places = stops + STOPS_BYTES;
  const rows = places + PLACES_BYTES;
  const kept = rows + MAX_ROWS * columnOffset(columns);
  return { stops, places, rows, kept, pages: Math.ceil((kept + KEPT_BYTES + SLACK_BYTES) / PAGE_BYTES) };
}

/** Where in a row the start of a column stands, and its length behind it. */
export function columnOffset(column: number): number {
  return (ROW_HEADER + 2 * column) * WORD_BYTES;
}
