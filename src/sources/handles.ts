/** Open files of generations: kept, since an open file survives its renaming and its deletion; but not without bound. */
import { type FileHandle, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Context, setProblem } from './context.ts';
import { isDue } from './due.ts';
import { type Generation, inodeKey } from './generation.ts';
import { holds } from './identity.ts';
import { explain, type Found, listFolder } from './listing.ts';
import { tooFewOpen } from './problems.ts';

export const MAX_OPEN_FILES = 512;
/** Where the system gives no more, so many are given back: comparing, listing and unpacking need some for a moment. */
const SPARE_FILES = 8;
/** With fewer it is the single file that cannot be opened. */
const MIN_OPEN_FILES = 4;
/** After so long the limit is tried again; another program, or another source, may need fewer now. */
const TRY_AGAIN_MS = 60_000;
/** What the problem is about, among those of files. */
const ABOUT = 'open files';

/** How many files may be open, and what is known of a shortage. */
export interface OpenFiles {
  limit: number;
  /** At most so many are open; counted anew where that reaches the limit. */
  opened: number;
  /** So many were open when the system gave no more. */
  shortAt?: number | undefined;
  /** Sweep at which that was noticed. */
  shortSince?: number | undefined;
}

/** Opens a file for reading. Where the system has no more to give, others are closed; they take turns then. */
export async function openFile(context: Context, path: string): Promise<FileHandle> {
  for (;;) {
    await makeRoom(context);
    try {
      const handle = await open(path, 'r');
      const { files } = context;
      files.opened += 1;
      if (files.shortAt !== undefined && countOpen(context) >= files.shortAt) endShortage(context);
      return handle;
    } catch (thrown) {
      if (!isShortage(thrown) || !(await openFewer(context))) throw thrown;
    }
  }
}

/** Called at each sweep: a shortage ends when fewer files are needed, and after a while more are tried again. */
export function tryMoreOpen(context: Context, now: number): void {
  const { files, book } = context;
  if (files.shortAt === undefined) return;
  files.shortSince ??= now;
  if (book.active.length < files.shortAt) endShortage(context);
  else if (isDue(files.shortSince, TRY_AGAIN_MS, now)) files.limit = MAX_OPEN_FILES;
}

function endShortage({ files, problems }: Context): void {
  Object.assign(files, { limit: MAX_OPEN_FILES, shortAt: undefined, shortSince: undefined });
  problems.delete(ABOUT);
}

function isShortage(thrown: unknown): boolean {
  const { code } = thrown as NodeJS.ErrnoException;
  return code === 'EMFILE' || code === 'ENFILE';
}

/** False when nothing could be closed. */
async function openFewer(context: Context): Promise<boolean> {
  if (context.toClose.length > 0) {
    await closeAll(context.toClose);
    return true;
  }
  const open = countOpen(context);
  const limit = Math.max(MIN_OPEN_FILES, open - SPARE_FILES);
  if (open <= limit) return false;
  Object.assign(context.files, { limit, opened: open, shortAt: open, shortSince: undefined });
  setProblem(context, ABOUT, tooFewOpen(limit));
  await makeRoom(context);
  return true;
}

function countOpen({ book }: Context): number {
  return book.active.filter(({ handle }) => handle !== undefined).length;
}

/** open: it has its file. gone: no name in its folder leads to it. failing: it is there but cannot be opened now. */
export async function openOwn(context: Context, generation: Generation): Promise<'open' | 'gone' | 'failing'> {
  if (generation.handle) return 'open';
  const names = generation.path === generation.name ? [generation.path] : [generation.path, generation.name];
  for (const name of names) {
    const answer = await tryOpen(context, generation, name);
    if (answer !== 'gone') return answer;
  }
  const folder = dirname(generation.name);
  const listed = context.folders.get(folder)?.get(inodeKey(generation));
  if (listed && (await tryRenamed(context, generation, listed)) === 'open') return 'open';
  // Listed in this round and not there: gone. Otherwise it was renamed once more since then.
  if (context.folders.has(folder) && !listed) return 'gone';
  const files = await listFolder(folder);
  context.folders.set(folder, new Map(files.map((file) => [inodeKey(file), file])));
  const found = context.folders.get(folder)?.get(inodeKey(generation));
  return found ? await tryRenamed(context, generation, found) : 'gone';
}

async function tryRenamed(
  context: Context,
  generation: Generation,
  found: Found,
): Promise<'open' | 'gone' | 'failing'> {
  generation.name = found.name;
  return await tryOpen(context, generation, found.path);
}

export async function closeAll(handles: { close(): Promise<void> }[]): Promise<void> {
  for (const handle of handles.splice(0)) await handle.close().catch(() => undefined);
}

async function tryOpen(context: Context, generation: Generation, name: string): Promise<'open' | 'gone' | 'failing'> {
  let handle: FileHandle | undefined;
  try {
    handle = await openFile(context, name);
    // The inode of a deleted file is soon another's, so the content decides.
    if (inodeKey(await handle.stat()) === inodeKey(generation) && (await holds(handle, generation))) {
      generation.handle = handle;
      context.problems.delete(generation.id);
      return 'open';
    }
    await handle.close();
    return 'gone';
  } catch (thrown) {
    await handle?.close().catch(() => undefined);
    const error = thrown as NodeJS.ErrnoException;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return 'gone';
    setProblem(context, generation.id, await explain(name, error));
    return 'failing';
  }
}

/** Closes live files, those that changed longest ago. Rotated ones stay open: their names may go at any moment. */
async function makeRoom(context: Context): Promise<void> {
  const { book, files } = context;
  if (files.opened < files.limit) return;
  files.opened = countOpen(context);
  if (files.opened < files.limit) return;
  const open = book.active.filter(({ handle }) => handle !== undefined);
  const rank = (generation: Generation): number => (generation.state === 'live' ? 0 : 1);
  const order = open.toSorted((a, b) => rank(a) - rank(b) || a.changedAt - b.changedAt);
  // Some more than needed, so that not every opening of very many files sorts them all; rotated ones only if they must.
  const needed = files.opened - files.limit + 1;
  const live = open.filter(({ state }) => state === 'live').length;
  for (const idle of order.slice(0, Math.max(needed, Math.min(live, needed + Math.floor(files.limit / 8))))) {
    await idle.handle?.close().catch(() => undefined);
    idle.handle = undefined;
    files.opened -= 1;
  }
}
