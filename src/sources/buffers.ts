/** Memory to read into, used again: fresh buffers for every piece of a long file pile up until they are collected. */

export interface Buffers {
  /** At least `length` bytes, with anything in them; the caller's until it gives them back, or all are given back. */
  borrow(length: number): Buffer;
  giveBack(buffer: Buffer): void;
  /** Takes back everything borrowed. What was not needed since the last time is let go. */
  giveBackAll(): void;
}

/** Smaller ones are made anew each time: with very many small files they cost less than keeping large ones for each. */
const MIN_KEPT_BYTES = 64 * 1024;

interface Shelf {
  readonly bytes: number;
  free: Buffer[];
  lent: Buffer[];
  /** So many were borrowed at once. */
  peak: number;
}

/** Kept are buffers of `largest` bytes, a half of that, a quarter and so on, each with `extra`; longer ones are made anew. */
export function createBuffers(largest: number, extra: number): Buffers {
  const shelves: Shelf[] = [];
  for (let bytes = largest; bytes >= MIN_KEPT_BYTES; bytes = Math.floor(bytes / 2)) {
    shelves.push({ bytes: bytes + extra, free: [], lent: [], peak: 0 });
  }

  function borrow(length: number): Buffer {
    const shelf = length < MIN_KEPT_BYTES ? undefined : shelves.findLast(({ bytes }) => bytes >= length);
    if (!shelf) return Buffer.allocUnsafeSlow(length);
    const buffer = shelf.free.pop() ?? Buffer.allocUnsafeSlow(shelf.bytes);
    shelf.lent.push(buffer);
    shelf.peak = Math.max(shelf.peak, shelf.lent.length);
    return buffer;
  }

  function giveBack(buffer: Buffer): void {
    for (const shelf of shelves) {
      const at = shelf.lent.indexOf(buffer);
      if (at === -1) continue;
      shelf.lent.splice(at, 1);
      shelf.free.push(buffer);
    }
  }

  function giveBackAll(): void {
    for (const shelf of shelves) {
      shelf.free = [...shelf.lent, ...shelf.free].slice(0, shelf.peak);
      shelf.lent = [];
      shelf.peak = 0;
    }
  }

  return { borrow, giveBack, giveBackAll };
}
