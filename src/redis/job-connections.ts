/** The connections BullMQ works on. It makes further ones from them, and all of them must end, also without Redis. */
import { Redis, type RedisOptions } from 'ioredis';
import { parseRedisUrl } from './connect.ts';

const CONNECT_TIMEOUT_MS = 3_000;
const RETRY_STEP_MS = 50;
const RETRY_MAX_MS = 1_000;
const ADD_TIMEOUT_MS = 2_000;
/** Longer than BullMQ's longest waiting command, 10 s: no byte for that long means that the peer vanished without a word. */
const SILENCE_MS = 15_000;

/** Errors are shown by BullMQ's own 'error' events. */
export function createJobConnections(url: string): {
  /** For adding: a command that gets no answer is given up. */
  readonly queue: Redis;
  /** For workers: they wait in a command, so there is no limit on it. */
  readonly worker: Redis;
  end(): void;
} {
  const made: Redis[] = [];
  const common = {
    ...parseRedisUrl(url),
    connectTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    maxRetriesPerRequest: null,
    retryStrategy: (times: number) => Math.min(times * RETRY_STEP_MS, RETRY_MAX_MS),
  } satisfies RedisOptions;

  class KeptRedis extends Redis {
    override duplicate(override?: Partial<RedisOptions>): Redis {
      return kept(super.duplicate(override));
    }
  }
  return {
    queue: kept(new KeptRedis({ ...common, commandTimeout: ADD_TIMEOUT_MS })),
    worker: kept(new KeptRedis(common)),
    end() {
      for (const redis of made) redis.disconnect();
    },
  };

  function kept(redis: Redis): Redis {
    // Without a listener an error before BullMQ listens, or after it has closed, would end the process.
    redis.on('error', () => {});
    made.push(redis);
    return redis;
  }
}
