/** The lease of a name in a real Redis: one holder at a time, followed when it is gone, never in the way of one alone. */
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import type { Redis } from 'ioredis';
import { connectRedis } from '../../src/redis/connect.ts';
import { createRedisLease, type Lease } from '../../src/redis/lease.ts';
import { startLosingProxy } from '../support/losing-proxy.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

const KEY = '{web-1}:lease';
const SHORT_MS = 150;
const silent = { onTrouble() {}, onOk() {} };
const { signal } = new AbortController();
let server: TestRedis;
let redis: Redis;

before(async () => {
  server = await startTestRedis(['--appendfsync', 'always']);
  redis = connectRedis({ url: server.url, ...silent });
});

after(async () => {
  redis.disconnect();
  await server.stop();
});

let time = 0;

beforeEach(async () => void (await redis.flushall()));

function leaseOf(agent: string, lengthMs = 60_000): Lease {
  return createRedisLease({
    ...{ redis, host: 'web-1', agent, place: `${agent} machine`, lengthMs, clock: () => time },
    ...silent,
  });
}

test('the first has it and keeps it, the second is told who has it and for how long', async () => {
  const [first, second] = [leaseOf('first'), leaseOf('second')];

  assert.equal((await first.claim(signal)).isOurs, true);
  const refused = await second.claim(signal);
  assert.equal((await first.claim(signal)).isOurs, true);

  assert.deepEqual([refused.isOurs, refused.agent, refused.place], [false, 'first', 'first_machine']);
  assert.ok(refused.leftMs > 0 && refused.leftMs <= 60_000, `${refused.leftMs} ms are left`);
});

test('a killed one that starts again on its data folder has its lease at once', async () => {
  await leaseOf('first').claim(signal);

  assert.equal((await leaseOf('first').claim(signal)).isOurs, true);
});

test('a lease that is not renewed goes to the other, and the one that was frozen finds it taken', async () => {
  const [frozen, other] = [leaseOf('frozen', SHORT_MS), leaseOf('other', SHORT_MS)];
  await frozen.claim(signal);

  await until('the other has it', async () => (await other.claim(signal)).isOurs);
  const woken = await frozen.claim(signal);

  assert.deepEqual([woken.isOurs, woken.agent], [false, 'other']);
});

test('one that gives it back makes room at once, and one that has lost it takes nothing away', async () => {
  const [first, second] = [leaseOf('first'), leaseOf('second')];
  await first.claim(signal);

  await first.release(signal);
  assert.equal((await second.claim(signal)).isOurs, true);
  await first.release(signal);

  assert.equal((await first.claim(signal)).isOurs, false);
});

test('of two with one id, as after a data folder was copied, the one that started last has it', async () => {
  const [original, copy] = [leaseOf('same'), leaseOf('same')];
  await original.claim(signal);
  await copy.claim(signal);

  assert.equal((await original.claim(signal)).isOurs, false, 'not taken back, or both would work in turn');
  assert.equal((await copy.claim(signal)).isOurs, true);
});

test('a Redis that was emptied takes it from nobody', async () => {
  const lease = leaseOf('first');
  await lease.claim(signal);

  await redis.flushall();

  assert.equal((await lease.claim(signal)).isOurs, true);
  assert.equal((await leaseOf('second').claim(signal)).isOurs, false);
});

test('a Redis that was emptied gives nothing to one that stood by: the one at work renews before that', async () => {
  const [first, second] = [leaseOf('first'), leaseOf('second')];
  await first.claim(signal);
  await second.claim(signal);

  await redis.flushall();
  const early = await second.claim(signal);
  assert.equal((await first.claim(signal)).isOurs, true);
  time += 120_000;

  assert.deepEqual([early.isOurs, early.agent, early.place, early.leftMs], [false, 'first', 'first_machine', 60_000]);
  assert.equal((await second.claim(signal)).isOurs, false);
});

test('one that stood by at an emptied Redis takes it when the other does not come back, and knows that it was emptied', async () => {
  const [first, second] = [leaseOf('first'), leaseOf('second')];
  await first.claim(signal);
  await second.claim(signal);
  await redis.flushall();
  await second.claim(signal);

  time += 59_999;
  assert.equal((await second.claim(signal)).leftMs, 1);
  time += 1;
  const taken = await second.claim(signal);

  assert.deepEqual([taken.isOurs, taken.wasEmptied], [true, true]);
  assert.equal((await second.claim(signal)).wasEmptied, false);
});

test('who follows one that was stopped or killed finds nothing emptied', async () => {
  const [stopped, killed, second] = [leaseOf('stopped'), leaseOf('killed', 1), leaseOf('second')];
  await stopped.claim(signal);
  await second.claim(signal);
  await stopped.release(signal);
  const afterStop = await second.claim(signal);
  await second.release(signal);
  await killed.claim(signal);
  await second.claim(signal);
  let afterKill = afterStop;
  await until('it has ended', async () => {
    afterKill = await second.claim(signal);
    return afterKill.isOurs;
  });

  assert.deepEqual([afterStop.isOurs, afterStop.wasEmptied], [true, false]);
  assert.deepEqual([afterKill.isOurs, afterKill.wasEmptied], [true, false]);
});

test('a lease from a clock that was set back an hour since keeps nobody waiting', async () => {
  await redis.set(KEY, `gone start ${Date.now() + 3_600_000} there`);

  assert.equal((await leaseOf('first').claim(signal)).isOurs, true);
});

test('what is no lease under its key is written over', async () => {
  await redis.set(KEY, 'something else');

  assert.equal((await leaseOf('first').claim(signal)).isOurs, true);
});

test('a lost reply takes nothing from who has it', async (t) => {
  const proxy = await startLosingProxy(join(server.folder, 'redis.sock'));
  const through = connectRedis({ url: proxy.url, ...silent });
  t.after(async () => {
    through.disconnect();
    await proxy.close();
  });
  const lease = createRedisLease({
    redis: through,
    host: 'web-1',
    agent: 'a',
    place: 'p',
    clock: () => time,
    ...silent,
  });
  await until('it is connected', () => through.status === 'ready');

  for (const _ of [1, 2, 3]) {
    proxy.loseNextReply();
    assert.equal((await lease.claim(signal)).isOurs, true);
  }

  assert.equal(proxy.lost(), 3);
});

test('it waits for a Redis that is away, and can be stopped while it waits', async (t) => {
  const gone = connectRedis({ url: 'unix:///nowhere/redis.sock', ...silent });
  t.after(() => gone.disconnect());
  const giveUp = new AbortController();
  const claim = createRedisLease({
    ...{ redis: gone, host: 'h', agent: 'a', place: 'p', clock: () => time },
    ...silent,
  }).claim(giveUp.signal);

  giveUp.abort();

  await assert.rejects(claim, { name: 'AbortError' });
});

test('taking over an ended lease leaves no MULTI in the append-only file, which a torn end would not keep whole', async () => {
  const [first, second] = [leaseOf('first', 1), leaseOf('second')];
  await first.claim(signal);
  await until('it has ended', async () => (await second.claim(signal)).isOurs);

  const folder = join(server.folder, 'appendonlydir');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.incr.aof'));
  const text = (await Promise.all(names.map(async (name) => await readFile(join(folder, name), 'latin1')))).join('');

  assert.match(text, /second/);
  assert.doesNotMatch(text, /MULTI/);
});
