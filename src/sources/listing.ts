/** What files there are: those a glob names, and those beside them that rotation may have made of them. */
import { lstat, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Seen } from './generation.ts';
import { expandGlob, hasWildcard, MAX_MATCHES } from './glob.ts';
import { namesBefore } from './names.ts';
import {
  failing,
  isContainerOutput,
  notAFile,
  nothingMatches,
  notPermitted,
  tooManyMatches,
  undecodableName,
} from './problems.ts';

/** Names of one kind of trouble that are said. */
const MAX_NAMED = 10;

export interface Found extends Seen {
  /** Its own name, links resolved. */
  readonly name: string;
  readonly matched: boolean;
  /** A glob names it, but so does rotation: the name it was rotated from is there as well. */
  readonly rotated: boolean;
}

export interface Listing {
  readonly files: readonly Found[];
  readonly problems: readonly string[];
  /** All that were looked into. */
  readonly folders: readonly string[];
  /** Some names are links: what they lead to can change without their folder. */
  readonly hasLinks: boolean;
}

/** Lists the files of the globs, then their siblings in the same folders (and in the folders that links lead to). */
export async function listFiles(globs: readonly string[], alsoBeside: readonly string[]): Promise<Listing> {
  const gathered: Gathered = { byPath: new Map(), problems: [], realFolders: new Map(), folders: new Set(), links: 0 };
  const { byPath, problems } = gathered;
  for (const glob of globs) await addMatches(glob, gathered);
  const bases = new Map<string, Set<string>>();
  const literal = globs.filter((glob) => !hasWildcard(glob));
  const beside = [...byPath.values()].flatMap(({ path, name }) => [path, name]);
  for (const path of [...beside, ...literal, ...alsoBeside]) {
    const folder = dirname(path);
    bases.set(folder, (bases.get(folder) ?? new Set()).add(basename(path)));
  }
  for (const [folder, names] of bases) await addSiblings(folder, names, byPath);
  const files = [...byPath.values()].map((file) => ({ ...file, rotated: isRotatedFrom(file, byPath) }));
  const folders = [...new Set([...gathered.folders, ...bases.keys()])];
  return { files, problems, folders, hasLinks: gathered.links > 0 };
}

function isRotatedFrom(file: Found, byPath: ReadonlyMap<string, Found>): boolean {
  return file.matched && namesBefore(file.path).some((path) => byPath.get(path)?.matched);
}

/** All regular files of a folder, whatever their names; for finding one by its inode. */
export async function listFolder(folder: string): Promise<readonly Found[]> {
  const files: Found[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const found = await look(join(folder, name), false);
    if (found) files.push(found);
  }
  return files;
}

/** Whether a folder is there and its files cannot be seen now. */
export async function isShutFolder(folder: string): Promise<boolean> {
  try {
    await readdir(folder);
    // Where it may be listed but not entered, its own entry may not be looked at either.
    await stat(`${folder}/.`);
    return false;
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}

/** Why a path cannot be read, as a sentence. */
export async function explain(path: string, error: NodeJS.ErrnoException): Promise<string> {
  if (error.code !== 'EACCES' && error.code !== 'EPERM') return failing(path, error);
  const owner = await stat(path).catch(() => undefined);
  return notPermitted(path, owner && { gid: owner.gid, mode: owner.mode });
}

interface Gathered {
  readonly byPath: Map<string, Found>;
  readonly problems: string[];
  /** Folders with their links resolved. */
  readonly realFolders: Map<string, string>;
  readonly folders: Set<string>;
  links: number;
}

async function addMatches(glob: string, gathered: Gathered): Promise<void> {
  const { byPath, problems } = gathered;
  const matches = await expandGlob(glob);
  for (const folder of matches.folders) gathered.folders.add(folder);
  problems.push(...matches.undecodable.slice(0, MAX_NAMED).map(undecodableName));
  for (const { folder, error } of matches.failed) problems.push(await explain(folder, error));
  let some = false;
  for (const path of matches.paths) {
    try {
      const own = await lstat(path);
      const isLink = own.isSymbolicLink();
      if (isLink) gathered.links += 1;
      const output = isLink ? await containerOutput(path) : undefined;
      if (output !== undefined) {
        some = true;
        problems.push(isContainerOutput(path, output));
        continue;
      }
      const stats = isLink ? await stat(path) : own;
      some = true;
      if (!stats.isFile()) problems.push(notAFile(path));
      else
        byPath.set(path, {
          ...seenOf(path, stats),
          name: await realName(path, isLink, gathered.realFolders),
          matched: true,
          rotated: false,
        });
    } catch (thrown) {
      const error = thrown as NodeJS.ErrnoException;
      if (error.code === 'ENOENT') continue;
      some = true;
      problems.push(await explain(path, error));
    }
  }
  if (!some && matches.failed.length + matches.undecodable.length === 0) problems.push(nothingMatches(glob));
  if (matches.paths.length >= MAX_MATCHES) problems.push(tooManyMatches(glob, MAX_MATCHES));
}

async function realName(path: string, isLink: boolean, folders: Map<string, string>): Promise<string> {
  if (isLink) return await realpath(path);
  const folder = dirname(path);
  const real = folders.get(folder) ?? (await realpath(folder));
  folders.set(folder, real);
  return join(real, basename(path));
}

async function addSiblings(folder: string, bases: ReadonlySet<string>, byPath: Map<string, Found>): Promise<void> {
  // By length, since 10,000 names against 10,000 bases are too many comparisons to make every second.
  const lengths = [...new Set([...bases].map((base) => base.length))];
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    if (byPath.has(path)) continue;
    const goesOn = lengths.some((length) => name.length > length && bases.has(name.slice(0, length)));
    if (!goesOn && !namesBefore(name).some((before) => bases.has(before))) continue;
    const found = await look(path, false);
    if (found) byPath.set(path, found);
  }
}

async function look(path: string, matched: boolean): Promise<Found | undefined> {
  const stats = await stat(path).catch(() => undefined);
  if (!stats?.isFile()) return undefined;
  return { ...seenOf(path, stats), name: path, matched, rotated: false };
}

/** '/dev/stdout' or '/dev/stderr' where links lead there. Asked by name: stat would follow them to our own output. */
export async function containerOutput(path: string): Promise<string | undefined> {
  let at = path;
  for (let links = 0; links < 8; links += 1) {
    const target = await readlink(at).catch(() => undefined);
    if (target === undefined) return undefined;
    at = resolve(dirname(at), target);
    if (at === '/dev/stdout' || at === '/dev/stderr') return at;
    if (/^\/(proc\/self|dev)\/fd\/[12]$/.test(at)) return at.endsWith('1') ? '/dev/stdout' : '/dev/stderr';
  }
  return undefined;
}

function seenOf(path: string, stats: { dev: number; ino: number; size: number; mtimeMs: number }): Seen {
  return { path, dev: stats.dev, ino: stats.ino, size: stats.size, mtimeMs: stats.mtimeMs };
}
