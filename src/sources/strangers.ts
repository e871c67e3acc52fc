/** Files that are nobody's yet: new ones, copies of what is being read, and rotated ones that nobody saw being made. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Book, Lost } from './book.ts';
import type { Context } from './context.ts';
import { compared, isCopyOf, isGzipFile, isPackedStart, likenessOf, openInflatedAt } from './copies.ts';
import { createGeneration, type Generation, inodeKey, newGenerationId } from './generation.ts';
import { firstBytes, type Head, namesakesFirst } from './heads.ts';
import { FINGERPRINT_BYTES, fingerprint, holds } from './identity.ts';
import { openInflated } from './inflate.ts';
import { copiedFrom, forgetCopy, headOf, rememberCopy, rememberUnread } from './known-files.ts';
import { countNeverRead, dropHeld, enter, noteSize, writeOff } from './ledger.ts';
import { MAX_LINE_BYTES } from './lines.ts';
import type { Found } from './listing.ts';
import { isAnyRotatedName, isRotatedName, isSibling } from './names.ts';

/** A file that nobody saw under its live name is read once its size has not changed for so long. */
export const STABLE_MS = 2_000;
/** A new file equal to one being read is held back as a copy; where its name is not a copy's, so long. */
export const SETTLE_MS = 10_000;
/** A rotated file so much older than what we read is somebody's backup. */
const OLDER_MS = 60_000;

export interface Stranger {
  since: number;
  size: number;
  mtimeMs: number;
  stableSince: number;
  /** It is one to be read, but cannot be opened: its bytes are lost when it goes. */
  isOwed?: boolean;
  path: string;
  /** Generation this is a compressed copy of; kept, since comparing means unpacking. */
  packedFrom?: string | undefined;
  /** Read when it is first compared. */
  head?: Head;
  /** It is packed, begins like a file that is done, and breaks off before that one's end. */
  isBroken?: boolean;
}

/**
 * Follows how long each stranger has been there and unchanged; forgets those that are gone or known now. What is gone
 * and could never be opened is counted.
 */
export async function noteStrangers(
  { book, strangers }: Pick<Context, 'book' | 'strangers'>,
  files: readonly Found[],
  now: number,
): Promise<void> {
  const present = new Set(files.map(inodeKey));
  for (const [key, { isOwed, path, size }] of strangers) {
    if (present.has(key)) continue;
    // A folder that cannot be listed for now hides its files.
    if (isOwed && !(await isGone(path, key))) continue;
    strangers.delete(key);
    if (isOwed) countNeverRead(book, size);
  }
  for (const file of files) {
    const known = strangers.get(inodeKey(file));
    if (known && known.size === file.size && known.mtimeMs === file.mtimeMs && now >= known.since) continue;
    const { path, size, mtimeMs } = file;
    const isOwed = known?.isOwed ?? false;
    strangers.set(inodeKey(file), { since: known?.since ?? now, path, size, mtimeMs, stableSince: now, isOwed });
  }
}

