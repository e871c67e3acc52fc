/** One command to a Redis, by a client of its own, as a person with redis-cli would give it. */
import { Redis } from 'ioredis';

export async function askRedis(url: string, command: string, ...args: readonly string[]): Promise<unknown> {
  const redis = new Redis(url, { maxRetriesPerRequest: 1, lazyConnect: true });
  redis.on('error', () => {});
  try {
    await redis.connect();
    return await redis.call(command, ...args);
  } finally {
    redis.disconnect();
  }
}

/** How often the server has run this command, by its own count. */
export async function callsOf(url: string, command: string): Promise<number> {
  const text = String(await askRedis(url, 'INFO', 'commandstats'));
  return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}
