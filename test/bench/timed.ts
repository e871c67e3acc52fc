/** Runs a program to its end and says what it cost: its processor time with that of its children, and how long it took. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** Nothing here runs longer unless it hangs. */
const TIME_MAX_MS = 150_000;
/** bash has the kernel's account of its children to the millisecond; fd 3 keeps it apart from what they print. */
const TIMED = 'TIMEFORMAT="%3U %3S %3R"; exec 4>&2; { time "$@" 2>&4; } 2>&3';

export interface Cost {
  /** User and system. */
  readonly cpuS: number;
  readonly wallS: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface TimedOptions {
  /** Held to so many processors, the last ones; undefined: all. */
  readonly cores?: number | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are no failure, besides 0. */
  readonly codes?: readonly number[];
}

/** Throws where the program fails or does not end in time. */
export async function timed(command: readonly string[], options: TimedOptions = {}): Promise<Cost> {
  const whole = [...heldTo(options.cores), ...command];
  const child = spawn('bash', ['-c', TIMED, 'bash', ...whole], {
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    // A group of its own, so that what hangs is ended with its children.
    detached: true,
  });
  const giveUp = setTimeout(() => endGroup(child.pid), TIME_MAX_MS);
  const stop = () => endGroup(child.pid);
  process.once('exit', stop);
  try {
    const outputs = [child.stdout, child.stderr, child.stdio[3]].map(async (stream) => await text(stream as Readable));
    const [[code], [stdout = '', stderr = '', times = '']] = await Promise.all([
      once(child, 'close'),
      Promise.all(outputs),
    ]);
    if (code !== 0 && !options.codes?.includes(code as number)) {
      throw new Error(`${command.join(' ')} ended with ${code}: ${stderr.slice(-500)}`);
    }
    const [user = 0, system = 0, wallS = 0] = times.trim().split('\n').at(-1)?.split(' ').map(Number) ?? [];
    return { cpuS: user + system, wallS, stdout, stderr };
  } finally {
    clearTimeout(giveUp);
    process.removeListener('exit', stop);
  }
}

/** Whether a program of this name is in PATH. */
export function isInstalled(program: string): boolean {
  return spawnSync('bash', ['-c', 'command -v "$0"', program], { stdio: 'ignore' }).status === 0;
}

/** The words that hold a command to so many processors; none where taskset is not there. */
function heldTo(cores: number | undefined): readonly string[] {
  if (cores === undefined || !isInstalled('taskset')) return [];
  const { stdout } = spawnSync('nproc', { encoding: 'utf8' });
  const all = Number(stdout);
  return all < cores ? [] : ['taskset', '-c', `${all - cores}-${all - 1}`];
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