async function isGone(path: string, key: string): Promise<boolean> {
  try {
    return inodeKey(await stat(path)) !== key;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

/** A copy of a generation that lost its file: taken over where we stopped. True when it was one. */
export async function adoptCopy(
  { book, source }: Pick<Context, 'book' | 'source'>,
  lost: Lost,
  file: Found,
  now: number,
): Promise<boolean> {
  const { generation } = lost;
  // It may be shorter than the head that is remembered; what was seen while the original was there decides.
  const head = (await copiedFrom(book, file)) === generation.id ? await headOf(file) : undefined;
  const known = { ...generation, ...head };
  if (await isGzipFile(file.path)) {
    const inflated = await openInflatedAt(file.path, known);
    if (inflated) {
      Object.assign(generation, head);
      await takeOver(book, lost, file, now);
      generation.inflated = inflated;
      return true;
    }
  }
  const likeness = (await compared(file.path, async (handle) => await likenessOf(handle, known))) ?? 'other';
  const isShorter = likeness === 'shorter' || (head !== undefined && file.size < generation.offset);
  if (likeness === 'other' && !isShorter) return false;
  if (isShorter) {
    // Under its own name a shorter one is the next log, however alike the two begin.
    if (file.matched && [file.path, file.name].includes(generation.name)) return false;
    // All it holds was read: what was written after the copy is gone.
    book.lost = book.lost.filter((other) => other !== lost);
    writeOff(book, generation, lost.reason);
    dropHeld(book, generation);
    await rememberUnread(book, source, file, now);
    return true;
  }
  Object.assign(generation, head);
  await takeOver(book, lost, file, now);
  writeOff(book, generation, lost.reason, file.size);
  noteSize(book, generation, file.size);
  generation.missing = undefined;
  return true;
}

/**
 * Whether this file is a copy of one being read, perhaps still in the making. It is then not read: as long as the
 * original is there every line comes from it. A name that no copy would have wins after SETTLE_MS.
 */
export async function isCopy(book: Book, stranger: Stranger, file: Found, now: number): Promise<boolean> {
  if (book.active.some(({ id }) => id === stranger.packedFrom)) return true;
  const gzip = await isGzipFile(file.path);
  const head = await firstBytes(stranger, file.path);
  const candidates = book.active.filter((original) => head.couldHold(original));
  for (const original of namesakesFirst(candidates, file.path)) {
    if (!isNear(file, original.name) && !isNear(file, original.path)) continue;
    const packed = gzip ? await packedCopy(file, original) : 'no';
    if (packed === 'yes') {
      stranger.packedFrom = original.id;
      await rememberCopy(book, file, original);
    }
    if (packed !== 'no') return true;
    const named = isSibling(file.path, original.path) || isSibling(file.path, original.name);
    const settled = !named && now - stranger.since >= SETTLE_MS;
    if (!gzip && !settled && (await isCopyOf(file.path, original))) {
      await rememberCopy(book, file, original);
      return true;
    }
  }
  return false;
}

/**
 * Whether an unknown file under a rotated name was made after we began to read. Of one that came while we were away
 * nobody saw the log it was: then any name will do that goes on after a log's, and is not of another kind of file.
 */
export function isOurs(
  file: Found,
  liveNames: readonly string[],
  { oldestMs, hasReturned }: { readonly oldestMs: number; readonly hasReturned: boolean },
): boolean {
  if (file.mtimeMs < oldestMs - OLDER_MS) return false;
  const isOne = hasReturned ? isAnyRotatedName : isRotatedName;
  return file.matched || liveNames.some((live) => isOne(file.path, live));
}

/** A compressed file that nobody saw before it was packed, read from its beginning. */
export async function adoptPacked(book: Book, source: string, file: Found, now: number): Promise<void> {
  const inflated = openInflated(file.path);
  const head = await inflated.peek(FINGERPRINT_BYTES).catch(() => Buffer.alloc(0));
  // Names moved on since they were listed, and this one is another file's: it is met again when listed anew.
  if (await isGone(file.path, inodeKey(file))) return await inflated.close();
  // Damaged from its start on, it is read like any other, to be counted and named.
  if (head.length === 0 && inflated.lost() === 0) {
    await inflated.close();
    return await rememberUnread(book, source, file, now);
  }
  const identity = { fpLength: head.length, fpHash: fingerprint(head), now };
  const seen = { ...file, size: head.length };
  const generation = createGeneration(newGenerationId(source, file, now), seen, identity);
  enter(book, Object.assign(generation, { name: file.name, state: 'rotated', inflated }));
}

async function takeOver(book: Book, lost: Lost, file: Found, now: number): Promise<void> {
  const { generation } = lost;
  book.lost = book.lost.filter((other) => other !== lost);
  await forgetCopy(book, file);
  generation.path = file.path;
  generation.name = file.name;
  generation.missing = lost.reason;
  generation.dev = file.dev;
  generation.ino = file.ino;
  generation.mtimeMs = file.mtimeMs;
  generation.state = 'rotated';
  generation.fresh = true;
  generation.changedAt = now;
  generation.quietLooks = 0;
  book.active.push(generation);
}

/** Whether a file holds, packed, what is being read, and no more. Where that was truncated or closed, what is remembered. */
async function packedCopy(file: Found, original: Generation): Promise<'yes' | 'sofar' | 'no'> {
  const { handle } = original;
  if (handle && (await holds(handle, original))) return await isPackedStart(file.path, handle);
  const inflated = await openInflatedAt(file.path, original);
  if (!inflated) return 'no';
  const left = original.size - original.offset;
  // A copy is not longer than its original, as far as that can be told without holding more than a chunk.
  const more = left > MAX_LINE_BYTES ? Buffer.alloc(0) : await inflated.peek(left + 1).catch(() => Buffer.alloc(0));
  await inflated.close();
  return more.length <= left ? 'yes' : 'no';
}

/** Contents are compared only where the names begin alike: rotation keeps the beginning of a name. */
export function isNear(file: Found, name: string): boolean {
  return stem(file.path) === stem(name) || stem(file.name) === stem(name);
}

function stem(path: string): string {
  return /^\.?[^.\-_\d]*/.exec(basename(path))?.[0] ?? '';
}
