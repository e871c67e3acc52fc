/** What is mounted where, of this process: /proc/self/mountinfo, see proc_pid_mountinfo(5). */
import { readFile } from 'node:fs/promises';
import type { Place } from '../../core/reading/state.ts';
import { type Mount, mountsIn } from '../../machine/mounts.ts';

const IN_MEMORY = /^(tmpfs|ramfs)$/;
const PRIVATE_TMP = /systemd-private-/;

/** Whether what is written there is still there at the next start. */
export function outlivesStart({ point, root, type }: Pick<Mount, 'point' | 'root' | 'type'>, place: Place): boolean {
  if (PRIVATE_TMP.test(root)) return false;
  // Docker starts the same container again; Kubernetes makes a new one in the same pod, whose volumes stay.
  if (place === 'kubernetes' && point === '/') return false;
  return place === 'host' || !IN_MEMORY.test(type);
}

/** The mount that a path lies in; undefined where nobody says so. */
export async function mountOf(path: string): Promise<Mount | undefined> {
  const text = await readFile('/proc/self/mountinfo', 'utf8').catch(() => '');
  return deepest(mountsIn(text), path);
}

/** Of mounts over one another the last one is seen. */
function deepest(mounts: readonly Mount[], path: string): Mount | undefined {
  const over = mounts.filter(({ point }) => path === point || path.startsWith(point === '/' ? '/' : `${point}/`));
  return over.reduce<Mount | undefined>(
    (best, one) => (best && best.point.length > one.point.length ? best : one),
    undefined,
  );
}
