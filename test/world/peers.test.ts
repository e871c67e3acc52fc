/** Linesmen of two hosts at one Redis: each knows of the other, and one that is stopped says so before it goes. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectRedis } from '../../src/redis/connect.ts';
import { listPeers } from '../../src/redis/peers.ts';
import { startTcpRedis } from '../support/redis-tcp.ts';
import { createWorld } from '../support/service.ts';
import { until } from '../support/until.ts';

test('two hosts at one Redis know of each other, and a stop is said', async (t) => {
  const redis = await startTcpRedis();
  const world = await createWorld({ env: { REDIS_URL: redis.url } });
  const looker = connectRedis({ url: redis.url, onTrouble() {}, onOk() {} });
  t.after(async () => {
    looker.disconnect();
    await world.end();
    await redis.stop();
  });
  const states = async () =>
    (await listPeers(looker).catch(() => [])).map(({ host, state }) => `${host} ${state}`).toSorted();
  const saying = async (...said: readonly string[]) =>
    await until(`they say ${said.join()}`, async () => (await states()).join() === said.join());

  await world.start({ env: { LINESMAN_HOST: 'web-1' } });
  const other = await world.start({ env: { LINESMAN_HOST: 'web-2', LINESMAN_DATA: join(world.folder, 'data-2') } });
  await saying('web-1 running', 'web-2 running');

  assert.equal(await other.stop(), 0);
  await saying('web-1 running', 'web-2 stopped');
});
