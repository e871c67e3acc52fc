/** A linesman as its users run it, with its own Redis, and what both cost while it runs. */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { askRedis } from '../../support/redis-ask.ts';
import { createWorld, type Running, type World } from '../../support/service.ts';
import type { Bench } from '../row.ts';

/** USER_HZ, which is 100 wherever Linux counts in /proc. */
const TICKS_A_SECOND = 100;
const KIB = 1_024;

/** Starts linesman, does the work and stops both; orderly where it can, since only then are profiles written. */
export async function withLinesman<Result>(
  bench: Bench,
  work: (world: World, running: Running) => Promise<Result>,
  prepare: (world: World) => Promise<void> = async () => {},
): Promise<Result> {
  const world = await createWorld({ main: bench.main, env: bench.env });
  return await bench.during(world.end, async () => {
    await prepare(world);
    const running = await world.start();
    const result = await work(world, running);
    await running.stop();
    return result;
  });
}

/** What was used up to now; the difference of two is what was used between them. */
export interface Spent {
  /** In ms, of a clock that all processes share. */
  readonly at: number;
  readonly cpuS: number;
  readonly redisCpuS: number;
  readonly redisCommands: number;
  readonly aofBytes: number;
}

export async function spentBy(world: World, running: Running): Promise<Spent> {
  const [cpuS, redisCpuS, redisCommands, aofBytes] = await Promise.all([
    cpuSecondsOf(running.pid),
    cpuSecondsOf(await world.redisPid()),
    commandsOf(redisUrl(world)),
    bytesIn(join(world.data, 'redis', 'appendonlydir')),
  ]);
  return { at: performance.now(), cpuS, redisCpuS, redisCommands, aofBytes };
}

export function redisUrl(world: World): string {
  return `unix://${join(world.data, 'redis', 'redis.sock')}`;
}

/** Of all its threads, those that have ended too. */
export async function cpuSecondsOf(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8');
  // A program's name may hold blanks and brackets; the numbers begin behind it.
  const numbers = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(numbers[11]) + Number(numbers[12])) / TICKS_A_SECOND;
}

/** Resident now, in MiB. */
export async function residentMiB(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]) / KIB;
}

async function commandsOf(url: string): Promise<number> {
  const text = String(await askRedis(url, 'INFO', 'stats'));
  return Number(/^total_commands_processed:(\d+)/m.exec(text)?.[1]);
}

async function bytesIn(folder: string): Promise<number> {
  const sizes = await Promise.all(
    // A rewrite replaces files while we look.
    (await readdir(folder)).map(async (name) => (await stat(join(folder, name)).catch(() => ({ size: 0 }))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
