/** Open files of generations: kept, since an open file survives its renaming and its deletion; but not without bound. */
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type Context, setProblem } from './context.ts';
import { type Generation, inodeKey } from './generation.ts';
import { holds } from './identity.ts';
import { explain, type Found, listFolder } from './listing.ts';

export const MAX_OPEN_FILES = 512;

/** open: it has its file. gone: no name in its folder leads to it. failing: it is there but cannot be opened now. */
export async function openOwn(context: Context, generation: Generation): Promise<'open' | 'gone' | 'failing'> {
  if (generation.handle) return 'open';
  await makeRoom(context);
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
  try {
    const handle = await open(name, 'r');
    // The inode of a deleted file is soon another's, so the content decides.
    if (inodeKey(await handle.stat()) === inodeKey(generation) && (await holds(handle, generation))) {
      generation.handle = handle;
      context.problems.delete(generation.id);
      return 'open';
    }
    await handle.close();
    return 'gone';
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException;
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return 'gone';
    setProblem(context, generation.id, await explain(name, error));
    return 'failing';
  }
}

/** Closes the live file that was looked at longest ago. Rotated ones stay open: their names may go at any moment. */
export async function makeRoom({ book }: Context): Promise<void> {
  const open = book.active.filter(({ handle }) => handle !== undefined);
  if (open.length < MAX_OPEN_FILES) return;
  const idle = open.filter(({ state }) => state === 'live').toSorted((a, b) => a.changedAt - b.changedAt)[0] ?? open[0];
  await idle?.handle?.close().catch(() => undefined);
  if (idle) idle.handle = undefined;
}
