import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { commitOf } from '../contract/store.ts';
import { startLosingProxy } from '../support/losing-proxy.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { connectTestClient, type TestClient } from '../support/redis-client.ts';
import { until } from '../support/until.ts';

const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

test('a commit is one write command: no MULTI in the append-only file', async () => {
  const server = await redisServer();
  const { store } = client(server.url);

  await store.commit(commitOf('host', '', 'a', { one: [1], two: [2] }));
  await store.commit(commitOf('host', 'a', 'b', { one: [3], three: [4] }));

  let log = '';
  // While it syncs, Redis answers before it has written.
  await until('both commits are in the file', async () => {
    log = await appendOnlyLog(server);
    return (log.match(/MSET/gi)?.length ?? 0) >= 2;
  });
  assert.equal(log.match(/MSET/gi)?.length, 2);
  assert.doesNotMatch(log, /MULTI|EXEC\b|EVAL/i);
});

test('no key of a commit has an expiry', async () => {
  const server = await redisServer();
  const { store, redis } = client(server.url);

  await store.commit(commitOf('host', '', 'a', { one: [1] }));

  const keys = await redis.keys('*');
  assert.deepEqual(keys.toSorted(), ['{host}:head', '{host}:one']);
  assert.deepEqual(await Promise.all(keys.map((key) => redis.ttl(key))), [-1, -1]);
});

test('a lost reply settles as in, and the commit is there once', async () => {
  const server = await redisServer();
  const proxy = await startLosingProxy(join(server.folder, 'redis.sock'));
  cleanups.push(() => proxy.close());
  const { store, redis, troubles } = client(proxy.url);
  await until('it is connected', () => redis.status === 'ready');
  await store.commit(commitOf('host', '', '0', { one: [0] }));

  for (let index = 1; index <= 5; index += 1) {
    proxy.loseNextReply();
    const commit = commitOf('host', String(index - 1), String(index), { one: [index] });
    assert.equal(await store.commit(commit), 'dup');
  }

  assert.equal(proxy.lost(), 5);
  assert.ok(troubles.length > 0);
  assert.equal((await store.read('host', ['one']))[0]?.[0], 5);
});

test('a Redis that forgot its scripts gets them again', async () => {
  const server = await redisServer();
  const { store, redis } = client(server.url);
  await store.commit(commitOf('host', '', 'a', { one: [1] }));

  await redis.script('FLUSH');

  assert.equal(await store.commit(commitOf('host', 'a', 'b', { one: [2] })), 'ok');
});

test('commits wait through a SIGKILL and a new start of Redis, and the chain goes on where it stands', async () => {
  const server = await redisServer();
  const { store } = client(server.url);
  let parent = '';
  let done = 0;
  let isEnough = false;
  const committing = (async () => {
    for (let index = 1; !isEnough; index += 1) {
      const result = await store.commit(commitOf('host', parent, `c${index}`, { count: [index % 256] }));
      // Redis lost what it had not synced: the writer loads what is there and goes on from it.
      if (result === 'conflict') index = await storedIndex(store);
      parent = `c${index}`;
      done += 1;
    }
  })();

  for (let round = 0; round < 3; round += 1) {
    const before = done;
    await until('some commits are in', () => done > before + 20);
    await server.kill();
    await server.start();
  }
  const before = done;
  await until('commits go on', () => done > before + 20);
  isEnough = true;
  await committing;

  const index = await storedIndex(store);
  assert.equal((await store.read('host', ['count']))[0]?.[0], index % 256);
});

test('a full Redis holds the commit back until there is room', async () => {
  const server = await redisServer();
  const { store, redis, troubles, oks } = client(server.url);
  await store.commit(commitOf('host', '', 'a', { one: [1] }));
  await redis.set('ballast', randomBytes(4_000_000));
  await redis.config('SET', 'maxmemory', '1mb');

  let result: string | undefined;
  const waiting = store.commit(commitOf('host', 'a', 'b', { one: [2] })).then((settled) => {
    result = settled;
  });
  await until('it complains', () => troubles.some((message) => message.includes('OOM')));
  assert.equal(result, undefined);
  await redis.config('SET', 'maxmemory', '0');
  await waiting;

  assert.equal(result, 'ok');
  assert.equal(oks(), 1);
});

test('a read-only Redis holds the commit back until it may be written', async () => {
  const server = await redisServer();
  const { store, redis, troubles } = client(server.url);
  await store.commit(commitOf('host', '', 'a', { one: [1] }));
  await redis.call('REPLICAOF', '127.0.0.1', '1');

  const waiting = store.commit(commitOf('host', 'a', 'b', { one: [2] }));
  await until('it complains', () => troubles.some((message) => message.includes('READONLY')));
  await redis.call('REPLICAOF', 'NO', 'ONE');

  assert.equal(await waiting, 'ok');
});

test('a commit that cannot get in rejects when it is given up', async () => {
  const server = await redisServer();
  const { store, redis, abort } = client(server.url);
  await store.commit(commitOf('host', '', 'a', {}));
  await server.kill();
  await until('the connection is lost', () => redis.status !== 'ready');

  const waiting = assert.rejects(store.commit(commitOf('host', 'a', 'b', {})), { name: 'AbortError' });
  abort();

  await waiting;
});

test('a commit with more blobs than one command may hold is refused, and the largest one is taken', async () => {
  const server = await redisServer();
  const { store } = client(server.url);
  const blobs = Array.from({ length: 3_900 }, (_, index) => ({ name: `w:${index}`, bytes: Uint8Array.of(1) }));
  const commit = commitOf('host', '', 'a', {});

  await assert.rejects(store.commit({ ...commit, blobs }), /3901 pairs, and 3900 is the most/);
  assert.equal(await store.commit({ ...commit, blobs: blobs.slice(1) }), 'ok');
});

async function storedIndex(store: TestClient['store']): Promise<number> {
  const [head] = await store.read('host', ['head']);
  return Number(/^LM1 c(\d+)\n/.exec(new TextDecoder().decode(head))?.[1] ?? 0);
}

async function appendOnlyLog(server: TestRedis): Promise<string> {
  const folder = join(server.folder, 'appendonlydir');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.incr.aof'));
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')))).join('');
}

async function redisServer(): Promise<TestRedis> {
  const server = await startTestRedis();
  cleanups.push(() => server.stop());
  return server;
}

function client(url: string): TestClient {
  const made = connectTestClient(url);
  cleanups.push(() => made.close());
  return made;
}
