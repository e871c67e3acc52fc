/** How large the file systems of this machine are and what of them is used, asked without ever waiting for a dead one. */
import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import type { MachinePlaces } from '../core/plugin.ts';
import { type Mount, mountsIn } from './mounts.ts';
import { readText } from './read-text.ts';

/** One mounted file system; sizes in bytes. */
export interface FileSystem {
  /** What tells it from others: however often it is mounted, it is one. */
  readonly fs: string;
  readonly type: string;
  readonly size: number;
  readonly used: number;
  readonly available: number;
  readonly mount: string;
  /** Inodes there are and that are free; 0 where it has no fixed number of them. */
  readonly inodes?: number;
  readonly inodesFree?: number;
  /** As the kernel has it mounted; absent on other systems. */
  readonly mounted?: Mount;
}

/** A disk that does not say by then what is free on it is left for this reading. */
const ANSWER_WITHIN_MS = 1_000;
/** Questions that may hang: each holds one of the threads that also read the logs (main.ts). Those of another machine may hold one. */
const HANGING_MAX = 2;
const REMOTE_HANGING_MAX = 1;
/** File systems asked, those of this machine first. */
const MAX_ASKED = 500;
/** Of mountinfo: hosts of containers have hundreds of lines. */
const MOUNTINFO_BYTES = 2_097_152;
/** In a chroot there is no mount to be seen. */
const SOMEHOW_ROOT: Mount = {
  ...{ device: 'root', root: '/', point: '/', type: 'unknown', from: 'unknown' },
  ...{ options: [], superOptions: [] },
};
/** statfs(2). */
const IN_MEMORY = 0x01021994;

export interface FileSystems {
  /** Each once, by its shortest mount point, and those mounted nearest to the root first. */
  read(): Promise<readonly FileSystem[]>;
  /** Mount points of the last reading that did not say in time how full they are, or may not be asked; and how many were not asked at all. */
  unseen(): { readonly silent: readonly string[]; readonly leftOut: number };
}

/** isWanted: of what is mounted; isRemote: may wait for another machine. */
export function createFileSystems(parts: {
  readonly places: MachinePlaces;
  readonly isWanted: (mount: Mount) => boolean;
  readonly isRemote: (mount: Mount) => boolean;
  /** For tests, both. */
  readonly ask?: (path: string) => Promise<StatsFs>;
  readonly withinMs?: number;
}): FileSystems {
  const { places, isWanted, isRemote, ask = statfs, withinMs = ANSWER_WITHIN_MS } = parts;
  const hanging = new Set<string>();
  let silent: readonly string[] = [];
  let leftOut = 0;

  async function answerOf(path: string): Promise<StatsFs | undefined> {
    hanging.add(path);
    const answer = ask(path)
      .catch(() => undefined)
      .finally(() => hanging.delete(path));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, withinMs, undefined);
    });
    return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
  }

  return {
    async read() {
      const wanted = onceEach(readMounts(places).filter(isWanted));
      const mounts = wanted.length > 0 ? wanted : [SOMEHOW_ROOT];
      const localFirst = [...mounts.filter((one) => !isRemote(one)), ...mounts.filter(isRemote)].slice(0, MAX_ASKED);
      const found: FileSystem[] = [];
      const unheard: string[] = [];
      // One after the other, so that no more than these hang.
      for (const mount of localFirst) {
        const path = `${places.root}${mount.point}`;
        const most = isRemote(mount) ? REMOTE_HANGING_MAX : HANGING_MAX;
        const stats = hanging.has(path) || hanging.size >= most ? undefined : await answerOf(path);
        if (stats === undefined) unheard.push(mount.point);
        else if (!isHidden(mount, stats)) found.push(fileSystemOf(mount, stats));
      }
      silent = unheard;
      leftOut = mounts.length - localFirst.length;
      return found;
    },
    unseen: () => ({ silent, leftOut }),
  };
}

/** Of the first process, which sees what is mounted and not what a service is shown; of ours, where only /proc is the host's. */
function readMounts({ proc, root }: MachinePlaces): readonly Mount[] {
  const ours = () => readText(`${proc}/self/mountinfo`, MOUNTINFO_BYTES);
  const isHosts = root !== '' || proc === '/proc';
  const text = (isHosts ? readText(`${proc}/1/mountinfo`, MOUNTINFO_BYTES) : undefined) ?? ours() ?? '';
  // Of mounts over one another the last one is seen.
  return [...new Map(mountsIn(text).map((mount) => [mount.point, mount])).values()];
}

/** The shortest mount point speaks for a device: bind mounts show it many times. */
function onceEach(mounts: readonly Mount[]): readonly Mount[] {
  const sorted = [...mounts].sort((a, b) => a.point.length - b.point.length || (a.point < b.point ? -1 : 1));
  const byDevice = new Map<string, Mount>();
  for (const mount of sorted) if (!byDevice.has(mount.device)) byDevice.set(mount.device, mount);
  return [...byDevice.values()];
}

/** A service with ProtectHome= is shown an empty folder in memory in place of what is there. */
function isHidden({ type }: Mount, stats: StatsFs): boolean {
  return stats.type === IN_MEMORY && type !== 'tmpfs' && type !== 'devtmpfs';
}

function fileSystemOf(mounted: Mount, { bsize, blocks, bfree, bavail, files, ffree }: StatsFs): FileSystem {
  return {
    ...{ fs: mounted.device, type: mounted.type, mount: mounted.point, mounted },
    ...{ size: blocks * bsize, used: (blocks - bfree) * bsize, available: bavail * bsize },
    ...{ inodes: files, inodesFree: ffree },
  };
}
