/** Where lines end: whole lines of a piece of a file, and what is stepped over before them. */

/** A longer line is stepped over and counted; it never stops its file and never fills memory. */
export const MAX_LINE_BYTES = 1024 * 1024;

const LF = 10;
const NOTHING = new Uint8Array(0);
const NULS = Buffer.alloc(4_096);

export interface Framed {
  /** Bytes to step over before the lines: the rest of an over-long line, or NULs at the head of a file. */
  readonly dropped: number;
  /** How many of them are NULs at the head of a file. */
  readonly nuls: number;
  /** Over-long lines that begin here. */
  readonly tooLong: number;
  /** After what is dropped we are still inside an over-long line. */
  readonly skip: boolean;
  /** Whole lines; empty when no line is complete yet. */
  readonly lines: Uint8Array;
}

/**
 * Splits bytes that begin at the start of a line (or inside an over-long one: skip) into what is dropped, whole lines
 * and a rest that is read again later. A line is over-long when `limit` bytes hold no LF.
 */
export function frameLines(
  data: Uint8Array,
  at: { readonly limit: number; readonly skip: boolean; readonly head: boolean },
): Framed {
  let from = 0;
  if (at.skip) {
    const end = data.indexOf(LF);
    if (end === -1) return { dropped: data.length, nuls: 0, tooLong: 0, skip: true, lines: NOTHING };
    from = end + 1;
  } else if (at.head) {
    // A writer without O_APPEND goes on at its old position after a truncation and leaves a hole, which reads as NULs.
    from = countLeadingNuls(data);
  }
  const nuls = at.skip ? 0 : from;
  const rest = data.subarray(from);
  const end = endOfLines(rest, at.limit);
  if (end > 0) return { dropped: from, nuls, tooLong: 0, skip: false, lines: rest.subarray(0, end) };
  if (rest.length < at.limit) return { dropped: from, nuls, tooLong: 0, skip: false, lines: NOTHING };
  const over = rest.indexOf(LF);
  return { dropped: over === -1 ? data.length : from + over, nuls, tooLong: 1, skip: true, lines: NOTHING };
}

/** Behind the last LF before which no line is over-long; 0 where none is. */
function endOfLines(data: Uint8Array, limit: number): number {
  let end = 0;
  while (end < data.length) {
    const next = data.lastIndexOf(LF, end + limit - 1) + 1;
    if (next <= end) break;
    end = next;
  }
  return end;
}

/** A block at a time: a hole can be a gigabyte long. */
function countLeadingNuls(data: Uint8Array): number {
  let at = 0;
  while (at + NULS.length <= data.length && NULS.equals(data.subarray(at, at + NULS.length))) at += NULS.length;
  while (data[at] === 0) at += 1;
  return at;
}

/** Whether an offset lies at the head of its file: at 0, or in the run of NULs a file can begin with. */
export function isHead(offset: number, marker: Uint8Array): boolean {
  return offset === 0 || (marker.length > 0 && marker.every((byte) => byte === 0));
}
