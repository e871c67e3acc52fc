/** The first bytes of unknown files, by which very many are told apart without being opened again for each comparison. */
import { isGzipFile, withFile } from './copies.ts';
import type { Generation } from './generation.ts';
import { FINGERPRINT_BYTES, fingerprint, type Identity, readAt } from './identity.ts';
import { openInflated } from './inflate.ts';
import { isSibling } from './names.ts';

export interface Head {
  /** Bytes of it there are, unpacked. */
  readonly length: number;
  /** False where a file with this head can hold nothing of that one. A short head could be the start of anything. */
  couldHold(known: Pick<Identity, 'fpLength' | 'fpHash'>): boolean;
}

/** The head of a file as it is now, read once: `of` is noted anew when the file changes. */
export async function firstBytes(of: { head?: Head }, path: string): Promise<Head> {
  of.head ??= await readHead(path);
  return of.head;
}

/** Most copies have the name of their original in theirs, so that one comparison does. */
export function namesakesFirst(originals: readonly Generation[], path: string): readonly Generation[] {
  const isNamesake = (one: Generation): boolean => isSibling(path, one.path) || isSibling(path, one.name);
  return originals.length < 2 ? originals : originals.toSorted((a, b) => Number(isNamesake(b)) - Number(isNamesake(a)));
}

/** One that cannot be read now could hold anything. */
async function readHead(path: string): Promise<Head> {
  const bytes = (await isGzipFile(path)) ? await unpackedHead(path) : await plainHead(path);
  const hashes = new Map<number, string>();

  function hashOf(length: number): string {
    const hash = hashes.get(length) ?? fingerprint(bytes.subarray(0, length));
    hashes.set(length, hash);
    return hash;
  }

  return {
    length: bytes.length,
    // A copy that is still in the making can be shorter than what is known.
    couldHold: ({ fpLength, fpHash }) => fpLength > bytes.length || hashOf(fpLength) === fpHash,
  };
}

async function plainHead(path: string): Promise<Buffer> {
  return (await withFile(path, async (handle) => await readAt(handle, 0, FINGERPRINT_BYTES))) ?? Buffer.alloc(0);
}

async function unpackedHead(path: string): Promise<Buffer> {
  const inflated = openInflated(path);
  try {
    return Buffer.from(await inflated.peek(FINGERPRINT_BYTES));
  } catch {
    return Buffer.alloc(0);
  } finally {
    await inflated.close();
  }
}
