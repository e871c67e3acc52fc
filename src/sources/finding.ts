/** Lists the files there are and decides what each is: ours already, a copy, done, or new. */
import { dirname } from 'node:path';
import type { FileRecord } from '../core/types.ts';
import { type Done, tidyDone } from './book.ts';
import type { Context } from './context.ts';
import { isGzipFile, withFile } from './copies.ts';
import { fromRecord, type Generation, inodeKey, isBeforeUs, originalOf } from './generation.ts';
import { openOwn } from './handles.ts';
import { firstBytes } from './heads.ts';
import { holds } from './identity.ts';
import { rememberUnread } from './known-files.ts';
import { dropHeld, noteSize, writeOff } from './ledger.ts';
import { type Found, isShutFolder, listFiles, listFolder } from './listing.ts';
import { releaseChanged } from './looking.ts';
import { ABOUT_FULL, begin, leaveForNow, meet } from './meeting.ts';
import { namesBefore } from './names.ts';
import { resume } from './resume.ts';
import { adoptCopy, adoptPacked, isNear, noteStrangers, STABLE_MS } from './strangers.ts';

/** How long a copy of a truncated or vanished file is looked for before its unread bytes are counted as lost. */
export const COPY_WAIT_MS = 10_000;

/** A start under load is over by then: what was renamed in the midst of it nobody saw under its own name. */
const RETURN_MS = 10_000;

/** The very first start: files that are there begin where `from` says, rotated ones were before us. */
export async function findFirst(context: Context, now: number): Promise<void> {
  const { files } = await list(context, now);
  await noteStrangers(context, files, now);
  const known = new Set<string>();
  for (const file of files) {
    if (known.has(inodeKey(file))) continue;
    known.add(inodeKey(file));
    const gzip = file.matched && (await isGzipFile(file.path));
    if (file.matched && !gzip) await begin(context, file, now, context.from);
    else if (gzip && context.from === 'beginning') await adoptPacked(context.book, context.source, file, now);
    else await rememberUnread(context.book, context.source, file, now);
  }
  const matched = files.filter((file) => file.matched);
  // Where there was nothing yet, what is rotated from now on is ours.
  context.oldestMs = matched.length === 0 ? now : oldestOf(matched);
}

/** A later start: the remembered files are found again; then it is as at any other time. */
export async function findAgain(context: Context, records: readonly FileRecord[], now: number): Promise<void> {
  const { files } = await list(
    context,
    now,
    records.map(({ name }) => name),
  );
  await resume(context.book, records, files, now);
  for (const generation of [...context.book.active]) if (!generation.inflated) await openOwn(context, generation);
  const active = new Set(context.book.active.map(inodeKey));
  const resumed = files.filter((file) => active.has(inodeKey(file)));
  context.oldestMs = resumed.length === 0 ? Number.NEGATIVE_INFINITY : Math.min(oldestOf(resumed), oldestLost(context));
  context.returnedUntil = now + RETURN_MS;
  await find(context, now);
}

/** What follows a file that was not found again is at least as young as the last line read of it. */
function oldestLost({ book }: Context): number {
  const times = book.lost.map(({ generation }) => generation.lastTime ?? Number.NEGATIVE_INFINITY);
  return Math.min(Number.POSITIVE_INFINITY, ...times);
}

export async function find(context: Context, now: number): Promise<void> {
  context.findSoon = false;
  const { book, strangers } = context;
  const { files } = await list(context, now);
  forgetProblems(context, files);
  context.problems.delete(ABOUT_FULL);
  const unknown = await unknownOf(context, files, now);
  await noteStrangers(context, unknown, now);
  if (unknown.length > 0) await compareAll(context, now);
  const left = await offerToLost(context, unknown, now);
  for (const file of left) await meet(context, file, now).catch(leaveForNow(context, file));
  // After the new files are known: one of them may be a copy of what is forgotten here.
  const isWaiting = [...strangers.values()].some(({ stableSince }) => now - stableSince < STABLE_MS);
  await tidyDone(book, { present: new Set(files.map(inodeKey)), isWaiting }, now, inodesBeside);
}

async function list(
  context: Context,
  now: number,
  names: readonly string[] = [],
): Promise<{ readonly files: readonly Found[] }> {
  const beside = context.book.active.flatMap(({ path, name, state }) =>
    state === 'live' ? [path, name] : [path, name, ...namesBefore(path)],
  );
  // What was access.log.1 may be access.log.2.gz by now, and nothing else leads to the log that both were.
  const lost = context.book.lost.flatMap(({ generation: { name, state } }) =>
    state === 'live' ? [name] : [name, ...namesBefore(name)],
  );
  const all = [...beside, ...lost, ...names];
  const kept = isCalm(context) ? await context.listed.recall(all, now) : undefined;
  const startedAt = Date.now();
  const listing = kept ?? (await listFiles(context.globs, all));
  if (!kept) await context.listed.keep(all, listing, { now, startedAt });
  context.isTold = false;
  context.listingProblems = listing.problems;
  return listing;
}

/** Everything there is known: nothing waits to be stable, copied or found. */
function isCalm({ isTold, strangers, book }: Context): boolean {
  return !isTold && strangers.size === 0 && book.lost.length === 0;
}

/** A path that is there no more keeps nothing from being read. */
function forgetProblems({ problems }: Context, files: readonly Found[]): void {
  const paths = new Set(files.map(({ path }) => path));
  for (const about of problems.keys()) if (about.includes('/') && !paths.has(about)) problems.delete(about);
}

