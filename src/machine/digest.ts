/** SHA-256 of a file, not faster than others can bear. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';

/** A piece keeps a processor for about a millisecond; between two of them others have their turn. */
const PIECE_BYTES = 2 ** 20;

/** In hex; of its first `maxBytes`. Rejects where it cannot be read. */
export async function digestOf(handle: FileHandle, maxBytes: number): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let at = 0; at < maxBytes; ) {
    const { bytesRead } = await handle.read(piece, 0, Math.min(PIECE_BYTES, maxBytes - at), at);
    if (bytesRead === 0) break;
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
    await breathe();
  }
  return hash.digest('hex');
}
