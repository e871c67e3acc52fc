/** Files that are known but not read: those before us, those read under another name, and copies of what is being read. */
import { type Book, remember } from './book.ts';
import { isGzipFile, withFile } from './copies.ts';
import {
  beforeUsId,
  copyId,
  createGeneration,
  type Generation,
  inodeKey,
  newGenerationId,
  originalOf,
  toRecord,
} from './generation.ts';
import { FINGERPRINT_BYTES, fingerprint, holds, type Identity, identityAt, readAt } from './identity.ts';
import { openInflated } from './inflate.ts';
import type { Found } from './listing.ts';

/** Remembers a file as known, so that it is never read. */
export async function rememberUnread(book: Book, source: string, file: Found, now: number): Promise<void> {
  forgetCopy(book, file);
  await rememberFile(book, beforeUsId(newGenerationId(source, file, now)), file, now);
}

/** What a file was a copy of when it was last looked at, where it is still as it was then. */
export async function copiedFrom(book: Book, file: Found): Promise<string | undefined> {
  const entry = book.done.find(({ record }) => inodeKey(record) === inodeKey(file) && originalOf(record.generation));
  if (!entry || entry.record.offset !== file.size) return undefined;
  const known = { ...entry.record, marker: Buffer.from(entry.record.marker, 'base64') };
  return (await withFile(file.path, async (handle) => await holds(handle, known)))
    ? originalOf(entry.record.generation)
    : undefined;
}

/** The first bytes of a file, unpacked, as a fingerprint. */
export async function headOf(file: Found): Promise<Pick<Identity, 'fpLength' | 'fpHash'> | undefined> {
  const head = (await isGzipFile(file.path)) ? await packedHead(file.path) : await plainHead(file.path);
  return head && { fpLength: head.length, fpHash: fingerprint(head) };
}

/** As it is now; it is looked at again as long as its original is there. */
export async function rememberCopy(book: Book, file: Found, original: Generation): Promise<void> {
  if ((await copiedFrom(book, file)) === original.id) return;
  forgetCopy(book, file);
  await rememberFile(book, copyId(original.id), file, 0);
}

export function forgetCopy(book: Book, file: Found): void {
  book.done = book.done.filter(
    ({ record }) => inodeKey(record) !== inodeKey(file) || originalOf(record.generation) === undefined,
  );
}

async function plainHead(path: string): Promise<Buffer | undefined> {
  return await withFile(path, async (handle) => await readAt(handle, 0, FINGERPRINT_BYTES));
}

async function packedHead(path: string): Promise<Buffer | undefined> {
  const inflated = openInflated(path);
  const head = await inflated.peek(FINGERPRINT_BYTES).catch(() => undefined);
  await inflated.close();
  return head;
}

async function rememberFile(book: Book, id: string, file: Found, now: number): Promise<void> {
  const identity = await withFile(file.path, async (handle) => await identityAt(handle, file.size));
  if (!identity) return;
  remember(book, { ...toRecord(createGeneration(id, file, { ...identity, now })), state: 'done' });
}
