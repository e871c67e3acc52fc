import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, test } from 'node:test';
import fc from 'fast-check';
import { UserError } from '../../src/core/errors.ts';
import { checkRedis } from '../../src/redis/check.ts';
import { connectRedis, parseRedisUrl, socketUrl } from '../../src/redis/connect.ts';
import { startTestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

test('addresses are read', () => {
  assert.deepEqual(parseRedisUrl('redis://cache'), { host: 'cache', port: 6379, db: 0 });
  assert.deepEqual(parseRedisUrl('redis://[::1]:7000/2'), { host: '::1', port: 7000, db: 2 });
  assert.deepEqual(parseRedisUrl('redis://:p%40ss@cache'), { host: 'cache', port: 6379, db: 0, password: 'p@ss' });
  assert.deepEqual(parseRedisUrl('unix:///run/my%20redis.sock?db=3'), { path: '/run/my redis.sock', db: 3 });
  assert.deepEqual(parseRedisUrl('rediss://bob:secret@cache:6380'), {
    ...{ host: 'cache', port: 6380, db: 0, username: 'bob', password: 'secret' },
    tls: { servername: 'cache' },
  });
});

test('the address of a socket gives its path back, whatever letters are in it', () => {
  const name = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/^\.{1,2}$|[/\0]/.test(text));
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
      const path = `/${names.join('/')}`;
      assert.deepEqual(parseRedisUrl(socketUrl(path)), { path, db: 0 });
    }),
    { examples: [[['srv', 'data#1', 'redis.sock']], [['a?b', '%23', '\\', ' ']]] },
  );
});

test('a malformed address is said, never its password', () => {
  const wrong = ['', 'cache:6379', 'http://u:hunter2@cache', 'redis://:hunter2@', 'redis://:hunter2@cache/x'];
  for (const text of [...wrong, 'redis://u:hunter2@cache:99999', 'unix://cache/sock', 'redis://u:%hunter2@cache']) {
    assert.throws(
      () => parseRedisUrl(text),
      (error: unknown) =>
        error instanceof UserError && error.code === 'REDIS_URL' && !error.message.includes('hunter2'),
      text,
    );
  }
});

test('a good Redis passes without a warning', async () => {
  const { redis } = await connected();

  assert.deepEqual(await checkRedis(redis), { warnings: [] });
});

test('a Redis without an append-only file is used with a warning', async () => {
  const { redis } = await connected(['--appendonly', 'no']);

  const { warnings } = await checkRedis(redis);

  assert.equal(warnings.length, 1);
  assert.match(String(warnings[0]), /CONFIG SET appendonly yes/);
});

test('a node of a cluster is named in a warning', async () => {
  const { redis } = await connected(['--cluster-enabled', 'yes', '--cluster-port', '0']);

  const { warnings } = await checkRedis(redis);

  assert.match(warnings.join(), /node of a cluster.*REDIS_URL/);
});

test('a Redis that may evict is refused, with the command that mends it', async () => {
  const { redis } = await connected();
  await redis.config('SET', 'maxmemory-policy', 'allkeys-lru');

  await assert.rejects(
    checkRedis(redis),
    isUserError('REDIS_POLICY', /allkeys-lru.*CONFIG SET maxmemory-policy noevict/),
  );
});

test('a wrong, and a missing, password is refused and not shown', async () => {
  const server = await startTestRedis(['--requirepass', 'right-one']);
  cleanups.push(() => server.stop());
  for (const parameters of ['?password=hunter2', '']) {
    const redis = connection(`${server.url}${parameters}`);
    await assert.rejects(checkRedis(redis), (error: unknown) => {
      return isUserError('REDIS_AUTH', /REDIS_URL/)(error) && !String(error).includes('hunter2');
    });
    redis.disconnect();
  }
});

test('a Redis older than 7 is refused', async () => {
  const redis = connection(await fakeRedis('6.2.14'));

  await assert.rejects(checkRedis(redis), isUserError('REDIS_OLD', /6\.2\.14/));
});

test('a Redis that comes later is waited for', async () => {
  const server = await startTestRedis();
  cleanups.push(() => server.stop());
  await server.kill();
  const redis = connection(server.url);

  const checking = checkRedis(redis);
  await until('it has been tried in vain', () => redis.status === 'reconnecting');
  await server.start();

  assert.deepEqual(await checking, { warnings: [] });
});

function isUserError(code: string, message: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof UserError && error.code === code && message.test(error.message);
}

async function connected(settings: readonly string[] = []) {
  const server = await startTestRedis(settings);
  cleanups.push(() => server.stop());
  return { server, redis: connection(server.url) };
}

function connection(url: string) {
  const redis = connectRedis({ url, onTrouble: () => {}, onOk: () => {} });
  cleanups.push(() => redis.disconnect());
  return redis;
}

/** Says the version to whoever asks, and OK to everything else. */
async function fakeRedis(version: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      for (const command of bytes.toString().split(/(?=\*\d+\r\n\$)/)) {
        const text = `# Server\r\nredis_version:${version}\r\n`;
        socket.write(/\r\ninfo\r\n/i.test(command) ? `$${text.length}\r\n${text}\r\n` : '+OK\r\n');
      }
    });
    cleanups.push(() => void socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => void server.close());
  return `redis://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
