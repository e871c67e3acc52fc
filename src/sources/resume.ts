/** Finds the files of remembered generations again: by device and inode, by name, always with their content compared. */
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileRecord } from '../core/types.ts';
import type { Book } from './book.ts';
import { openInflatedAt, withFile } from './copies.ts';
import { fromRecord, type Generation, inodeKey, type Seen } from './generation.ts';
import { holds } from './identity.ts';
import { noteSize, writeOff } from './ledger.ts';
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
    if (found) settle(book, generation, found);
    else missing.push(generation);
  }
  for (const generation of missing) {
    // Device numbers change at a reboot or when a volume is mounted again: the same content under its own name will do.
    const named = files.filter((file) => file.name === generation.name || file.path === generation.name);
    const found = generation.fpLength === 0 ? undefined : await claim(generation, named, claimed);
    if (found) settle(book, generation, found);
    // Behind a closed door it is not lost. Whether it is still the same is seen when it can be opened.
    else if (await isShut(generation.name)) book.active.push(generation);
    // Its bytes are not lost: it was not read yet, and is read as a new one.
    else if (generation.fpLength > 0 || (await inFolder(generation, folders)).length === 0) {
      await lose(book, generation, now);
    } else noteSize(book, generation, generation.offset);
  }
}

async function inFolder(
  record: Pick<FileRecord, 'name' | 'dev' | 'ino'>,
  folders: Map<string, readonly Found[]>,
): Promise<readonly Found[]> {
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
    if (!(await isItsFile(generation, file)) && !(sameInode(file, generation) && (await isShut(file.path)))) continue;
    claimed.add(inodeKey(file));
    return file;
  }
  return undefined;
}

async function isItsFile(generation: Generation, file: Found): Promise<boolean> {
  // Nothing of it is known. What has grown in the meantime is met as a new file and read from its beginning as well;
  // so nobody takes it for another that has got its name and inode since.
  if (generation.fpLength === 0) {
    return file.size === 0 && (file.path === generation.name || file.name === generation.name);
  }
  if (file.size >= generation.offset) {
    const same = await withFile(file.path, async (handle) => await holds(handle, generation));
    // Not to be opened now (rights taken away, a failing disk): it is compared when it is, before it is read.
    if (same ?? sameInode(file, generation)) return true;
  }
  const inflated = await openInflatedAt(file.path, generation).catch(() => undefined);
  if (inflated) generation.inflated = inflated;
  return inflated !== undefined;
}

/** Whether it is there but cannot be opened now: no permission, no descriptors left, a disk that fails. */
async function isShut(path: string): Promise<boolean> {
  try {
    await (await open(path, 'r')).close();
    return false;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}

function settle(book: Book, generation: Generation, file: Found): void {
  generation.path = file.path;
  generation.name = file.name;
  generation.dev = file.dev;
  generation.ino = file.ino;
  generation.mtimeMs = generation.inflated ? file.mtimeMs : generation.mtimeMs;
  if (!generation.inflated) {
    writeOff(book, generation, generation.missing ?? 'truncated_unrecovered', file.size);
    noteSize(book, generation, file.size);
    generation.missing = undefined;
    generation.comparedSize = file.size;
  }
  generation.state = file.matched && !file.rotated && !generation.inflated ? 'live' : 'rotated';
  book.active.push(generation);
}

async function lose(book: Book, generation: Generation, now: number): Promise<void> {
  // Nothing was ever seen in it: there is nothing to lose.
  if (generation.fpLength === 0 && generation.size === 0) return;
  const still = await withFile(generation.name, async (handle) => await handle.stat());
  const truncated = still !== undefined && sameInode(still, generation);
  const reason = generation.missing ?? (truncated ? 'truncated_unrecovered' : 'deleted_unread_bytes');
  book.lost.push({ generation, since: now, reason });
}

function sameInode(one: Pick<Seen, 'dev' | 'ino'>, other: Pick<Seen, 'dev' | 'ino'>): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}
