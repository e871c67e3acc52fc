/** What goes into a scanner's memory and comes out of it, in numbers. */

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
