import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { commitOf } from '../contract/store.ts';
import { startLosingProxy } from '../support/losing-proxy.ts';
import { startTestRedis } from '../support/redis.ts';
import { connectTestClient } from '../support/redis-client.ts';
import { until } from '../support/until.ts';

/** Shorter than in life, so that the test is quick. */
const SILENCE_MS = 250;

const cleanups: (() => Promise<void> | void)[] = [];

after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

test('a connection that falls silent without closing is replaced, and the commit gets in over the new one', async () => {
  const server = await startTestRedis();
  cleanups.push(() => server.stop());
  const proxy = await startLosingProxy(join(server.folder, 'redis.sock'));
  cleanups.push(() => proxy.close());
  const client = connectTestClient(proxy.url);
  cleanups.push(() => client.close());
  Object.assign(client.redis.options, { commandTimeout: SILENCE_MS, socketTimeout: shorter(client.redis.options) });
  await until('it is connected', () => client.redis.status === 'ready');
  await client.store.commit(commitOf('host', '', 'a', { one: [1] }));

  proxy.silence();
  const result = await client.store.commit(commitOf('host', 'a', 'b', { one: [2] }));

  assert.equal(result, 'ok');
  assert.equal((await client.store.read('host', ['one']))[0]?.[0], 2);
});

/** Only where there is a limit on silence at all: without one this test must fail. */
function shorter(options: { readonly socketTimeout?: number | undefined }): number | undefined {
  return options.socketTimeout === undefined ? undefined : SILENCE_MS;
}
