/** What keeps files from being read, each in one sentence with its remedy. */
import type { Remedy } from '../core/reading/state.ts';

const NO_WATCHES = 'The system has no file watches';
const FEW_OPEN = 'The system lets linesman open no more files';
const NO_EVENTS = 'No file events come';

/** Whoever is in it may read and change much more than logs. */
const ROOT_GROUP = 0;
const GROUP_READ = 0o040;

export interface Owner {
  readonly gid: number;
  readonly mode: number;
}

export function nothingMatches(glob: string): string {
  return `Nothing matches '${glob}' yet; it is looked for every second: check the path, and in a container that the folder is mounted.`;
}

/** EACCES on a file or folder. Owner is undefined where not even that can be seen. */
export function notPermitted(path: string, owner: Owner | undefined): string {
  if (!owner) {
    return `'${path}' may not be looked at: give linesman's user the right to enter every folder above it (setfacl -m u:USER:x FOLDER), or make it a member of their group: usermod -aG GROUP USER, or in a container --group-add GROUP (compose.yaml: group_add).`;
  }
  const mode = (owner.mode & 0o7777).toString(8).padStart(4, '0');
  const what = `'${path}' may not be read: it belongs to group ${owner.gid} with mode ${mode};`;
  if (owner.gid === ROOT_GROUP) {
    return `${what} let linesman's user alone read it (setfacl -m u:USER:rX FILE), or give it a group of its own (chgrp GROUP FILE, chmod g+rX FILE) that linesman's user is in.`;
  }
  const first = (owner.mode & GROUP_READ) === 0 ? 'let its group read it (chmod g+rX FILE) and ' : '';
  return `${what} ${first}start linesman as a member of that group: usermod -aG ${owner.gid} USER, or in a container --group-add ${owner.gid} (compose.yaml: group_add: ["${owner.gid}"]).`;
}

export function isContainerOutput(path: string, target: string): string {
  return `'${path}' is a link to ${target}, so Nginx writes to the container's output, not to a file: mount an empty folder at ${folderOf(path)} or set access_log to a file.`;
}

export function notAFile(path: string): string {
  return `'${path}' is not a file but a folder, pipe or device: name a file, or the files in it as '${path}/*.log'.`;
}

export function undecodableName(path: string): string {
  return `'${path}' has bytes in its name that are not UTF-8 (shown as \uFFFD), so it cannot be opened: rename it.`;
}

export function tooManyMatches(glob: string, limit: number): string {
  return `'${glob}' matches more than ${limit} files and the rest is left out: name fewer files, or make several sources of them.`;
}

/** ENOSPC: too many watches; EMFILE: too many of the things that hold them. */
export type WatchRefusal = 'ENOSPC' | 'EMFILE';

export function noWatches(code: WatchRefusal): string {
  const limit = code === 'ENOSPC' ? 'fs.inotify.max_user_watches' : 'fs.inotify.max_user_instances (or ulimit -n)';
  return `${NO_WATCHES} left (${code}), so files are looked at four times a second instead: raise ${limit}.`;
}

/** A folder whose files grow without an event, as those of network mounts and of virtual machines' shared folders. */
export function noEvents(folder: string): string {
  return `${NO_EVENTS} in '${folder}' (as on a network mount), so its files are looked at four times a second instead: nothing is lost.`;
}

export function tooFewOpen(limit: number): string {
  return `${FEW_OPEN}, so of this source ${limit} are open at a time and take turns: raise the limit (ulimit -n; in compose.yaml under ulimits: nofile).`;
}

export function damagedGzip(path: string, reason: string): string {
  return `'${path}' cannot be unpacked (${reason}), so the lines left in it are counted as lost: look at it with gzip -t.`;
}

export function wrongEncoding(path: string, encoding: string): string {
  return `'${path}' is ${encoding} and linesman reads UTF-8, so its lines are counted as unparsed: have it written as UTF-8.`;
}

/** Whether a problem is about lines that are counted under their reason already: none of them waits to be read. */
export function isCounted(problem: string): boolean {
  return /, so (the lines left in it|its lines) are counted as (lost|unparsed): /.test(problem);
}

/** Whether a problem only makes reading slower: every line is still read. */
export function isOnlySlower(problem: string): boolean {
  return [NO_WATCHES, NO_EVENTS, FEW_OPEN].some((beginning) => problem.startsWith(beginning));
}

/** What lifts the limit that a slower problem tells of; the kernel is one, so in a container it is set on the machine. */
export function slowerRemedies(problem: string): readonly Remedy[] {
  const setting = /fs\.inotify\.max_user_(?:watches|instances)/.exec(problem)?.[0];
  if (!problem.startsWith(NO_WATCHES) || setting === undefined) return [];
  const value = setting.endsWith('watches') ? 524_288 : 1_024;
  return [{ does: 'as root, on the machine itself', command: `sysctl -w ${setting}=${value}` }];
}

/** More rotated files are there than are remembered, so nobody can tell which of them were read. */
export function bookIsFull(path: string, limit: number): string {
  return `'${path}' is left unread: it cannot be told any more whether it was read, since more than ${limit} rotated files are kept beside it; delete the old ones, or move them to another folder.`;
}

/** Any other failure of the system on a file. It is tried again. */
export function failing(path: string, error: NodeJS.ErrnoException): string {
  const remedies: Readonly<Record<string, string>> = {
    ELOOP: 'its links lead round in a ring: mend the link',
    EIO: 'the disk or mount fails: look at the kernel log (dmesg)',
    ESTALE: 'the network mount is stale: mount it again',
    EMFILE: 'no more files can be opened: raise the limit (ulimit -n)',
    ENFILE: 'the system cannot open more files: raise fs.file-max',
    ENAMETOOLONG: 'the name is too long: shorten the path',
    ENOTDIR: 'a part of its path is a file and not a folder: check the path',
  };
  const code = error.code ?? 'unknown error';
  return `'${path}' cannot be read (${code}): ${remedies[code] ?? `${error.message}; it is tried again`}.`;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}
