/** What has come of something that has not ended: it grows in place, so that many small pieces cost what one large does. */

export interface HeldBytes {
  length(): number;
  append(bytes: Uint8Array): void;
  /** All of it; only good until the next call of another method. */
  bytes(): Buffer;
  /** Leaves out so many from the front; what remains is copied. */
  drop(bytes: number): void;
}

export function createHeldBytes(): HeldBytes {
  /** Kept and used again, as the pieces it comes in would keep more than it. */
  let space = Buffer.alloc(0);
  let length = 0;

  return {
    length: () => length,
    append(bytes) {
      const wanted = length + bytes.length;
      if (space.length < wanted) {
        const larger = Buffer.alloc(Math.max(wanted, 2 * space.length));
        larger.set(space.subarray(0, length));
        space = larger;
      }
      space.set(bytes, length);
      length = wanted;
    },
    bytes: () => space.subarray(0, length),
    drop(bytes) {
      const kept = length - bytes;
      if (bytes > 0 && kept > 0) space.copyWithin(0, bytes, length);
      length = kept;
    },
  };
}
