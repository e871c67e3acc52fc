/** A server started as a child that ends with us: its last output and how it ended. */
import { spawn } from 'node:child_process';
import { isRunnable } from './runnable.ts';

const OUTPUT_CHARS_MAX = 2_000;

export interface Child {
  readonly pid: number | undefined;
  /** How it ended, in words; settles always. */
  readonly ended: Promise<string>;
  /** The end of what it wrote. */
  output(): string;
  /** TERM, then KILL after that long; resolves when it has ended. */
  end(withinMs: number): Promise<void>;
}

/**
 * The kernel ends it when linesman is killed, where setpriv is there to ask for that. It has a process group of its own:
 * Ctrl-C in a terminal goes to all of linesman's, and a server that ends before its client is an outage.
 */
export async function startChild(program: string, args: readonly string[]): Promise<Child> {
  const command = (await canTieToParent()) ? ['setpriv', '--pdeathsig', 'TERM', program] : [program];
  const [first = program, ...rest] = command;
  const child = spawn(first, [...rest, ...args], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let text = '';
  const keep = (piece: Buffer) => {
    text = (text + piece.toString()).slice(-OUTPUT_CHARS_MAX);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
  });

  return {
    pid: child.pid,
    ended,
    output: () => text.trim(),
    async end(withinMs) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

function canTieToParent(): Promise<boolean> {
  return isRunnable('setpriv', ['--pdeathsig', 'TERM', 'true']);
}