/** Files that no generation has. Renamed ones are told their new names on the way. */
async function unknownOf(context: Context, files: readonly Found[], now: number): Promise<readonly Found[]> {
  const active = new Map(context.book.active.map((generation) => [inodeKey(generation), generation]));
  const done = new Map(context.book.done.map((entry) => [inodeKey(entry.record), entry]));
  const unknown = new Map<string, Found>();
  for (const file of files) {
    const key = inodeKey(file);
    const generation = ownerOf(active.get(key), file);
    const entry = done.get(key);
    if (generation) rename(generation, file, now);
    else if (!unknown.has(key) && !(entry && (await isKnown(context, entry, file, now)))) unknown.set(key, file);
  }
  return [...unknown.values()];
}

/** Inodes of all files in the folders of these records; a folder that cannot be looked into for now hides its own. */
async function inodesBeside(records: readonly FileRecord[]): Promise<ReadonlySet<string>> {
  const inodes = new Set<string>();
  for (const folder of new Set(records.map(({ name }) => dirname(name)))) {
    const beside = (await isShutFolder(folder))
      ? records.filter(({ name }) => dirname(name) === folder)
      : await listFolder(folder);
    for (const file of beside) inodes.add(inodeKey(file));
  }
  return inodes;
}

function rename(generation: Generation, file: Found, now: number): void {
  const isLive = file.matched && !file.rotated && file.path === generation.path && !generation.inflated;
  if (generation.state === 'rotated' && isLive) generation.state = 'live';
  else if (generation.state === 'rotated') generation.name = file.name;
  else if (file.rotated && file.path === generation.path) {
    // It was taken for a log of its own while the one it was rotated from was not there.
    generation.state = 'rotated';
    generation.changedAt = now;
    generation.quietLooks = 0;
  }
}

/** A packed file is not held open to its end: once it is deleted, its inode is another's, written at another time. */
function ownerOf(generation: Generation | undefined, file: Found): Generation | undefined {
  if (!generation?.inflated || generation.mtimeMs === file.mtimeMs) return generation;
  Object.assign(generation, { dev: 0, ino: 0 });
  return undefined;
}

/** A copy is looked at again each time: it is needed when its original is lost. */
async function isKnown(context: Context, done: Done, file: Found, now: number): Promise<boolean> {
  return originalOf(done.record.generation) === undefined && (await isStill(context, done, file, now));
}

/** Whether the file of a done generation is still that one; the inode of a deleted file is soon another's. */
async function isStill(context: Context, done: Done, file: Found, now: number): Promise<boolean> {
  const { book } = context;
  const stamp = `${file.size} ${file.mtimeMs}`;
  if (done.compared === stamp) return true;
  const { record } = done;
  const known = { ...record, marker: Buffer.from(record.marker, 'base64') };
  const same = await withFile(file.path, async (handle) => await holds(handle, known));
  // It cannot be opened now; it is compared when it can.
  if (same === undefined) return true;
  if (!same || (record.fpLength === 0 && file.size > 0) || (await wasInTheMaking(file, record))) {
    // The inode is another's now. The content stays known: a compressed copy of it may come yet.
    const gone = { record: { ...record, dev: 0, ino: 0 }, goneSince: now };
    book.done = book.done.map((other) => (other === done ? gone : other));
    return false;
  }
  done.compared = stamp;
  // A worker that was busy for long wrote to it once more.
  if (file.size > record.offset && !isBeforeUs(record.generation)) {
    book.done = book.done.filter((other) => other !== done);
    const again = fromRecord(record, now);
    book.active.push(Object.assign(again, { path: file.path, name: file.name, state: 'rotated' }));
    noteSize(book, again, file.size);
  }
  return true;
}

/** A packed file that rested while it was made is known as it was then, which is not all it holds. */
async function wasInTheMaking(file: Found, { generation, offset }: FileRecord): Promise<boolean> {
  return isBeforeUs(generation) && file.size !== offset && (await isGzipFile(file.path));
}

/**
 * Before new files are met, truncations are found that sizes do not show, since the file has grown again: what was
 * copied away of it would be taken for a file of its own.
 */
async function compareAll(context: Context, now: number): Promise<void> {
  for (const generation of [...context.book.active]) {
    const { handle, fresh } = generation;
    if (!handle || !fresh) continue;
    const isOwn = await holds(handle, generation).catch(() => true);
    if (!isOwn) await releaseChanged(context, generation, now);
  }
}

async function offerToLost(context: Context, unknown: readonly Found[], now: number): Promise<readonly Found[]> {
  const { book } = context;
  const left = new Set(unknown);
  for (const lost of [...book.lost]) {
    let isDone = false;
    for (const file of left) {
      if (!isNear(file, lost.generation.name) || !(await couldHold(context, file, lost.generation))) continue;
      const adopted = await adoptCopy(context, lost, file, now).catch(leaveForNow(context, file));
      if (adopted === false) continue;
      left.delete(file);
      // Nor is it given up while this may be its copy.
      isDone = true;
      if (adopted) break;
    }
    if (isDone || Math.abs(now - lost.since) < COPY_WAIT_MS) continue;
    book.lost = book.lost.filter((other) => other !== lost);
    writeOff(book, lost.generation, lost.reason);
    dropHeld(book, lost.generation);
  }
  return [...left];
}

async function couldHold(
  { strangers, book }: Context,
  file: Found,
  { id, fpLength, fpHash }: Generation,
): Promise<boolean> {
  const stranger = strangers.get(inodeKey(file));
  if (!stranger) return true;
  const head = await firstBytes(stranger, file.path);
  if (!head.couldHold({ fpLength, fpHash })) return false;
  // A file too short to tell is a copy only where it was seen to be one.
  return head.length >= fpLength || book.done.some(({ record }) => originalOf(record.generation) === id);
}

function oldestOf(files: readonly Found[]): number {
  return files.reduce((oldest, file) => Math.min(oldest, file.mtimeMs), Number.POSITIVE_INFINITY);
}
