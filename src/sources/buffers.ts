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

/** size: of the buffers kept; longer ones are made anew. They are as many as were borrowed at once. */
export function createBuffers(size: number): Buffers {
  let free: Buffer[] = [];
  let lent: Buffer[] = [];
  let peak = 0;

  function borrow(length: number): Buffer {
    if (length < MIN_KEPT_BYTES || length > size) return Buffer.allocUnsafeSlow(length);
    const buffer = free.pop() ?? Buffer.allocUnsafeSlow(size);
    lent.push(buffer);
    peak = Math.max(peak, lent.length);
    return buffer;
  }

  function giveBack(buffer: Buffer): void {
    const at = lent.indexOf(buffer);
    if (at === -1) return;
    lent.splice(at, 1);
    free.push(buffer);
  }

  function giveBackAll(): void {
    free = [...lent, ...free].slice(0, peak);
    lent = [];
    peak = 0;
  }

  return { borrow, giveBack, giveBackAll };
}
