/** A program of the test's own, run by Node, that says a word when it is ready. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Program {
  readonly pid: number;
  /** What it said when it was ready. */
  readonly said: string;
  /** SIGSTOP, SIGCONT. */
  signal(name: NodeJS.Signals): void;
  /** SIGKILL, and waits until it is gone. */
  end(): Promise<void>;
}

/** `text` is JavaScript that prints one line when it is ready; `name` stands first in its command line. */
export async function startProgram(text: string, name = process.execPath): Promise<Program> {
  const child = spawn(process.execPath, ['-e', text], { argv0: name, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const first = await Promise.race([once(child.stdout, 'data'), ended.then(() => undefined)]);
  if (first === undefined) throw new Error('The program of the test ended at once');
  return {
    pid: child.pid ?? 0,
    said: String(first[0]).trim(),
    signal: (signal) => void child.kill(signal),
    end: async () => await ending(child, ended),
  };
}

async function ending(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}
