/** Whether a file holds the content of a generation we know: renamed, copied away, or compressed. */
import { type FileHandle, open } from 'node:fs/promises';
import type { ByteStream } from './byte-stream.ts';
import type { Generation } from './generation.ts';
import { areAlike, FINGERPRINT_BYTES, fingerprint, holds, type Identity, MARKER_BYTES, readAt } from './identity.ts';
import { isGzip, openInflated } from './inflate.ts';

/**
 * same: the file goes on where we stopped, or ends there. shorter: a copy that ends before our offset.
 * other: another file.
 */
export type Likeness = 'same' | 'shorter' | 'other';

/** Compares a plain file with what is remembered of a generation. */
export async function likenessOf(handle: FileHandle, known: Identity): Promise<Likeness> {
  if (known.fpLength === 0) return 'other';
  const { size } = await handle.stat();
  if (size >= known.offset) return (await holds(handle, known)) ? 'same' : 'other';
  // A copy made before our last read: only its head can be compared, so a short head proves nothing.
  if (known.fpLength < FINGERPRINT_BYTES || size < FINGERPRINT_BYTES) return 'other';
  return (await holds(handle, { ...known, offset: 0, marker: new Uint8Array(0) })) ? 'shorter' : 'other';
}

const STEP_BYTES = 1024 * 1024;

/** Opens a compressed file at the offset of a generation it holds, compared unpacked. Undefined: it holds another. Throws where the disk fails. */
export async function openInflatedAt(path: string, known: Identity): Promise<ByteStream | undefined> {
  if (known.fpLength === 0) return undefined;
  const inflated = openInflated(path);
  try {
    if (await goTo(inflated, known)) return inflated;
  } catch (thrown) {
    // Not gzip, damaged or still being written: it is not this one, or not yet.
    await inflated.close();
    throwDiskFailure(thrown);
    return undefined;
  }
  await inflated.close();
  return undefined;
}

/** Whether a compressed file begins like this one, as far as it can be unpacked, and breaks off before the offset. */
export async function breaksOffBefore(path: string, known: Identity): Promise<boolean> {
  const inflated = openInflated(path);
  try {
    const head = await inflated.peek(known.fpLength);
    // Only a stream that breaks off throws.
    if (head.length === known.fpLength) await goTo(inflated, known);
    else {
      inflated.drop(head.length);
      await inflated.peek(1);
    }
    return false;
  } catch (thrown) {
    throwDiskFailure(thrown);
    return true;
  } finally {
    await inflated.close();
  }
}

async function goTo(inflated: ByteStream, known: Identity): Promise<boolean> {
  const head = await inflated.peek(known.fpLength);
  if (head.length < known.fpLength || fingerprint(head) !== known.fpHash) return false;
  let at = 0;
  let tail = Buffer.alloc(0);
  while (at < known.offset) {
    const piece = await inflated.peek(Math.min(STEP_BYTES, known.offset - at));
    if (piece.length === 0) return false;
    tail = Buffer.concat([tail, piece.subarray(-MARKER_BYTES)]).subarray(-MARKER_BYTES);
    inflated.drop(piece.length);
    at += piece.length;
  }
  return tail.subarray(tail.length - known.marker.length).equals(known.marker);
}

/**
 * Whether a plain file is a copy of one being read, perhaps still in the making. Where the original was truncated a
 * moment ago, unseen as yet, what is remembered of it is compared.
 */
export async function isCopyOf(path: string, original: Generation): Promise<boolean> {
  const { handle } = original;
  const answer = await compared(path, async (copy) => {
    if (!handle || !(await holds(handle, original))) return (await likenessOf(copy, original)) !== 'other';
    // In this order: while its original grows, a copy never is the longer one.
    const { size } = await copy.stat();
    return size <= (await handle.stat()).size && (await areAlike(copy, handle));
  });
  return answer ?? false;
}

/**
 * Whether a compressed file holds the beginning of a file, compared byte by byte, since the head of a young file says
 * little. sofar: as far as it can be unpacked; it may still be in the making.
 */
export async function isPackedStart(path: string, handle: FileHandle): Promise<'yes' | 'sofar' | 'no'> {
  const inflated = openInflated(path);
  let at = 0;
  try {
    for (;;) {
      const piece = await inflated.peek(STEP_BYTES);
      if (piece.length === 0) return at > 0 ? 'yes' : 'no';
      if (!piece.equals(await readAt(handle, at, piece.length))) return 'no';
      inflated.drop(piece.length);
      at += piece.length;
    }
  } catch (thrown) {
    throwDiskFailure(thrown);
    return at > 0 ? 'sofar' : 'no';
  } finally {
    await inflated.close();
  }
}

export async function isGzipFile(path: string): Promise<boolean> {
  return (await withFile(path, isGzip)) ?? false;
}

/** The disk or mount under a file. */
export function isDiskFailure(thrown: unknown): thrown is NodeJS.ErrnoException {
  return thrown instanceof Error && (thrown as NodeJS.ErrnoException).code === 'EIO';
}

/** What is a copy and is not taken for one is read a second time: while the disk fails nobody can say. */
function throwDiskFailure(thrown: unknown): void {
  if (isDiskFailure(thrown)) throw thrown;
}

/** Opens, asks, closes. Undefined when the file cannot be opened now; throws where the disk fails. */
export async function compared<T>(path: string, ask: (handle: FileHandle) => Promise<T>): Promise<T | undefined> {
  let failure: unknown;
  const answer = await withFile(path, async (handle) => {
    try {
      return await ask(handle);
    } catch (thrown) {
      failure = thrown;
      return undefined;
    }
  });
  throwDiskFailure(failure);
  return answer;
}

/** Opens, asks, closes. Undefined when the file cannot be opened or read now. */
export async function withFile<T>(path: string, ask: (handle: FileHandle) => Promise<T>): Promise<T | undefined> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    return await ask(handle);
  } catch {
    return undefined;
  } finally {
    await handle?.close();
  }
}
