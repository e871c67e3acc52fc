/** Where the very first start begins to read a file that was there before. */
import type { FileHandle } from 'node:fs/promises';
import { readAt } from './identity.ts';
import { MAX_LINE_BYTES } from './lines.ts';

/**
 * The start of the last line. A line still being written at that moment has its LF after we began, so it is ours: it
 * is counted once, whole. Inside an over-long line the rest of it is skipped.
 */
export async function startOfLastLine(
  handle: FileHandle,
  size: number,
): Promise<{ readonly offset: number; readonly skip: boolean }> {
  const length = Math.min(size, MAX_LINE_BYTES);
  const tail = await readAt(handle, size - length, length);
  const last = tail.lastIndexOf(10);
  if (last !== -1) return { offset: size - length + last + 1, skip: false };
  return length < MAX_LINE_BYTES ? { offset: 0, skip: false } : { offset: size, skip: true };
}
