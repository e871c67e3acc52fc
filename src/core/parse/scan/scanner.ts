/** Finds the fields of the many lines that fit a pattern in the plain way, on their bytes and without a string. */
import type { PatternSpec } from '../pattern.ts';

/** Bytes that a scanner looks at together. */
export const INPUT_BYTES = 256 * 1024;
/** Rows that one call of scan() writes at most. */
export const MAX_ROWS = 1_024;

/** A row: these numbers, then start and length of each field. Positions count from the start of the input. */
export const ROW_FITS = 0;
export const ROW_START = 1;
export const ROW_END = 2;
export const ROW_NEXT = 3;
export const ROW_SAME_TIME = 4;
export const ROW_HEADER = 5;
/** Length of a field that the line does not have. */
export const ABSENT = -1;

/**
 * Made from a pattern. It says that a line fits only where the pattern's first expression that matches it gives the same
 * fields; of all other lines it says nothing, and the RegExp, which defines the meaning, has to be asked.
 */
export interface Scanner {
  /** Fields that are observed and stand in the line as text, in the order of their columns. */
  readonly fields: readonly string[];
  /** The lines are put here, whole ones, INPUT_BYTES at most. */
  readonly input: Uint8Array;
  /** Numbers of one row. */
  readonly stride: number;
  /**
   * Of every row: 1 where it fits (else 0 and no fields), start of the line, its end without LF and one CR before it,
   * start of the next line, 1 where the time's text is that of the last row that fits, then the fields.
   */
  readonly rows: Int32Array;
  /** Writes a row for each line of input[from, end), MAX_ROWS at most; the last line may lack its LF. Returns how many. */
  scan(from: number, end: number): number;
  /** Mixes the bytes of a text in the input into 32 bits; the same bytes give the same number. */
  hash(start: number, length: number): number;
  /** Memory for texts to be remembered, beside the input, and whether one that is kept there is the one in the input. */
  readonly kept: Uint8Array;
  isKept(keptStart: number, start: number, length: number): boolean;
}

/** Undefined where the pattern has no plain way, or the machine no WebAssembly. One user: its memory is used again. */
export function createScanner(_spec: PatternSpec): Scanner | undefined {
  return undefined;
}
