/** A connected client and store for a test, with what they complained about. */
import type { Redis } from 'ioredis';
import type { Store } from '../../src/core/ports.ts';
import { connectRedis } from '../../src/redis/connect.ts';
import { createRedisStore } from '../../src/redis/store.ts';

export interface TestClient {
  readonly redis: Redis;
  readonly store: Store;
  readonly troubles: string[];
  /** How often all was well again. */
  oks(): number;
  /** Gives up what is being tried. */
  abort(): void;
  close(): void;
}

export function connectTestClient(url: string): TestClient {
  const troubles: string[] = [];
  const giveUp = new AbortController();
  let oks = 0;
  const onTrouble = (message: string) => void troubles.push(message);
  const onOk = () => {
    oks += 1;
  };
  const redis = connectRedis({ url, onTrouble: () => {}, onOk: () => {} });
  const store = createRedisStore({ redis, onTrouble, onOk, signal: giveUp.signal });

  return {
    redis,
    store,
    troubles,
    oks: () => oks,
    abort: () => giveUp.abort(),
    close() {
      giveUp.abort();
      redis.disconnect();
    },
  };
}
