/** Opens the store of the live service: the embedded Redis or the one that REDIS_URL names. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { messageOf, UserError } from '../../core/errors.ts';
import type { Store } from '../../core/ports.ts';
import { checkRedis } from '../../redis/check.ts';
import { connectRedis } from '../../redis/connect.ts';
import { startEmbeddedRedis } from '../../redis/embedded.ts';
import { createRedisLease, type Lease } from '../../redis/lease.ts';
import { createRedisPeers, type Peers } from '../../redis/peers.ts';
import { noProgram } from '../../redis/private-copy.ts';
import { createRedisStore } from '../../redis/store.ts';
import type { Health } from '../../telemetry/health.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { VERSION } from '../../version.ts';
import { type StoreWait, watchedStore } from './store-wait.ts';

/** Name of the reason that health shows while the store cannot be used. */
export const REDIS_REASON = 'redis';
/** Time between two looks at its policy. */
const RECHECK_MS = 60_000;

export interface Storage {
  readonly url: string;
  readonly store: Store;
  /** Of the host's name; see createRedisLease. */
  leaseFor(agent: string): Lease;
  /** Undefined: this Redis is ours alone. */
  readonly peers: Peers | undefined;
  /** A Redis that was trusted at the start is looked at again from time to time. */
  recheck(onEvicting: () => void): void;
  close(): Promise<void>;
}

/** Resolves when Redis answers and can be trusted; a server that is not there yet is waited for. */
export async function openStorage(parts: {
  readonly config: Config;
  readonly health: Health;
  readonly log: Logger;
  readonly signal: AbortSignal;
  readonly wait: StoreWait;
  /** Program to start where REDIS_URL is not set. */
  readonly redisProgram?: string | undefined;
}): Promise<Storage> {
  const { config, health, signal, wait } = parts;
  let isClosing = false;
  let isAway = false;
  let isRefusing = false;
  const events = {
    onTrouble(message: string, isRefusal = false) {
      // A server that we stop ourselves is no trouble, and one outage is one sentence, however it shows: but a server
      // that does not start says the cause and the remedy, which the connection that was lost before does not.
      if (isClosing || isRefusing || (isAway && !isRefusal)) return;
      isAway = true;
      isRefusing = isRefusal;
      const sentence = isRefusal ? firstAndLastLine(message) : message;
      health.set(REDIS_REASON, `${sentence.replace(/\.*$/, '.')} Nothing is lost: lines are read when it is back.`);
    },
    onOk() {
      isAway = false;
      isRefusing = false;
      health.clear(REDIS_REASON);
    },
  };
  const embedded = config.redis ? undefined : await startEmbedded(config, parts.redisProgram, events);
  const url = config.redis ?? embedded?.url ?? '';
  const redis = connectRedis({ url, ...events });
  let timer: NodeJS.Timeout | undefined;
  let isChecking = false;
  async function checkAgain(onEvicting: () => void): Promise<void> {
    // One that waits for a Redis that is away is enough.
    if (isChecking) return;
    isChecking = true;
    try {
      await checkRedis(redis, signal);
      health.clear('redis-policy');
    } catch (error) {
      if (signal.aborted || isClosing) return;
      health.set('redis-policy', messageOf(error));
      if (error instanceof UserError && error.code === 'REDIS_POLICY') onEvicting();
    } finally {
      isChecking = false;
    }
  }
  async function close(): Promise<void> {
    isClosing = true;
    clearInterval(timer);
    redis.disconnect();
    await embedded?.stop();
  }
  try {
    const { warnings } = await wait.during(async () => await checkRedis(redis, signal));
    for (const warning of warnings) parts.log.warn({ warning }, 'Redis can be improved');
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    close,
    peers: embedded ? undefined : createRedisPeers({ redis, host: config.host, place: hostname(), version: VERSION }),
    store: watchedStore(createRedisStore({ redis, ...events, signal }), wait),
    leaseFor(agent) {
      const clock = () => performance.now();
      const lease = createRedisLease({ redis, agent, host: config.host, place: hostname(), clock, ...events });
      // Before its turn this is all that is asked of a Redis, so an outage shows here or nowhere.
      return { ...lease, claim: async (until) => await wait.during(async () => await lease.claim(until)) };
    },
    recheck(onEvicting) {
      timer = setInterval(() => void checkAgain(onEvicting), RECHECK_MS);
    },
  };
}

async function startEmbedded(
  config: Config,
  program: string | undefined,
  events: { onTrouble(message: string, isRefusal?: boolean): void; onOk(): void },
) {
  if (!program) throw await noProgram();
  return await startEmbeddedRedis({ folder: join(config.data, 'redis'), program, ...events });
}

/** Of a server's last output the last line says why. */
function firstAndLastLine(message: string): string {
  const lines = message.trim().split('\n');
  return lines.length === 1 ? message : `${lines[0]} ${lines.at(-1)}`;
}
