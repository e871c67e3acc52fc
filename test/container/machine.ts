/** Programs of this machine, each with an end to its time. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Ran {
  /** The exit code, or the signal that ended it. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly withinMs?: number;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly cwd?: string;
  readonly input?: string;
}

const WITHIN_MS = 60_000;
const NOT_THERE = 127;

/** Whatever its exit code; that of a program which is not there is 127, as a shell says it. One that takes too long is an error. */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { withinMs = WITHIN_MS, env = process.env, cwd, input = '' } = options;
  // It leads a group, since what it started would keep its output open, and with it us.
  const child = spawn(program, args, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'], detached: true });
  const endAll = () => endGroup(child.pid);
  process.once('exit', endAll);
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (piece: string) => out.push(piece));
  child.stderr.setEncoding('utf8').on('data', (piece: string) => err.push(piece));
  // It may end without reading.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    endAll();
  }, withinMs);
  const closed = once(child, 'close').catch(() => [NOT_THERE, '']);
  const [code, signal] = (await closed.finally(() => {
    clearTimeout(timer);
    process.removeListener('exit', endAll);
  })) as [number | null, string];
  const ran = { code: code ?? signal, stdout: out.join(''), stderr: err.join('') };
  if (isLate) throw new Error(`${said(program, args)} did not end within ${withinMs / 1000} s: ${tail(ran)}`);
  return ran;
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** What it prints; an exit code other than 0 is an error that says what it printed last. */
export async function runOk(program: string, args: readonly string[], options?: RunOptions): Promise<string> {
  const ran = await run(program, args, options);
  if (ran.code !== 0) throw new Error(`${said(program, args)} ended with ${ran.code}: ${tail(ran)}`);
  return ran.stdout;
}

export async function isThere(program: string): Promise<boolean> {
  return (await run('sh', ['-c', 'command -v "$1"', 'sh', program])).code === 0;
}

/** Of Debian's packages, as root, those whose program is missing. */
export async function ensurePrograms(packages: Readonly<Record<string, string>>): Promise<void> {
  const missing: string[] = [];
  for (const [program, name] of Object.entries(packages)) if (!(await isThere(program))) missing.push(name);
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0)
    throw new Error(`${missing.join(', ')} would have to be installed, and this is not root`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runOk('apt-get', ['update', '-qq'], { env, withinMs: 120_000 });
  const install = ['install', '-y', '-qq', '--no-install-recommends', ...missing];
  await runOk('apt-get', install, { env, withinMs: 180_000 });
}

function said(program: string, args: readonly string[]): string {
  return [program, ...args].join(' ').slice(0, 200);
}

function tail({ stdout, stderr }: Ran): string {
  return `${stdout.slice(-1_500)}${stderr.slice(-1_500)}`.trim();
}
