/** What other programs that are installed take to follow the same log. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Follower, installedFollowers } from '../peers.ts';
import type { Bench } from '../row.ts';
import { inDigits } from '../statistics.ts';
import { startAppender } from './appender.ts';
import { cpuSecondsOf } from './world.ts';

const WARM_UP_MS = 3_000;
const WINDOW_MS = 8_000;
/** Written on so long, that the window does not see the end. */
const AFTER_MS = 1_000;

/** In words, such as `mtail 13%`; how little else was asked of them is told where they replay. */
export async function followersAt(bench: Bench, rate: number): Promise<string> {
  const said: string[] = [];
  for (const follower of installedFollowers()) {
    bench.say(`live: ${rate} lines/s, ${follower.name}`);
    said.push(`${follower.name} ${inDigits(await percentOf(bench, follower, rate))}%`);
  }
  return said.join(', ');
}

async function percentOf(bench: Bench, { name, follow }: Follower, rate: number): Promise<number> {
  const log = join(bench.folder, `${name}-${rate}.log`);
  closeSync(openSync(log, 'w'));
  const [program = '', ...words] = follow(log, bench.folder);
  const child = spawn(program, words, { stdio: 'ignore', cwd: bench.folder });
  const appender = startAppender(log, rate, (WARM_UP_MS + WINDOW_MS + AFTER_MS) / 1_000);
  function end(): void {
    child.kill('SIGKILL');
    appender.end();
  }
  return await bench.during(end, async () => {
    await pause(WARM_UP_MS);
    const [begun, before] = [performance.now(), await cpuSecondsOf(child.pid ?? 0)];
    await pause(WINDOW_MS);
    const used = (await cpuSecondsOf(child.pid ?? 0)) - before;
    return (used / (performance.now() - begun)) * 1_000 * 100;
  });
}
