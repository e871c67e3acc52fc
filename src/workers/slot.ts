/** Memory that a thread and the main thread both see: bytes are copied once, and none is made anew for each slice. */

export interface Slot {
  /** The same bytes where a thread can see them: until the next call. */
  share(bytes: Uint8Array): Uint8Array;
}

/** Sizes are whole multiples, so that slices that grow a little each time need no new memory each time. */
const GRAIN_BYTES = 64 * 1024;

export function createSlot(): Slot {
  let memory = new Uint8Array(new SharedArrayBuffer(0));
  return {
    share(bytes) {
      if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
      if (bytes.length > memory.length) {
        const size = Math.ceil(bytes.length / GRAIN_BYTES) * GRAIN_BYTES;
        memory = new Uint8Array(new SharedArrayBuffer(size));
      }
      memory.set(bytes);
      return memory.subarray(0, bytes.length);
    },
  };
}
