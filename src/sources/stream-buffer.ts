/** Lines of a stream between their coming and their being surely stored: bounded, and some of them can be given again. */

/** Lines are copied together in pieces of this size: many small buffers cost several times what they hold. */
const SLAB_BYTES = 64 * 1024;
/** Slabs that are kept to be used again: memory that is thrown away comes back late. */
const MAX_SPARE_SLABS = 32;
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
  /** Whole lines from there on, about `bytesMax` of them; empty when nothing waits. They hold until the next call. */
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
  let spare: Buffer[] = [];
  let given = Buffer.alloc(0);
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
      last = { bytes: slabFor(lines.length), used: 0 };
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
    if (given.length < stop - taken) given = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, stop - taken));
    let length = 0;
    for (const piece of between(taken, stop)) length += piece.copy(given, length);
    return given.subarray(0, length);
  }

  function take(bytes: number): void {
    if (bytes === 0) return;
    takenLines += countLines(taken, taken + bytes);
    taken += bytes;
    marks = [...marks.slice(1 - MAX_MARKS), { position: taken, lines: takenLines }];
  }

  function forget(bytesKept: number): void {
    for (let first = slabs[0]; first && from + first.used <= taken - bytesKept; first = slabs[0]) {
      forgottenLines += countLines(from, from + first.used);
      slabs.shift();
      from += first.used;
      if (first.bytes.length === SLAB_BYTES && spare.length < MAX_SPARE_SLABS) spare.push(first.bytes);
    }
  }

  function goBack(position: number): { readonly lostBytes: number; readonly lostLines: number } {
    const lostBytes = Math.max(0, from - position);
    const mark = position === 0 ? { lines: 0 } : marks.find((one) => one.position === position);
    const lostLines = lostBytes > 0 ? Math.max(1, forgottenLines - (mark?.lines ?? forgottenLines)) : 0;
    taken = Math.min(end, Math.max(position, from));
    takenLines = forgottenLines + countLines(from, taken);
    marks = marks.filter((one) => one.position <= taken);
    return { lostBytes, lostLines };
  }

  function between(start: number, stop: number): readonly Buffer[] {
    let position = from;
    return slabs.flatMap(({ bytes, used }) => {
      const piece = bytes.subarray(Math.max(0, start - position), Math.max(0, Math.min(used, stop - position)));
      position += used;
      return piece.length === 0 ? [] : [piece];
    });
  }

  function countLines(start: number, stop: number): number {
    let lines = 0;
    for (const piece of between(start, stop))
      for (let at = piece.indexOf(LF); at !== -1; at = piece.indexOf(LF, at + 1)) lines += 1;
    return lines;
  }

  function slabFor(length: number): Buffer {
    return (length <= SLAB_BYTES ? spare.pop() : undefined) ?? Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, length));
  }

  function clear(position: number): void {
    slabs = [];
    spare = [];
    marks = [];
    from = position;
    taken = position;
    end = position;
    takenLines = 0;
    forgottenLines = 0;
  }

  return { append, waiting: () => end - taken, taken: () => taken, next, take, forget, goBack, clear };
}
