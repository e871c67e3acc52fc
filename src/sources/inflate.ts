/** Gzip, recognised by its first bytes and unpacked in order, all its members; memory stays bounded. */
import { createReadStream, fstat } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { type ByteStream, createByteStream } from './byte-stream.ts';
import { readAt } from './identity.ts';

/** Beyond this much output a file must not be packed tighter than MAX_RATIO: logs reach 300, a bomb of zeros 1,030. */
export const RATIO_FREE_BYTES = 64 * 1024 * 1024;
export const MAX_RATIO = 600;
/** Beyond this much input it must hold something: a million empty members are unpacked for long and give nothing. */
export const HOLLOW_FREE_BYTES = 16 * 1024 * 1024;

const PIECE_BYTES = 64 * 1024;

export function looksLikeGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

export async function isGzip(handle: FileHandle): Promise<boolean> {
  return looksLikeGzip(await readAt(handle, 0, 2));
}

export function openInflated(path: string): ByteStream {
  const file = createReadStream(path, { highWaterMark: PIECE_BYTES });
  let size = 0;
  file.on('open', (fd) => {
    fstat(fd, (_error, stats) => {
      size = stats?.size ?? 0;
    });
  });
  return inflate(file, () => size);
}

/** Unpacks a stream. size: of all its bytes, as far as it is known. */
export function inflate(packed: Readable, size?: () => number): ByteStream {
  const gunzip = createGunzip({ chunkSize: PIECE_BYTES });
  let unpacked = 0;
  packed.on('error', (error) => gunzip.destroy(error));
  packed.on('data', () => {
    if (gunzip.bytesWritten > HOLLOW_FREE_BYTES + 2 * unpacked) gunzip.destroy(new Error('it holds next to nothing'));
  });
  packed.pipe(gunzip);
  return createByteStream({
    pieces: freed(gunzip),
    close: () => {
      // An error after nobody listens any more would end the process.
      gunzip.on('error', () => undefined);
      packed.destroy();
      gunzip.destroy();
    },
    guard: (produced) => {
      unpacked = produced;
      if (produced > RATIO_FREE_BYTES && produced > gunzip.bytesWritten * MAX_RATIO) {
        throw new Error(`it unpacks to more than ${MAX_RATIO} times its size`);
      }
    },
    left: () => Math.max(0, (size?.() ?? 0) - gunzip.bytesWritten),
  });
}

/**
 * Frees the unpacker's output buffers as soon as they are copied: the collector comes too late for them, and 60 MB of
 * them piled up. One whose last byte was given out is never written to again: the unpacker has taken a new one.
 */
async function* freed(gunzip: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of gunzip) {
    yield piece;
    const { buffer } = piece;
    const isUsedUp = buffer.byteLength === PIECE_BYTES && piece.byteOffset + piece.length === PIECE_BYTES;
    if (isUsedUp && buffer instanceof ArrayBuffer) buffer.transfer(0);
  }
}
