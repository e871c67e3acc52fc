/** File names by a glob: `*` and `?` within a folder, `**` for any depth, `[abc]`, `{one,two}`. */
import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { namesBefore } from './names.ts';

/** Names one glob may give; more are left out, and the reader says so. */
export const MAX_MATCHES = 10_000;
const MAX_DEPTH = 16;
/** What stands for bytes that are not UTF-8. */
const REPLACEMENT = '\uFFFD';

export interface Matches {
  readonly paths: readonly string[];
  /** Folders that were looked into, whether they exist or not. */
  readonly folders: readonly string[];
  /** Names that match but are no UTF-8, so that nobody can open them by what is shown of them. */
  readonly undecodable: readonly string[];
  /** Folders that are there but could not be read. */
  readonly failed: readonly { readonly folder: string; readonly error: NodeJS.ErrnoException }[];
}

/** Names that exist now, sorted. A pattern that is itself the name of a file means that file. */
export async function expandGlob(glob: string): Promise<Matches> {
  const found: Found = { paths: new Set(), folders: new Set(), undecodable: [], failed: [] };
  if (!hasWildcard(glob) || (await exists(glob))) found.paths.add(glob);
  else {
    for (const plain of expandBraces(glob)) {
      const segments = plain.split('/');
      const start = segments[0] === '' ? '/' : '.';
      await walk(start, segments[0] === '' ? segments.slice(1) : segments, 0, found);
    }
  }
  return {
    paths: [...found.paths].sort(),
    folders: [...found.folders],
    undecodable: found.undecodable,
    failed: found.failed,
  };
}

export function hasWildcard(glob: string): boolean {
  return /[*?[{]/.test(glob);
}

/** The folder above the first wildcard, and how many levels below it names can be. */
export function watchRoot(glob: string): { readonly folder: string; readonly depth: number } {
  const segments = glob.split('/');
  const wild = segments.findIndex((segment) => hasWildcard(segment));
  const fixed = wild === -1 ? segments.length - 1 : wild;
  const folder = segments.slice(0, fixed).join('/');
  const depth = glob.includes('**') ? MAX_DEPTH : Math.max(0, segments.length - fixed - 1);
  return { folder: folder === '' ? (glob.startsWith('/') ? '/' : '.') : folder, depth };
}

/** Whether an event on this path can concern us: a glob's last part, or what rotation makes of it. */
export function isWanted(globs: readonly string[], path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return globs.some((glob) => {
    const last = glob.slice(glob.lastIndexOf('/') + 1);
    return hasWildcard(last)
      ? segmentRegExp(last).test(name) || last.includes('{')
      : name.startsWith(last) || namesBefore(name).includes(last);
  });
}

interface Found {
  readonly paths: Set<string>;
  readonly folders: Set<string>;
  readonly undecodable: string[];
  readonly failed: Matches['failed'][number][];
}

async function walk(folder: string, segments: readonly string[], depth: number, found: Found): Promise<void> {
  const [segment, ...rest] = segments;
  if (segment === undefined || depth > MAX_DEPTH || found.paths.size >= MAX_MATCHES) return;
  if (segment === '' || segment === '.') return await walk(folder, rest, depth, found);
  if (!hasWildcard(segment)) {
    const path = join(folder, segment);
    if (rest.length > 0) return await walk(path, rest, depth + 1, found);
    found.folders.add(folder);
    if (await exists(path)) found.paths.add(path);
    return;
  }
  found.folders.add(folder);
  const entries = await list(folder, found);
  if (segment === '**') {
    await walk(folder, rest.length === 0 ? ['*'] : rest, depth, found);
    // Links to folders are not followed at any depth: they can lead round in a ring.
    const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    for (const entry of folders) await walk(join(folder, entry.name), segments, depth + 1, found);
    return;
  }
  const regExp = segmentRegExp(segment);
  for (const entry of entries) {
    if (!regExp.test(entry.name) || (entry.name.startsWith('.') && !segment.startsWith('.'))) continue;
    const path = join(folder, entry.name);
    const isUndecodable = entry.name.includes(REPLACEMENT) && !(await exists(path));
    if (isUndecodable) found.undecodable.push(path);
    else if (rest.length > 0) await walk(path, rest, depth + 1, found);
    else if (!entry.isDirectory() && found.paths.size < MAX_MATCHES) found.paths.add(path);
  }
}

async function list(folder: string, found: Found): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (thrown) {
    const error = thrown as NodeJS.ErrnoException;
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') found.failed.push({ folder, error });
    return [];
  }
}

async function exists(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

/** One folder's part of a glob as a regular expression over a name. Built of escaped text and `[^/]*` only: linear. */
export function segmentRegExp(segment: string): RegExp {
  const source = segment.replace(/\[!?[^\]]+\]|[\s\S]/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 2 && part.startsWith('[')) {
      const negated = part[1] === '!';
      return `[${negated ? '^' : ''}${part.slice(negated ? 2 : 1, -1).replace(/[\\^[\]]/g, '\\$&')}]`;
    }
    return part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}

function expandBraces(glob: string): readonly string[] {
  const match = /\{([^{}]*,[^{}]*)\}/.exec(glob);
  if (!match) return [glob];
  const before = glob.slice(0, match.index);
  const after = glob.slice(match.index + match[0].length);
  return (match[1] ?? '').split(',').flatMap((choice) => expandBraces(before + choice + after));
}
