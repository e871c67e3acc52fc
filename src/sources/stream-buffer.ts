/** Lines of a stream between their coming and their being surely stored: bounded, and some of them can be given again. */

/** Lines are copied together in pieces of this size: many small buffers cost several times what they hold. */
const SLAB_BYTES = 64 * 1024;
const LF = 10;
/** Takes whose count of lines is remembered; with five a second, three minutes. */
const MAX_MARKS = 1_000;

/** Positions count the bytes of lines since the start of this process. */
export interface StreamBuffer {
  /** Copies whole lines in. The caller minds the bound, see waiting(). */
  append(lines: Uint8Array): void;
  /** Bytes not yet taken. */
  waiting(): number;
  /** Position up to which everything was taken. */
  taken(): number;
  /** Whole lines from there on, about `bytesMax` of them; empty when nothing waits. */
  next(bytesMax: number): Uint8Array;
  take(bytes: number): void;
  /** Lets go of what was taken, but for the last `bytesKept` bytes. */
  forget(bytesKept: number): void;
  /** Goes back to a position that was taken to before. What is no longer held cannot be given again. */
  goBack(position: number): { readonly lostBytes: number; readonly lostLines: number };
  /** Drops everything; the next line is at this position. */
  clear(position: number): void;
}

interface Slab {
  readonly bytes: Buffer;
  used: number;
}

export function createStreamBuffer(): StreamBuffer {
  let slabs: Slab[] = [];
  /** Position of the first byte held, of what is taken, and of the end. */
  let from = 0;
  let taken = 0;
  let end = 0;
  let takenLines = 0;
  let forgottenLines = 0;
  let marks: { readonly position: number; readonly lines: number }[] = [];

  function append(lines: Uint8Array): void {
    let last = slabs.at(-1);
    if (!last || last.bytes.length - last.used < lines.length) {
      last = { bytes: Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, lines.length)), used: 0 };
      slabs.push(last);
    }
    last.bytes.set(lines, last.used);
    last.used += lines.length;
    end += lines.length;
  }

  function next(bytesMax: number): Uint8Array {
    let stop = taken;
    let position = from;
    for (const { used } of slabs) {
      position += used;
      if (position > taken && (stop === taken || position - taken <= bytesMax)) stop = position;
    }
    return between(taken, stop);
  }

  function take(bytes: number): void {
    if (bytes === 0) return;
    takenLines += countLines(between(taken, taken + bytes));
    taken += bytes;
    marks = [...marks.slice(1 - MAX_MARKS), { position: taken, lines: takenLines }];
  }

  function forget(bytesKept: number): void {
    for (let first = slabs[0]; first && from + first.used <= taken - bytesKept; first = slabs[0]) {
      slabs.shift();
      from += first.used;
      forgottenLines += countLines(first.bytes.subarray(0, first.used));
    }
  }

  function goBack(position: number): { readonly lostBytes: number; readonly lostLines: number } {
    const lostBytes = Math.max(0, from - position);
    const mark = position === 0 ? { lines: 0 } : marks.find((one) => one.position === position);
    const lostLines = lostBytes > 0 ? Math.max(1, forgottenLines - (mark?.lines ?? forgottenLines)) : 0;
    taken = Math.min(end, Math.max(position, from));
    takenLines = forgottenLines + countLines(between(from, taken));
    marks = marks.filter((one) => one.position <= taken);
    return { lostBytes, lostLines };
  }

  function between(start: number, stop: number): Uint8Array {
    let position = from;
    const pieces = slabs.flatMap(({ bytes, used }) => {
      const piece = bytes.subarray(Math.max(0, start - position), Math.max(0, Math.min(used, stop - position)));
      position += used;
      return piece.length === 0 ? [] : [piece];
    });
    return pieces.length === 1 && pieces[0] ? pieces[0] : Buffer.concat(pieces);
  }

  function clear(position: number): void {
    slabs = [];
    marks = [];
    from = position;
    taken = position;
    end = position;
    takenLines = 0;
    forgottenLines = 0;
  }

  return { append, waiting: () => end - taken, taken: () => taken, next, take, forget, goBack, clear };
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) lines += 1;
  return lines;
}
