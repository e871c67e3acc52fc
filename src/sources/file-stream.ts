/** A file as a stream of bytes, read straight into memory that threads see too. */
import { open } from 'node:fs/promises';
import type { ByteStream } from './byte-stream.ts';

/** `onRead` is told how many bytes came. Throws what the system says where the file cannot be opened. `start`: bytes left out. */
export async function openFileStream(path: string, onRead: (bytes: number) => void, start = 0): Promise<ByteStream> {
  const file = await open(path);
  /** A pipe has no positions, and is read from where it stands. */
  let position = start === 0 ? null : start;
  let memory: Buffer = Buffer.alloc(0);
  let from = 0;
  let to = 0;
  let ended = false;

  async function peek(length: number): Promise<Buffer> {
    if (from + length > memory.length) makeRoom(length);
    while (to - from < length && !ended) {
      const { bytesRead } = await file.read(memory, to, from + length - to, position);
      if (position !== null) position += bytesRead;
      ended = bytesRead === 0;
      to += bytesRead;
      onRead(bytesRead);
    }
    return memory.subarray(from, Math.min(to, from + length));
  }

  /** With room for as much again, what is held is moved once for so many bytes dropped. */
  function makeRoom(length: number): void {
    if (length > memory.length) {
      const larger = Buffer.from(new SharedArrayBuffer(2 * length));
      memory.copy(larger, 0, from, to);
      memory = larger;
    } else memory.copyWithin(0, from, to);
    to -= from;
    from = 0;
  }

  return {
    peek,
    drop(length) {
      from = Math.min(to, from + length);
    },
    lost: () => 0,
    async close() {
      ended = true;
      await file.close();
    },
  };
}
