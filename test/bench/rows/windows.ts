/** What linesman and its Redis cost in stretches of time, while they run. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Running, World } from '../../support/service.ts';
import { residentMiB, type Spent, spentBy } from './world.ts';

const SAMPLE_MS = 250;

/** Of a second, all but the last. */
export interface Window {
  /** Of a core. */
  readonly percent: number;
  readonly redisPercent: number;
  readonly redisCommands: number;
  readonly aofKiB: number;
  /** Highest in it. */
  readonly residentMiB: number;
}

export async function windowOf(world: World, running: Running, lengthMs: number): Promise<Window> {
  const before = await spentBy(world, running);
  let resident = 0;
  for (const end = before.at + lengthMs; performance.now() < end; await pause(SAMPLE_MS)) {
    resident = Math.max(resident, await residentMiB(running.pid));
  }
  return { ...between(before, await spentBy(world, running)), residentMiB: resident };
}

function between(before: Spent, after: Spent): Omit<Window, 'residentMiB'> {
  const seconds = (after.at - before.at) / 1_000;
  return {
    percent: ((after.cpuS - before.cpuS) / seconds) * 100,
    redisPercent: ((after.redisCpuS - before.redisCpuS) / seconds) * 100,
    redisCommands: (after.redisCommands - before.redisCommands) / seconds,
    aofKiB: (after.aofBytes - before.aofBytes) / seconds / 1_024,
  };
}
