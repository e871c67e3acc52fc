/** A process that appends to a log as a busy Nginx does, and says in the end when it wrote how much. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { LinesAt } from './delays.ts';

const APPEND = fileURLToPath(new URL('../log/append.ts', import.meta.url));

export interface Appender {
  /** Its writes, when it has ended. */
  readonly writing: Promise<readonly LinesAt[]>;
  end(): void;
}

export function startAppender(path: string, linesASecond: number, seconds: number): Appender {
  const words = [APPEND, path, String(linesASecond), String(seconds)];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = Promise.all([text(child.stdout), once(child, 'exit')]);
  const writing = ended.then(([printed]) => (printed === '' ? [] : (JSON.parse(printed) as readonly LinesAt[])));
  return { writing, end: () => void child.kill('SIGKILL') };
}
