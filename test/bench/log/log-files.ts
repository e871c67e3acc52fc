/** Logs for the bench, each made once in a folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LogFormat } from './answers.ts';

const MAKE_LOG = fileURLToPath(new URL('make.ts', import.meta.url));
/** Of the log's own time; a log of five million lines is 42 minutes of a busy site. */
const LINES_A_SECOND = 2_000;

/** Words of a command that writes a log to standard output. */
export function makeLogCommand(format: LogFormat, lines: number, seed = 1): readonly string[] {
  return [process.execPath, MAKE_LOG, String(lines), format, String(seed), String(LINES_A_SECOND)];
}

/** Gives the path of a log, which is complete when it resolves. */
export function createLogFiles(folder: string): (format: LogFormat, lines: number) => Promise<string> {
  const made = new Map<string, Promise<string>>();
  return (format, lines) => {
    const path = join(folder, `${format}-${lines}.log`);
    const making = made.get(path) ?? make(path, makeLogCommand(format, lines));
    made.set(path, making);
    return making;
  };
}

async function make(path: string, [program = '', ...words]: readonly string[]): Promise<string> {
  const file = await open(path, 'w');
  try {
    const child = spawn(program, words, { stdio: ['ignore', file.fd, 'inherit'] });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`The log ${path} could not be made`);
    return path;
  } finally {
    await file.close();
  }
}
