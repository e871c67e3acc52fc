/** Bytes that come in order, looked at before they are dropped; holds no more than was asked for, and one piece. */

export interface ByteStream {
  /**
   * The next bytes, exactly `length` of them unless the end came; they stay until they are dropped. Of a stream that
   * breaks off the whole lines before the break come first, and then it throws.
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
  readonly pieces: AsyncIterator<Buffer>;
  readonly close: () => void;
  /** Told how many bytes have come so far; throws when they are too many. */
  readonly guard?: (produced: number) => void;
  /** Bytes that are known to be there and have not come. */
  readonly left?: () => number;
}): ByteStream {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let produced = 0;
  let ended = false;
  let failure: { readonly error: unknown; readonly lost: number } | undefined;

  async function peek(length: number): Promise<Buffer> {
    while (heldBytes < length && !ended) {
      try {
        await pull();
      } catch (error) {
        breakOff(error);
      }
    }
    if (failure && heldBytes === 0) throw failure.error;
    return joined().subarray(0, length);
  }

  async function pull(): Promise<void> {
    const next = await parts.pieces.next();
    ended = next.done === true;
    if (next.done) return;
    hold([...held, next.value]);
    produced += next.value.length;
    parts.guard?.(produced);
  }

  function breakOff(error: unknown): void {
    const all = joined();
    const whole = all.subarray(0, all.lastIndexOf(LF) + 1);
    ended = true;
    failure = { error, lost: Math.max(1, all.length - whole.length + (parts.left?.() ?? 0)) };
    hold([whole]);
  }

  function drop(length: number): void {
    hold([joined().subarray(length)]);
  }

  function hold(buffers: Buffer[]): void {
    held = buffers;
    heldBytes = buffers.reduce((sum, { length }) => sum + length, 0);
  }

  function joined(): Buffer {
    const [first] = held;
    if (held.length === 1 && first) return first;
    const all = Buffer.concat(held);
    held = [all];
    return all;
  }

  async function close(): Promise<void> {
    ended = true;
    failure = undefined;
    parts.close();
  }

  return { peek, drop, lost: () => failure?.lost ?? 0, close };
}
