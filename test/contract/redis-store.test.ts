import { after, before } from 'node:test';
import type { Redis } from 'ioredis';
import type { Store } from '../../src/core/ports.ts';
import { connectRedis } from '../../src/redis/connect.ts';
import { createRedisStore } from '../../src/redis/store.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { storeContract } from './store.ts';

let server: TestRedis;
let redis: Redis;
let store: Store;

before(async () => {
  server = await startTestRedis();
  redis = connectRedis({ url: server.url, onTrouble: () => {}, onOk: () => {} });
  store = createRedisStore({ redis, onTrouble: () => {}, onOk: () => {} });
});

after(async () => {
  redis.disconnect();
  await server.stop();
});

storeContract('Redis', () => store);
