/** Logs that nginx.conf names and no source reads. */
import { basename, dirname } from 'node:path';
import type { Config } from '../../config/config.ts';
import { expandGlob, isWanted } from '../../sources/glob.ts';
import { logPaths, type NginxLogs } from '../knowing/nginx-logs.ts';

const NAMED_MAX = 5;

/** As sentences; none where no nginx.conf is read. */
export async function unreadLogs({ sources }: Config, nginx: NginxLogs | undefined): Promise<readonly string[]> {
  if (!nginx) return [];
  const globs = sources.flatMap(({ files = [] }) => files);
  const read = (await Promise.all(globs.map(async (glob) => (await expandGlob(glob)).paths))).flat();
  // In a container the folder of the logs mostly has another name.
  const known = new Set([...read, ...globs].map((path) => basename(path)));
  const takesSyslog = sources.some(({ syslog, journal }) => syslog !== undefined || journal !== undefined);
  const unread = logPaths(nginx).filter((path) =>
    path.startsWith('syslog:') ? !takesSyslog : isUnread(path, known) && !isAwaited(path, globs),
  );
  return unread.length === 0 ? [] : [`${nginx.file} names logs that no source reads: ${some(unread)}.`];
}

/** Of a name that is made of variables nobody knows which files it means. */
function isUnread(path: string, known: ReadonlySet<string>): boolean {
  return !path.includes('$') && !known.has(basename(path));
}

/** A file that a glob takes is read as soon as there is one. */
function isAwaited(path: string, globs: readonly string[]): boolean {
  return isWanted(
    globs.filter((glob) => dirname(glob) === dirname(path)),
    path,
  );
}

function some(names: readonly string[]): string {
  const more = names.length - NAMED_MAX;
  return `${names.slice(0, NAMED_MAX).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
