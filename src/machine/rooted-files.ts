/** Files below a folder as who lives there sees them: links are followed inside it, whatever they say, and nothing is waited for. */
import type { BigIntStats } from 'node:fs';
import { constants, type FileHandle, lstat, open, opendir, readlink } from 'node:fs/promises';
import { farLook, farMounts } from './far-disks.ts';

/** Links on the way to one file; Linux gives up after as many. */
const MAX_LINKS = 40;
/** Folders remembered in one look. */
const MAX_FOLDERS = 4_000;
/** Names of one folder. */
export const MAX_NAMES = 10_000;

export interface Found {
  /** Without links, as seen below the root. */
  readonly path: string;
  /** The same file for us. */
  readonly at: string;
  readonly stat: BigIntStats;
}

export interface RootedFiles {
  /** Undefined: it is not there. Rejects where that cannot be known (EACCES, EIO, ELOOP). */
  find(path: string): Promise<Found | undefined>;
  /** At most MAX_NAMES of a folder; rejects where it cannot be read. */
  names(folder: Found): Promise<readonly string[]>;
  /** At most `length` bytes; what is no plain file by now gives none. Rejects where it cannot be read. */
  read(file: Found, length: number): Promise<Buffer>;
  /** Gives the file to a reader and closes it afterwards. */
  withOpen<T>(file: Found, use: (handle: FileHandle) => Promise<T>): Promise<T>;
}

interface Places {
  /** '' is the machine's own. */
  readonly root: string;
  /** Where its mounts stand. */
  readonly mountinfo: string;
  /** Ends the look: what is asked after it rejects. */
  readonly signal: AbortSignal;
}

/** For one look: folders that were found are remembered. */
export function createRootedFiles({ root, mountinfo, signal }: Places): RootedFiles {
  const far = farMounts(mountinfo, root);
  const folders = new Map<string, Found | undefined>();
  const asked = async <T>(path: string, look: () => Promise<T>) => {
    signal.throwIfAborted();
    return await (isBelow(path, far) ? farLook(look) : look());
  };

  async function find(path: string, links = { left: MAX_LINKS }): Promise<Found | undefined> {
    const parts = path.split('/').filter((part) => part !== '' && part !== '.');
    const last = parts.pop();
    if (last === undefined) return await entry('/');
    const folder = await findFolder(`/${parts.join('/')}`, links);
    if (!folder?.stat.isDirectory()) return undefined;
    if (last === '..') return await find(parentOf(folder.path), links);
    const found = await entry(joined(folder.path, last));
    if (!found?.stat.isSymbolicLink()) return found;
    links.left -= 1;
    if (links.left < 0) throw Object.assign(new Error(`ELOOP: too many links, ${path}`), { code: 'ELOOP' });
    const target = await asked(found.path, () => readlink(found.at));
    return await find(target.startsWith('/') ? target : `${folder.path}/${target}`, links);
  }

  async function findFolder(path: string, links: { left: number }): Promise<Found | undefined> {
    if (folders.has(path)) return folders.get(path);
    const found = await find(path, links);
    if (folders.size < MAX_FOLDERS) folders.set(path, found);
    return found;
  }

  async function entry(path: string): Promise<Found | undefined> {
    const at = `${root}${path}`;
    try {
      return { path, at, stat: await asked(path, () => lstat(at, { bigint: true })) };
    } catch (error) {
      if (isNotThere(error)) return undefined;
      throw error;
    }
  }

  async function withOpen<T>(file: Found, use: (handle: FileHandle) => Promise<T>): Promise<T> {
    return await asked(file.path, async () => {
      // Not blocking: a fifo that took the file's place meanwhile would wait for its writer.
      const handle = await open(file.at, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
      try {
        return await use(handle);
      } finally {
        await handle.close();
      }
    });
  }

  return {
    find: (path) => find(path),
    names: (folder) => asked(folder.path, () => namesOf(folder.at)),
    read: (file, length) => withOpen(file, (handle) => readStart(handle, length)),
    withOpen,
  };
}

/** Another one where anything was written: the kernel sets the change time, and nobody sets it back. */
export function fileStamp({ stat }: Found): string {
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}

/** The start of a plain file, whatever it is elsewhere. */
async function readStart(handle: FileHandle, length: number): Promise<Buffer> {
  const stat = await handle.stat();
  if (!stat.isFile()) return Buffer.alloc(0);
  const bytes = Buffer.alloc(Math.min(length, stat.size));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

async function namesOf(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { name } of await opendir(folder)) {
    if (names.length >= MAX_NAMES) break;
    names.push(name);
  }
  return names;
}

function isNotThere(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}

function isBelow(path: string, mounts: readonly string[]): boolean {
  return mounts.some((mount) => mount === '/' || path === mount || path.startsWith(`${mount}/`));
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function joined(folder: string, name: string): string {
  return folder === '/' ? `/${name}` : `${folder}/${name}`;
}
