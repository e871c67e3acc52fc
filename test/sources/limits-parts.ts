/** Starts limits-child.ts under a limit of the system, and follows what it prints. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../support/until.ts';
import type { ChildState } from './limits-child.ts';

const CHILD = fileURLToPath(new URL('limits-child.ts', import.meta.url));

export interface LimitedReader {
  readonly pid: number;
  readonly state: () => ChildState;
  readonly command: (text: string) => void;
  readonly until: (what: string, holds: (state: ChildState) => boolean) => Promise<void>;
}

export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'limits-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs the reader by `sh -c`, in which "$@" is its command: 'ulimit -n 64; exec "$@"'. Ended after the test. */
export function startReader(
  t: TestContext,
  parts: {
    readonly glob: string;
    readonly watch?: boolean;
    readonly shell?: string;
    readonly unshare?: readonly string[];
  },
): LimitedReader {
  const program = [process.execPath, CHILD, parts.glob, parts.watch ? 'watch' : 'sweep'];
  const shell = ['sh', '-c', parts.shell ?? 'exec "$@"', 'sh', ...program];
  const [command = 'sh', ...args] = parts.unshare ? ['unshare', ...parts.unshare, ...shell] : shell;
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let state: ChildState = { lines: 0, last: '', problems: [], skipped: {} };
  let said = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    state = JSON.parse(line) as ChildState;
  });
  child.stderr.on('data', (bytes: Buffer) => {
    said = `${said}${bytes}`.slice(-2_000);
  });
  t.after(async () => await end(child));
  return {
    pid: child.pid ?? 0,
    state: () => state,
    command: (text) => child.stdin.write(`${text}\n`),
    async until(what, holds) {
      try {
        await until(what, () => {
          if (child.exitCode !== null) throw new Error(`The reader ended with ${child.exitCode}`);
          return holds(state);
        });
      } catch (error) {
        throw new Error(`${(error as Error).message}; ${JSON.stringify(state).slice(0, 2_000)} ${said}`, {
          cause: error,
        });
      }
    },
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.stdin?.end();
  await exited;
}

/** False where a command works, else why not. */
export function missing(command: string, args: readonly string[]): string | false {
  try {
    execFileSync(command, args, { stdio: 'pipe' });
    return false;
  } catch (error) {
    return `${command} ${args.join(' ')} does not work here: ${(error as Error).message.split('\n')[0]}`;
  }
}
