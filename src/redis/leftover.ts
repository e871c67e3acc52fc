/** A Redis that a killed linesman left on the data folder: two on one append-only file would ruin it. */
import { readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { pauseMs } from './pause.ts';

export const PID_FILE = 'redis.pid';
const END_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 20;

/** Ends it (TERM, then KILL) and waits until it is gone; does nothing where there is none. */
export async function endLeftover(folder: string): Promise<void> {
  const pid = await leftoverPid(folder);
  if (pid === undefined) return;
  signal(pid, 'SIGTERM');
  if (await isGoneWithin(pid, folder, END_WITHIN_MS)) return;
  signal(pid, 'SIGKILL');
  await isGoneWithin(pid, folder, END_WITHIN_MS);
}

/** Pid of the Redis that runs on the folder, whoever started it. */
export async function leftoverPid(folder: string): Promise<number | undefined> {
  const text = await readFile(join(folder, PID_FILE), 'utf8').catch(() => '');
  const pid = Number.parseInt(text, 10);
  return pid > 1 && (await isRedisOn(pid, folder)) ? pid : undefined;
}

async function isGoneWithin(pid: number, folder: string, withinMs: number): Promise<boolean> {
  for (let waited = 0; waited < withinMs; waited += LOOK_EVERY_MS) {
    if (!(await isRedisOn(pid, folder))) return true;
    await pauseMs(LOOK_EVERY_MS);
  }
  return false;
}

/** The number in the file may be another process's by now: only a Redis that has the folder open is ended. */
async function isRedisOn(pid: number, folder: string): Promise<boolean> {
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  if (!/redis|valkey/.test(command)) return false;
  const [now, asked] = await Promise.all([readlink(`/proc/${pid}/cwd`).catch(() => ''), realpath(folder)]);
  return now === asked;
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended in between.
  }
}
