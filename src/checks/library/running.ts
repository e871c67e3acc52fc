/** What /proc says of a running process's program, libraries, and the folders its loader was told to search. */
import { open, readlink } from 'node:fs/promises';
import type { MachinePlaces } from '../../core/plugin.ts';
import { type Mapped, mappedLibraries, withoutMark } from './mapped.ts';

export interface Running {
  readonly pid: number;
  /** Its program, and whether its file was removed or replaced since. */
  readonly exe: string;
  readonly isExeDeleted: boolean;
  readonly mapped: readonly Mapped[];
  readonly libraryPath: string | undefined;
  readonly workingFolder: string | undefined;
  /** Where its files are looked up, and where the mounts of that are listed. */
  readonly root: string;
  readonly mountinfo: string;
  /** Those with the same one see the same disks. */
  readonly namespace: string;
  /** What restarts it: a command, where its control group tells. */
  readonly restart: string | undefined;
}

/** Of maps: 100 bytes a mapping, and Linux allows 65,530 of them. */
const MAX_MAPS_BYTES = 8 * 2 ** 20;
const MAX_ENVIRON_BYTES = 2 ** 20;
const MAX_CGROUP_BYTES = 16_384;
const USER_UNIT = /\/user@\d+\.service\/.*?\/([\w@.:\\-]{1,200}\.service)(?:\/|$)/m;
const UNIT = /\/(?!user@)([\w@.:\\-]{1,200}\.service)(?:\/|$)/m;
const CONTAINER = /[/](docker|libpod)[-/]([0-9a-f]{12})[0-9a-f]{52}/;

/** Undefined: it ended meanwhile. 'not-permitted': it belongs to another user, and only those with CAP_SYS_PTRACE may look. */
export async function readRunning(places: MachinePlaces, pid: number): Promise<Running | 'not-permitted' | undefined> {
  const folder = `${places.proc}/${pid}`;
  try {
    const exe = withoutMark(await readlink(`${folder}/exe`));
    const isOwnRoot = (await readlink(`${folder}/root`)) === '/';
    const environ = await start(`${folder}/environ`, MAX_ENVIRON_BYTES);
    return {
      ...{ pid, exe: exe.path, isExeDeleted: exe.isDeleted },
      namespace: await readlink(`${folder}/ns/mnt`),
      mapped: mappedLibraries(await start(`${folder}/maps`, MAX_MAPS_BYTES)),
      libraryPath: /(?:^|\0)LD_LIBRARY_PATH=([^\0]*)/.exec(environ)?.[1],
      workingFolder: await readlink(`${folder}/cwd`),
      // Who went into a cage after its start (chroot) had its files from outside.
      root: isOwnRoot ? `${folder}/root` : places.root,
      mountinfo: isOwnRoot ? `${folder}/mountinfo` : '/proc/self/mountinfo',
      restart: restartOf(await start(`${folder}/cgroup`, MAX_CGROUP_BYTES)),
    };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    if (code === 'EACCES' || code === 'EPERM') return 'not-permitted';
    throw error;
  }
}

/** Of one that could be looked at before. */
export async function isThere(places: MachinePlaces, pid: number): Promise<boolean> {
  return await readlink(`${places.proc}/${pid}/exe`).then(
    () => true,
    () => false,
  );
}

/** A command; undefined where the control group tells none, as of Kubernetes, which restarts by itself. */
export function restartOf(cgroup: string): string | undefined {
  const [, engine, container] = CONTAINER.exec(cgroup) ?? [];
  if (container !== undefined) return `${engine === 'docker' ? 'docker' : 'podman'} restart ${container}`;
  const ofUser = USER_UNIT.exec(cgroup)?.[1];
  if (ofUser !== undefined) return `systemctl --user restart ${ofUser}`;
  const unit = cgroup.includes('/user@') ? undefined : UNIT.exec(cgroup)?.[1];
  return unit === undefined ? undefined : `systemctl restart ${unit}`;
}

/** Files of /proc say nothing of their size. */
async function start(path: string, maxBytes: number): Promise<string> {
  const handle = await open(path);
  try {
    const parts: Buffer[] = [];
    for (let length = 0; length < maxBytes; ) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(65_536));
      if (bytesRead === 0) break;
      parts.push(buffer.subarray(0, bytesRead));
      length += bytesRead;
    }
    return Buffer.concat(parts).toString('utf8');
  } finally {
    await handle.close();
  }
}
