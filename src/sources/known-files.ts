/** Files that are known but not read: those before us, those read under another name, and copies of what is being read. */
import type { FileRecord } from '../core/types.ts';
import { type Book, remember } from './book.ts';
import { isGzipFile, openInflatedAt, withFile } from './copies.ts';
import {
  beforeUsId,
  copyId,
  createGeneration,
  type Generation,
  ignoredId,
  inodeKey,
  newGenerationId,
  originalOf,
  toRecord,
} from './generation.ts';
import { firstBytes } from './heads.ts';
import { FINGERPRINT_BYTES, fingerprint, holds, type Identity, identityAt, readAt } from './identity.ts';
import { openInflated } from './inflate.ts';
import type { Found } from './listing.ts';

/** Remembers a file as known, so that it is never read. */
export async function rememberUnread(book: Book, source: string, file: Found, now: number): Promise<void> {
  await forgetCopy(book, file);
  await rememberFile(book, beforeUsId(newGenerationId(source, file, now)), file, now);
}

/** As above, and said to people: it came later, and its name is not one that rotation gives. */
export async function ignore(book: Book, source: string, file: Found, now: number): Promise<void> {
  await forgetCopy(book, file);
  await rememberFile(book, ignoredId(newGenerationId(source, file, now)), file, now);
}

/** What a file was a copy of when it was last looked at, where it is still as it was then, or was packed since. */
export async function copiedFrom(book: Book, file: Found): Promise<string | undefined> {
  const copies = book.done.filter(({ record }) => originalOf(record.generation) !== undefined);
  if (copies.length === 0) return undefined;
  const packed = (await isGzipFile(file.path)) ? await firstBytes({}, file.path) : undefined;
  for (const { record } of copies) {
    const isSame = record.offset === file.size && inodeKey(record) === inodeKey(file) && (await isHeld(file, record));
    if (isSame || (packed?.couldHold(record) && (await isPackedOf(file, record)))) return originalOf(record.generation);
  }
  return undefined;
}

/** The first bytes of a file, unpacked, as a fingerprint. */
export async function headOf(file: Found): Promise<Pick<Identity, 'fpLength' | 'fpHash'> | undefined> {
  const head = (await isGzipFile(file.path)) ? await packedHead(file.path) : await plainHead(file.path);
  return head && { fpLength: head.length, fpHash: fingerprint(head) };
}

/** As it is now; it is looked at again as long as its original is there. */
export async function rememberCopy(book: Book, file: Found, original: Generation): Promise<void> {
  if ((await copiedFrom(book, file)) === original.id) return;
  await forgetCopy(book, file);
  await rememberFile(book, copyId(original.id), file, 0);
}

/** It is something else from now on. Where only its inode is that of a copy, the copy stays known: it may be packed. */
export async function forgetCopy(book: Book, file: Found): Promise<void> {
  const done = book.done.find(({ record }) => inodeKey(record) === inodeKey(file) && originalOf(record.generation));
  if (!done) return;
  const isIt = await isHeld(file, done.record);
  const gone = { ...done, record: { ...done.record, dev: 0, ino: 0 } };
  book.done = book.done.flatMap((other) => (other !== done ? [other] : isIt ? [] : [gone]));
}

async function isHeld(file: Found, record: FileRecord): Promise<boolean> {
  const known = { ...record, marker: Buffer.from(record.marker, 'base64') };
  return (await withFile(file.path, async (handle) => await holds(handle, known))) ?? false;
}

async function isPackedOf(file: Found, record: FileRecord): Promise<boolean> {
  const known = { ...record, marker: Buffer.from(record.marker, 'base64') };
  const inflated = await openInflatedAt(file.path, known).catch(() => undefined);
  const more = await inflated?.peek(1).catch(() => undefined);
  await inflated?.close();
  return more?.length === 0;
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
