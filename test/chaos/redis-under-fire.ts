/** The Redis of a kill loop: linesman's own, or one that it reaches by an address, also through a proxy that loses replies. */
import { join } from 'node:path';
import { type LosingProxy, startLosingProxy } from '../support/losing-proxy.ts';
import { startTestRedis } from '../support/redis.ts';
import type { World } from '../support/service.ts';
import type { Random } from './random.ts';

export interface RedisUnderFire {
  /** For linesman. */
  readonly env: Readonly<Record<string, string>>;
  /** SIGKILL, and up again. False where there was none to kill. */
  kill(world: World): Promise<boolean>;
  lost(): { readonly replies: number; readonly requests: number };
  close(): Promise<void>;
}

/** linesman starts it again by itself. */
export function embeddedRedis(): RedisUnderFire {
  return {
    env: {},
    async kill(world) {
      try {
        process.kill(await world.redisPid(), 'SIGKILL');
        return true;
      } catch {
        return false;
      }
    },
    lost: () => ({ replies: 0, requests: 0 }),
    async close() {},
  };
}

/** `share` of the replies is lost. */
export async function addressedRedis(share: number, random: Random): Promise<RedisUnderFire> {
  const server = await startTestRedis();
  let proxy: LosingProxy | undefined;
  if (share > 0) proxy = await startLosingProxy(join(server.folder, 'redis.sock'), { share, random });
  return {
    env: { REDIS_URL: proxy?.url ?? server.url },
    async kill() {
      await server.kill();
      await server.start();
      return true;
    },
    lost: () => ({ replies: proxy?.lost() ?? 0, requests: proxy?.cut() ?? 0 }),
    async close() {
      await proxy?.close();
      await server.stop();
    },
  };
}
