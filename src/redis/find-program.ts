/** Which Redis program is on this machine. */
import { execFile } from 'node:child_process';

const NAMES = ['redis-server', 'valkey-server'];
const VERSION_LINE = /^(Redis|Valkey) server /;
const ANSWER_WITHIN_MS = 10_000;

/** Name of a Redis program on the PATH that can be started; undefined where there is none. */
export async function findRedisProgram(): Promise<string | undefined> {
  for (const name of NAMES) {
    if (await isRedisProgram(name)) return name;
  }
  return undefined;
}

/** True where the program runs and says that it is Redis or Valkey: a package with a missing library does not. */
export function isRedisProgram(program: string): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(program, ['--version'], { timeout: ANSWER_WITHIN_MS }, (error, stdout) =>
      resolve(error === null && VERSION_LINE.test(stdout)),
    );
  });
}
