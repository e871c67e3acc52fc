/** Files that are not UTF-8 and say so themselves, by a byte order mark as their very first bytes. */
import type { FileHandle } from 'node:fs/promises';
import type { Book } from './book.ts';
import { readAt } from './identity.ts';
import { wrongEncoding } from './problems.ts';

export type Encoding = 'UTF-16LE' | 'UTF-16BE' | 'UTF-32LE' | 'UTF-8';

/** So many bytes tell. */
export const ENCODING_BYTES = 4;

/** One sentence for so many files; the next ones would not say more. */
const MAX_NAMED = 20;

/** By the first bytes of a file. Marks further behind are somebody's text and mean nothing. */
export function encodingOf(head: Uint8Array): Encoding {
  if (head[0] === 0xfe && head[1] === 0xff) return 'UTF-16BE';
  if (head[0] !== 0xff || head[1] !== 0xfe) return 'UTF-8';
  return head[2] === 0 && head[3] === 0 ? 'UTF-32LE' : 'UTF-16LE';
}

export async function encodingOfFile(handle: FileHandle): Promise<Encoding> {
  return encodingOf(await readAt(handle, 0, ENCODING_BYTES));
}

/** A sentence for each file being read that is something else than UTF-8. */
export function encodingProblems({ active }: Book): readonly string[] {
  return active
    .filter(({ encoding }) => encoding !== undefined && encoding !== 'UTF-8')
    .slice(0, MAX_NAMED)
    .map(({ name, encoding }) => wrongEncoding(name, encoding ?? ''));
}
