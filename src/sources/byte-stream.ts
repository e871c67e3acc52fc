/** Bytes that come in order, looked at before they are dropped; holds no more than was asked for, and one piece. */

export interface ByteStream {
  /** The next bytes, exactly `length` of them unless the end came; they stay until they are dropped. */
  peek(length: number): Promise<Buffer>;
  /** Goes on by this many of the bytes peeked at. */
  drop(length: number): void;
  close(): Promise<void>;
}

export function createByteStream(parts: {
  readonly pieces: AsyncIterator<Buffer>;
  readonly close: () => void;
  /** Told how many bytes have come so far; throws when they are too many. */
  readonly guard?: (produced: number) => void;
}): ByteStream {
  let held: Buffer[] = [];
  let heldBytes = 0;
  let produced = 0;
  let ended = false;

  async function peek(length: number): Promise<Buffer> {
    while (heldBytes < length && !ended) {
      const next = await parts.pieces.next();
      ended = next.done === true;
      if (next.done) break;
      held.push(next.value);
      heldBytes += next.value.length;
      produced += next.value.length;
      parts.guard?.(produced);
    }
    return joined().subarray(0, length);
  }

  function drop(length: number): void {
    const rest = joined().subarray(length);
    held = [rest];
    heldBytes = rest.length;
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
    parts.close();
  }

  return { peek, drop, close };
}
