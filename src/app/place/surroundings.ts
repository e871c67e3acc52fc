/** Where this linesman runs, so that what it says to do can be typed there. */
import { access, readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import type { Place, Surroundings } from '../../core/reading/state.ts';

const MARKS = ['/.dockerenv', '/run/.containerenv'];
/** Not those of LXC and systemd-nspawn: who is in one has a machine of their own, with units and without `docker`. */
const CGROUP_OF_CONTAINER = /\b(docker-[0-9a-f]{12,}|docker\/[0-9a-f]{12,}|libpod|containerd|kubepods)\b/;
/** /etc/group of a machine with a directory service can be long. */
const GROUPS_MAX = 1_000;

/** Never rejects: what cannot be found out is left out. */
export async function lookAround(): Promise<Surroundings> {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const cgroup = await textOf('/proc/self/cgroup');
  const place = await placeOf(cgroup);
  const unit = /\/([\w.@:-]+\.service)\s*$/m.exec(cgroup)?.[1];
  return {
    ...{ place, uid, gid, user: userName(uid), groups: groupsOf(await textOf('/etc/group')) },
    ...(place === 'host' && unit !== undefined && { unit }),
  };
}

async function placeOf(cgroup: string): Promise<Place> {
  if (process.env.KUBERNETES_SERVICE_HOST) return 'kubernetes';
  const marks = await Promise.all(MARKS.map(isThere));
  return marks.includes(true) || isOfContainer(cgroup) ? 'container' : 'host';
}

/** `cgroup`: text of /proc/self/cgroup. */
export function isOfContainer(cgroup: string): boolean {
  return CGROUP_OF_CONTAINER.test(cgroup);
}

/** A container's user may have no name. */
function userName(uid: number): string {
  try {
    return userInfo().username;
  } catch {
    return String(uid);
  }
}

function groupsOf(text: string): Readonly<Record<number, string>> {
  const rows = text.split('\n', GROUPS_MAX).map((line) => line.split(':'));
  return Object.fromEntries(rows.filter(({ length }) => length >= 3).map(([name = '', , gid]) => [Number(gid), name]));
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

async function textOf(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch(() => '');
}
