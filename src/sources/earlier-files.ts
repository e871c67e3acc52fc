/** The files of a source that were written before it is watched, for learning from them: by log, and oldest first. */
import type { FileRecord } from '../core/types.ts';
import { inodeKey } from './generation.ts';
import { hasWildcard } from './glob.ts';
import { type Found, listFiles } from './listing.ts';
import { isRotatedName, namesBefore } from './names.ts';

export interface EarlierFile extends Pick<Found, 'path' | 'dev' | 'ino' | 'size' | 'mtimeMs'> {}

export interface EarlierFiles {
  /** The files of each log. */
  readonly logs: readonly (readonly EarlierFile[])[];
  /** Files that are going to be read from their beginning, so that nothing of them is learnt beforehand. */
  readonly ahead: readonly EarlierFile[];
}

/** `records` as they are before the first round. Written before `oldestMs` a file is left out. */
export async function listEarlier(
  globs: readonly string[],
  records: readonly FileRecord[],
  oldestMs: number,
): Promise<EarlierFiles> {
  const { files } = await listFiles(globs, []);
  const unread = new Set(records.filter(isUnread).map(inodeKey));
  const live = files.filter(({ matched, rotated }) => matched && !rotated).map(({ path }) => path);
  const bases = new Set([...live, ...globs.filter((glob) => !hasWildcard(glob))]);
  const logs = new Map<string, EarlierFile[]>();
  const ahead: EarlierFile[] = [];
  const known = new Set<string>();
  for (const file of files) {
    const log = logOf(file, bases);
    if (log === undefined || file.size === 0 || known.has(inodeKey(file))) continue;
    known.add(inodeKey(file));
    if (unread.has(inodeKey(file))) ahead.push(file);
    else if (file.mtimeMs >= oldestMs) logs.set(log, [...(logs.get(log) ?? []), file]);
  }
  return { logs: [...logs.values()].map(oldestFirst), ahead };
}

/** So is one that was empty when reading began: what it has by now is read as it is written. */
function isUnread({ state, start = 0, offset }: FileRecord): boolean {
  return state !== 'done' && start === 0 && offset === 0;
}

/** The name of the log that the file is, or was rotated from. Undefined: neither. */
function logOf({ path, matched, rotated }: Found, bases: ReadonlySet<string>): string | undefined {
  if (matched && !rotated) return path;
  const before = namesBefore(path).find((name) => bases.has(name) && isRotatedName(path, name));
  return before ?? (matched ? path : undefined);
}

function oldestFirst(files: readonly EarlierFile[]): readonly EarlierFile[] {
  return files.toSorted((a, b) => a.mtimeMs - b.mtimeMs || (a.path < b.path ? 1 : -1));
}
