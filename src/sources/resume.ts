/** Finds the files of remembered generations again: by device and inode, by name, always with their content compared. */
import { dirname } from 'node:path';
import type { FileRecord } from '../core/types.ts';
import type { Book } from './book.ts';
import { isGzipFile, openInflatedAt, withFile } from './copies.ts';
import { fromRecord, type Generation, inodeKey, type Seen } from './generation.ts';
import { holds, identityAt } from './identity.ts';
import { type Found, listFolder } from './listing.ts';

/** Puts every record into the book: found again (active), done, or lost for now, to be looked for among copies. */
export async function resume(
  book: Book,
  records: readonly FileRecord[],
  files: readonly Found[],
  now: number,
): Promise<void> {
  book.done = records.filter(({ state }) => state === 'done').map((record) => ({ record }));
  // The one with the most content first: after a truncation an empty new generation has the same inode.
  const open = records.filter(({ state }) => state !== 'done').toSorted((a, b) => b.offset - a.offset);
  const claimed = new Set<string>();
  const missing: Generation[] = [];
  const folders = new Map<string, readonly Found[]>();
  for (const record of open) {
    const generation = fromRecord(record, now);
    const found =
      (await claim(
        generation,
        files.filter((file) => sameInode(file, record)),
        claimed,
      )) ?? (await claim(generation, await inFolder(record, folders), claimed));
    if (found) await settle(book, generation, found);
    else missing.push(generation);
  }
  for (const generation of missing) {
    // Device numbers change at a reboot or when a volume is mounted again: the same content under its own name will do.
    const named = files.filter((file) => file.name === generation.name || file.path === generation.name);
    const found = generation.fpLength === 0 ? undefined : await claim(generation, named, claimed);
    if (found) await settle(book, generation, found);
    else await lose(book, generation, now);
  }
}

async function inFolder(record: FileRecord, folders: Map<string, readonly Found[]>): Promise<readonly Found[]> {
  const folder = dirname(record.name);
  const files = folders.get(folder) ?? (await listFolder(folder));
  folders.set(folder, files);
  return files.filter((file) => sameInode(file, record));
}

async function claim(
  generation: Generation,
  candidates: readonly Found[],
  claimed: Set<string>,
): Promise<Found | undefined> {
  for (const file of candidates) {
    if (claimed.has(inodeKey(file))) continue;
    if (!(await isItsFile(generation, file))) continue;
    claimed.add(inodeKey(file));
    return file;
  }
  return undefined;
}

async function isItsFile(generation: Generation, file: Found): Promise<boolean> {
  // It was empty when it was last seen: only its name speaks for it.
  if (generation.fpLength === 0) {
    return (file.path === generation.name || file.name === generation.name) && !(await isGzipFile(file.path));
  }
  if (
    file.size >= generation.offset &&
    (await withFile(file.path, async (handle) => await holds(handle, generation)))
  ) {
    return true;
  }
  const inflated = await openInflatedAt(file.path, generation);
  if (inflated) generation.inflated = inflated;
  return inflated !== undefined;
}

async function settle(book: Book, generation: Generation, file: Found): Promise<void> {
  generation.path = file.path;
  generation.name = file.name;
  generation.dev = file.dev;
  generation.ino = file.ino;
  if (!generation.inflated) {
    generation.size = file.size;
    generation.comparedSize = file.size;
    // Its content is known from now on, so that a later start knows it under whatever name it has by then.
    if (generation.fpLength === 0) {
      const { fpLength, fpHash } =
        (await withFile(file.path, async (handle) => await identityAt(handle, 0))) ?? generation;
      Object.assign(generation, { fpLength, fpHash });
    }
  }
  generation.state = file.matched && !generation.inflated ? 'live' : 'rotated';
  book.active.push(generation);
}

async function lose(book: Book, generation: Generation, now: number): Promise<void> {
  // Nothing was ever seen in it: there is nothing to lose.
  if (generation.fpLength === 0 && generation.size === 0) return;
  const still = await withFile(generation.name, async (handle) => await handle.stat());
  const truncated = still !== undefined && sameInode(still, generation);
  const reason = truncated ? 'truncated_unrecovered' : 'deleted_unread_bytes';
  book.lost.push({ generation, since: now, reason });
}

function sameInode(one: Pick<Seen, 'dev' | 'ino'>, other: Pick<Seen, 'dev' | 'ino'>): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}
