/** Bytes that come in order, looked at before they are dropped; holds no more than was asked for, and one piece. */

export interface ByteStream {
  /**
   * The next bytes, exactly `length` of them unless the end came; they are offered again until they are dropped, and
   * what was returned holds until the next call. Of a stream that breaks off the whole lines before the break come
   * first, and then it throws.
   */
  peek(length: number): Promise<Buffer>;
  /** Goes on by this many of the bytes peeked at. */
  drop(length: number): void;
  /** Once it broke off: bytes behind the last whole line, those that never came included as far as they are known; at least 1. */
  lost(): number;
  close(): Promise<void>;
}

const LF = 10;

export function createByteStream(parts: {
  /** Each is copied before the next is asked for. */
  readonly pieces: AsyncIterator<Buffer>;
  readonly close: () => void;
  /** Told how many bytes have come so far; throws when they are too many. */
  readonly guard?: (produced: number) => void;
  /** Bytes that are known to be there and have not come. */
  readonly left?: () => number;
}): ByteStream {
  // One buffer, used again: joining pieces anew for every chunk piles up until it is collected.
  let buffer = Buffer.alloc(0);
  let from = 0;
  let to = 0;
  let produced = 0;
  let ended = false;
  let failure: { readonly error: unknown; readonly lost: number } | undefined;

  async function peek(length: number): Promise<Buffer> {
    while (to - from < length && !ended) {
      try {
        await pull();
      } catch (error) {
        breakOff(error);
      }
    }
    if (failure && to === from) throw failure.error;
    return buffer.subarray(from, Math.min(to, from + length));
  }

  async function pull(): Promise<void> {
    const next = await parts.pieces.next();
    ended = next.done === true;
    if (next.done) return;
    makeRoom(next.value.length);
    buffer.set(next.value, to);
    to += next.value.length;
    produced += next.value.length;
    parts.guard?.(produced);
  }

  function makeRoom(length: number): void {
    if (to + length <= buffer.length) return;
    const held = to - from;
    if (held + length <= buffer.length) buffer.copyWithin(0, from, to);
    else {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * buffer.length, held + length));
      buffer.copy(larger, 0, from, to);
      buffer = larger;
    }
    from = 0;
    to = held;
  }

  function breakOff(error: unknown): void {
    const whole = from + buffer.subarray(from, to).lastIndexOf(LF) + 1;
    ended = true;
    failure = { error, lost: Math.max(1, to - whole + (parts.left?.() ?? 0)) };
    to = whole;
  }

  function drop(length: number): void {
    from = Math.min(to, from + length);
  }

  async function close(): Promise<void> {
    ended = true;
    failure = undefined;
    parts.close();
  }

  return { peek, drop, lost: () => failure?.lost ?? 0, close };
}
