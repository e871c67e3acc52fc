/** Linesmen of several hosts at one real Redis: who is heard of, who is silent, and who tells it. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { Redis } from 'ioredis';
import { connectRedis } from '../../src/redis/connect.ts';
import { createRedisPeers, forgetPeer, listPeers, PEERS_MAX, type Peers } from '../../src/redis/peers.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

const KEY = 'linesman:peers';
const AGED_MS = 65_000;
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

beforeEach(async () => void (await redis.flushall()));

function peersOf(host: string): Peers {
  return createRedisPeers({ redis, host, place: `${host} machine`, version: '1.2.3' });
}

/** As if it had said so much earlier what it said last. */
async function age(host: string, ms: number): Promise<void> {
  const [at, ...rest] = ((await redis.hget(KEY, host)) ?? '').split(' ');
  await redis.hset(KEY, host, [Number(at) - ms, ...rest].join(' '));
}

test('alone there is nobody; of two each hears of the other', async () => {
  const [one, two] = [peersOf('web-1'), peersOf('web-2')];

  assert.deepEqual(await one.beat('running'), []);
  const [heard] = await two.beat('running');
  assert.deepEqual(
    { ...heard, ageMs: 0 },
    { host: 'web-1', ageMs: 0, state: 'running', place: 'web-1_machine', version: '1.2.3' },
  );
  assert.deepEqual(
    (await one.beat('running')).map(({ host }) => host),
    ['web-2'],
  );
});

test('one that is silent is told of by the first that finds it so, and by no other', async () => {
  const [one, two, three] = [peersOf('web-1'), peersOf('web-2'), peersOf('web-3')];
  for (const peers of [one, two, three]) await peers.beat('running');
  await age('web-3', AGED_MS);

  const [byTwo] = (await two.beat('running')).filter(({ host }) => host === 'web-3');
  const [byOne] = (await one.beat('running')).filter(({ host }) => host === 'web-3');

  assert.equal(byTwo?.teller, 'web-2');
  assert.equal(byOne?.teller, 'web-2');
  assert.ok((byOne?.ageMs ?? 0) >= AGED_MS);
});

test('where the one that tells falls silent too, another tells of both', async () => {
  const [one, two, three] = [peersOf('web-1'), peersOf('web-2'), peersOf('web-3')];
  for (const peers of [one, two, three]) await peers.beat('running');
  await age('web-3', AGED_MS);
  await two.beat('running');
  await age('web-2', AGED_MS);

  const heard = await one.beat('running');

  assert.deepEqual(heard.map(({ host, teller }) => [host, teller]).toSorted(), [
    ['web-2', 'web-1'],
    ['web-3', 'web-1'],
  ]);
});

test('who comes back has no teller any more', async () => {
  const [one, two] = [peersOf('web-1'), peersOf('web-2')];
  await two.beat('running');
  await age('web-2', AGED_MS);
  await one.beat('running');
  await two.beat('running');

  const [heard] = await one.beat('running');
  assert.equal(heard?.teller, undefined);
});

test('one that was stopped says so; a clock set back makes nobody silent', async () => {
  const [one, two, three] = [peersOf('web-1'), peersOf('web-2'), peersOf('web-3')];
  await two.beat('stopped');
  await three.beat('running');
  await age('web-3', -3_600_000);

  const heard = await one.beat('running');
  assert.deepEqual(heard.map(({ host, state }) => [host, state]).toSorted(), [
    ['web-2', 'stopped'],
    ['web-3', 'running'],
  ]);
  assert.ok(heard.every(({ teller }) => teller === undefined));
});

test('one that was heard of by a clock that was set back is silent in its time, not hours later', async () => {
  const [one, two] = [peersOf('web-1'), peersOf('web-2')];
  await two.beat('running');
  await age('web-2', -3_600_000);

  await one.beat('running');
  await age('web-2', AGED_MS);

  const [heard] = await one.beat('running');
  assert.equal(heard?.teller, 'web-1');
  assert.ok((heard?.ageMs ?? 0) >= AGED_MS);
});

test('one unheard of for a week is forgotten; one can be forgotten by hand; rubbish is thrown out', async () => {
  const [one, two, three] = [peersOf('web-1'), peersOf('web-2'), peersOf('web-3')];
  await two.beat('running');
  await three.beat('running');
  await age('web-2', 8 * 86_400_000);
  await redis.hset(KEY, 'web-9', 'no row');

  assert.deepEqual(
    (await one.beat('running')).map(({ host }) => host),
    ['web-3'],
  );
  assert.equal(await forgetPeer(redis, 'web-3'), true);
  assert.equal(await forgetPeer(redis, 'web-3'), false);
  assert.deepEqual(
    (await listPeers(redis)).map(({ host }) => host),
    ['web-1'],
  );
  assert.deepEqual(await redis.hkeys(KEY), ['web-1']);
});

test('more hosts than are looked at are no trouble, and whatever a place is called it is one word', async () => {
  const rows = Array.from({ length: PEERS_MAX + 50 }, (_, i) => [`h${i}`, `${Date.now()} running p 1 -`]).flat();
  await redis.hset(KEY, ...rows);
  const odd = createRedisPeers({ redis, host: 'web-1', place: 'a b\nc', version: '' });

  assert.equal((await odd.beat('running')).length, PEERS_MAX);
  const [heard] = (await listPeers(redis)).filter(({ host }) => host === 'web-1');
  assert.ok(heard === undefined || heard.place === 'a_b_c');
  assert.match((await redis.hget(KEY, 'web-1')) ?? '', /^\d+ running a_b_c - -$/);
});
