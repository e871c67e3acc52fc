import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Redis } from 'ioredis';
import { checkRedis } from '../../src/redis/check.ts';
import { commitOf } from '../contract/store.ts';
import { startTestRedis } from '../support/redis.ts';
import { connectTestClient } from '../support/redis-client.ts';
import { until } from '../support/until.ts';

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

test('while Redis is away nothing is put into the queue of its client, however long it is tried', async () => {
  const server = await startTestRedis();
  cleanups.push(() => server.stop());
  const client = connectTestClient(server.url);
  cleanups.push(() => client.close());
  const { redis, store } = client;
  await store.commit(commitOf('host', '', 'a', {}));
  await server.kill();
  await until('the connection is lost', () => redis.status !== 'ready');
  const left = queued(redis);
  let reconnects = 0;
  redis.on('reconnecting', () => {
    reconnects += 1;
  });

  const checking = checkRedis(redis);
  const reading = store.read('host', ['head']);
  const committing = store.commit(commitOf('host', 'a', 'b', {}));
  await until('it was tried several times', () => reconnects >= 8);
  assert.ok(queued(redis) <= left, `${queued(redis)} questions wait, ${left} did before`);
  await server.start();

  assert.deepEqual(await checking, { warnings: [] });
  assert.equal((await reading).length, 1);
  assert.equal(await committing, 'ok');
});

test('a frozen Redis is asked again on a new connection, and the questions do not add up', async () => {
  const server = await startTestRedis();
  cleanups.push(() => server.stop());
  const client = connectTestClient(server.url);
  cleanups.push(() => client.close());
  const { redis, store } = client;
  await store.commit(commitOf('host', '', '0', { one: [0] }));
  Object.assign(redis.options, { commandTimeout: 100, socketTimeout: 300 });

  let closed = 0;
  redis.on('close', () => {
    closed += 1;
  });
  process.kill(server.pid(), 'SIGSTOP');
  const committing = store.commit(commitOf('host', '0', '1', { one: [1] }));
  await until('several connections fell silent', () => closed >= 3);
  const open = queued(redis);
  process.kill(server.pid(), 'SIGCONT');
  const result = await committing;

  assert.ok(open <= 4, `${open} questions wait in the client`);
  assert.ok(result === 'ok' || result === 'dup', result);
  assert.equal((await store.read('host', ['one']))[0]?.[0], 1);
});

/** What ioredis keeps: not sent yet, and sent without an answer. */
function queued(redis: Redis): number {
  return ['offlineQueue', 'commandQueue'].reduce((sum, name) => {
    const queue = Reflect.get(redis, name) as { readonly length: number } | undefined;
    return sum + (queue?.length ?? 0);
  }, 0);
}
