/** Who holds a lock: a process is its number, the moment it started, the boot it started in, and where its number counts. */
import { randomUUID } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

export interface Holder {
  readonly hostname: string;
  readonly pid: number;
  /** Clock ticks from boot to the start of the process; '' where /proc is not there. */
  readonly startTicks: string;
  readonly bootId: string;
  /** Each container counts its processes for itself; '' where /proc is not there. */
  readonly pidNamespace: string;
  /** Unique to one taking of the lock. */
  readonly token: string;
}

export async function thisProcess(): Promise<Holder> {
  const [startTicks, bootId, pidNamespace] = await Promise.all([
    startTicksOf(process.pid),
    readBootId(),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ]);
  return { hostname: hostname(), pid: process.pid, startTicks, bootId, pidNamespace, token: randomUUID() };
}

export function parseHolder(text: string): Holder | undefined {
  try {
    const fields = JSON.parse(text) as Partial<Record<string, unknown>>;
    const { hostname: host, pid, startTicks, bootId, pidNamespace, token } = fields;
    if (typeof pid !== 'number') return undefined;
    return {
      pid,
      hostname: String(host).slice(0, 255),
      startTicks: String(startTicks),
      bootId: String(bootId),
      pidNamespace: String(pidNamespace),
      token: String(token),
    };
  } catch {
    return undefined;
  }
}

/**
 * True where isAlive knows the answer. Two containers that share a folder may have one host name, and neither sees the
 * other's processes; of an earlier boot nothing lives.
 */
export function canBeAsked(holder: Holder, own: Holder): boolean {
  if (holder.hostname !== own.hostname) return false;
  return holder.bootId !== own.bootId || holder.pidNamespace === own.pidNamespace;
}

/**
 * For a holder that can be asked. In a container every start has the same small pids, so the same number alone says
 * nothing: our own number is never another's.
 */
export async function isAlive(holder: Holder, own: Holder): Promise<boolean> {
  if (holder.pid === own.pid) return isHeldHere(holder, own);
  if (holder.bootId !== own.bootId || !isRunning(holder.pid)) return false;
  return (await startTicksOf(holder.pid)) === holder.startTicks;
}

/** This very process took it: a second lock of one process is refused too. */
function isHeldHere(holder: Holder, own: Holder): boolean {
  return holder.bootId === own.bootId && holder.startTicks === own.startTicks && own.startTicks !== '';
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat; the name in field 2 may hold blanks and brackets, so counting begins after its end. */
async function startTicksOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

async function readBootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}
