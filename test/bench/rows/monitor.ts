/** What is said to a Redis, told by itself. */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { World } from '../../support/service.ts';
import { redisUrl } from './world.ts';

/** A second. */
export interface Commands {
  readonly sent: number;
  /** By the Lua scripts among what was sent. */
  readonly byScripts: number;
}

export async function commandsOf(world: World, lengthMs: number): Promise<Commands> {
  const redis = new Redis(redisUrl(world));
  const monitor = await redis.monitor();
  const counts = { sent: 0, byScripts: 0 };
  monitor.on('monitor', (_time: string, _words: readonly string[], from: string) => {
    counts[from === 'lua' ? 'byScripts' : 'sent'] += 1;
  });
  try {
    await pause(lengthMs);
    return { sent: (counts.sent / lengthMs) * 1_000, byScripts: (counts.byScripts / lengthMs) * 1_000 };
  } finally {
    monitor.disconnect();
    redis.disconnect();
  }
}
