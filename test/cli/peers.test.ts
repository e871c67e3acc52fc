/** `linesman peers` against a real Redis. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Redis } from 'ioredis';
import { connectRedis } from '../../src/redis/connect.ts';
import { createRedisPeers } from '../../src/redis/peers.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
let server: TestRedis;
let redis: Redis;

before(async () => {
  server = await startTestRedis();
  redis = connectRedis({ url: server.url, onTrouble() {}, onOk() {} });
  await redis.ping();
});

after(async () => {
  redis.disconnect();
  await server.stop();
});

function peers(url: string | undefined, ...args: readonly string[]) {
  const { REDIS_URL: _, ...env } = process.env;
  return spawnSync(process.execPath, [MAIN, 'peers', ...args], {
    env: { ...env, ...(url !== undefined && { REDIS_URL: url }) },
    encoding: 'utf8',
    timeout: 30_000,
  });
}

test('it lists who is at this Redis, and forgets one', async () => {
  assert.match(peers(server.url).stdout, /^No linesman has been at this Redis/);
  for (const host of ['web-2', 'web-1'])
    await createRedisPeers({ redis, host, place: 'place', version: '1.2.3' }).beat(
      host === 'web-2' ? 'stopped' : 'running',
    );

  const listed = peers(server.url);
  assert.match(
    listed.stdout,
    /^HOST +HEARD OF +VERSION +RUNS ON\nweb-1 +\d+ s ago +1\.2\.3 +place\nweb-2 +stopped \d+ s ago +1\.2\.3 +place\n$/,
  );
  assert.equal(JSON.parse(peers(server.url, '--json').stdout).length, 2);

  assert.equal(peers(server.url, '--forget', 'web-2').status, 0);
  const again = peers(server.url, '--forget', 'web-2');
  assert.equal(again.status, 64);
  assert.match(again.stderr, /There is no linesman of host web-2 at this Redis/);
  assert.match(peers(server.url).stdout, /^HOST.*\nweb-1 .*\n$/);
});

test('with a Redis of its own, or one that is not there, it says so', () => {
  const own = peers(undefined);
  assert.equal(own.status, 78);
  assert.match(own.stderr, /a Redis of its own.*REDIS_URL/);

  const away = peers('redis://user:s3cret@127.0.0.1:1');
  assert.equal(away.status, 78);
  assert.match(away.stderr, /Redis at redis:\/\/127\.0\.0\.1:1 does not answer/);
  assert.doesNotMatch(away.stderr, /s3cret/);
});
