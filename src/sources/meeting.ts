/** What becomes of a file that is nobody's: a new generation, a copy, known from before, or not clear yet. */
import type { FileHandle } from 'node:fs/promises';
import { isFull, MAX_DONE } from './book.ts';
import { type Context, setProblem } from './context.ts';
import { isDiskFailure, isGzipFile } from './copies.ts';
import { createGeneration, type Generation, inodeKey, isBeforeUs, newGenerationId } from './generation.ts';
import { hasWildcard } from './glob.ts';
import { openFile } from './handles.ts';
import { identityAt } from './identity.ts';
import { isKnownContent, PACKING_MS } from './known-content.ts';
import { copiedFrom, ignore, rememberUnread } from './known-files.ts';
import { enter } from './ledger.ts';
import { explain, type Found } from './listing.ts';
import { isSibling, namesBefore } from './names.ts';
import { bookIsFull } from './problems.ts';
import { startOfLastLine } from './start.ts';
import { adoptPacked, isCopy, isOurs, STABLE_MS } from './strangers.ts';

/** What the sentence about a full book is about; no path, of which one would be too many. */
export const ABOUT_FULL = 'full';

/** Packed files that nobody saw before, read at a time. */
export const MAX_UNPACKING = 16;

/** Decides what an unknown file is; nothing where that is not clear yet. */
export async function meet(context: Context, file: Found, now: number): Promise<void> {
  const { book, source } = context;
  const stranger = context.strangers.get(inodeKey(file));
  if (!stranger) return;
  const liveNames = liveNamesOf(context);
  const hasReturned = stranger.since <= context.returnedUntil;
  const age = { oldestMs: context.oldestMs, hasReturned };
  const isNew = isOurs(file, liveNames, age);
  const opens = await canBeOpened(context, file, isNew);
  stranger.isOwed = isNew && !opens;
  if (!opens) return;
  const plainMatch = file.matched && !(await isGzipFile(file.path));
  // The next file under the name of one that was renamed is no copy, however alike the two begin.
  const copyName = liveNames.some((live) => isSibling(file.path, live));
  const succeeds = !copyName && book.active.some((generation) => isSuccessor(file, generation));
  // Under any other name it is a log of its own, however it begins, and it will grow.
  const isAside = copyName || !plainMatch;
  if (plainMatch && succeeds) return await begin(context, file, now, 'beginning');
  if (isAside && file.size === 0) return;
  if (isFull(book) && isOurs(file, rotatedFrom(context), { ...age, oldestMs: Number.NEGATIVE_INFINITY })) {
    setProblem(context, ABOUT_FULL, bookIsFull(file.path, MAX_DONE));
    return;
  }
  if (await isCopy(book, stranger, file, now)) return;
  const original = await copiedFrom(book, file);
  if (original !== undefined && isAside && !book.active.some(({ id }) => id === original)) {
    // All it holds was read. While its original is lost it is offered to it again.
    if (!book.lost.some(({ generation }) => generation.id === original)) await rememberUnread(book, source, file, now);
    return;
  }
  if (!isAside) return await begin(context, file, now, 'beginning');
  const isStable = now - stranger.stableSince >= STABLE_MS;
  if (!isStable && !plainMatch && (await isGzipFile(file.path))) return;
  const known = await isKnownContent(book, stranger, file, now);
  if (known === 'perhaps' && !isStable) return;
  if (known === 'sofar' && now - stranger.stableSince < PACKING_MS) return;
  if (book.active.some((generation) => inodeKey(generation) === inodeKey(file))) return;
  if (known === 'yes') await rememberUnread(book, source, file, now);
  else if (!isOurs(file, rotatedFrom(context), age)) await ignore(book, source, file, now);
  else if ((await isGzipFile(file.path)) && isUnpackingMany(context)) return;
  else if (await isGzipFile(file.path)) await adoptPacked(book, source, file, now);
  else await begin(context, file, now, 'beginning');
}

/** Where the disk failed while a file was compared: that is said, and it is compared again with the next look. */
export function leaveForNow(context: Context, { path }: Found): (thrown: unknown) => Promise<undefined> {
  return async (thrown) => {
    if (!isDiskFailure(thrown)) throw thrown;
    setProblem(context, path, await explain(path, thrown));
  };
}

/** Whether it has the name that a rotated one had; after a restart only what rotation made of that name is known. */
function isSuccessor(file: Found, { path, name, state }: Generation): boolean {
  return state === 'rotated' && (path === file.path || namesBefore(name).includes(file.path));
}

/** What cannot be opened now would be taken for another file by every comparison. Of ours it is said why. */
async function canBeOpened(context: Context, file: Found, isOurs: boolean): Promise<boolean> {
  try {
    await (await openFile(context, file.path)).close();
    context.problems.delete(file.path);
    return true;
  } catch (thrown) {
    if (isOurs) setProblem(context, file.path, await explain(file.path, thrown as NodeJS.ErrnoException));
    return false;
  }
}

/** The next one waits until one has ended: each has its unpacker and a chunk in memory. */
function isUnpackingMany({ book }: Context): boolean {
  return book.active.filter(({ inflated }) => inflated !== undefined).length >= MAX_UNPACKING;
}

function liveNamesOf({ globs, book }: Context): readonly string[] {
  return [
    ...globs.filter((glob) => !hasWildcard(glob)),
    ...book.active.flatMap(({ path, name, state }) => (state === 'live' ? [path, name] : [path])),
  ];
}

/** Names that rotated files can come from; the live one may be gone, and only what was made of it be there. */
function rotatedFrom(context: Context): readonly string[] {
  const { book } = context;
  const copies = [
    ...book.active.flatMap(({ path, name }) => [path, name]),
    ...book.lost.map(({ generation }) => generation.name),
  ];
  const done = book.done.filter(({ record }) => !isBeforeUs(record.generation)).map(({ record }) => record.name);
  return [...liveNamesOf(context), ...[...copies, ...done].flatMap((path) => [path, ...namesBefore(path)])];
}

/** Begins a new generation at its start, or at the end of what is there. */
export async function begin(context: Context, file: Found, now: number, from: 'end' | 'beginning'): Promise<void> {
  let handle: FileHandle | undefined;
  try {
    handle = await openFile(context, file.path);
    const { dev, ino, size, mtimeMs } = await handle.stat();
    const seen = { path: file.path, dev, ino, size, mtimeMs };
    if (inodeKey(seen) !== inodeKey(file)) {
      // Names moved on since they were listed, and this one is another file's: both are met when listed anew.
      await handle.close();
      context.findSoon = true;
      return;
    }
    const { offset, skip } = from === 'end' ? await startOfLastLine(handle, size) : { offset: 0, skip: false };
    const identity = await identityAt(handle, offset);
    const id = newGenerationId(context.source, seen, now);
    const generation = createGeneration(id, seen, { ...identity, now });
    // One that no glob names was renamed before we saw it.
    const state = file.matched && !file.rotated ? 'live' : 'rotated';
    enter(context.book, Object.assign(generation, { name: file.name, skip, handle, state }));
    context.problems.delete(file.path);
  } catch (thrown) {
    await handle?.close();
    setProblem(context, file.path, await explain(file.path, thrown as NodeJS.ErrnoException));
  }
}
