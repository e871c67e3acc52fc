import assert from 'node:assert/strict';
import { mock, type TestContext, test } from 'node:test';
import { openStorage, REDIS_REASON } from '../../../src/app/storage/storage.ts';
import { createStoreWait } from '../../../src/app/storage/store-wait.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { createHealth } from '../../../src/telemetry/health.ts';
import { askRedis, callsOf } from '../../support/redis-ask.ts';
import { startTcpRedis } from '../../support/redis-tcp.ts';
import { until } from '../../support/until.ts';

test('who waits at the start for a Redis that is not there yet is noticed, and it is said why', async (t) => {
  const desk = await deskFor(t);
  await desk.redis.kill();

  const opening = desk.open();
  await until('it is said', () => desk.health.reason(REDIS_REASON) !== undefined);
  desk.pass(130_000);
  assert.equal(desk.wait.waitedMs(), 130_000);
  await desk.redis.start();
  await opening;

  assert.equal(desk.wait.waitedMs(), 0);
  assert.deepEqual(desk.health.reasons(), []);
});

test('a request to a full Redis waits while others are answered', async (t) => {
  const desk = await deskFor(t);
  const { store } = await desk.open();
  const commit = { chain: 'test/web', parent: '', id: 'a', head: new TextEncoder().encode('LM1 a\n{}'), blobs: [] };
  await askRedis(desk.redis.url, 'SET', 'ballast', 'x'.repeat(4_000_000));
  await askRedis(desk.redis.url, 'CONFIG', 'SET', 'maxmemory', '1mb');

  const committing = store.commit(commit);
  await until('it is said', () => desk.health.reason(REDIS_REASON)?.includes('OOM') ?? false);
  desk.pass(60_000);
  await store.read('test/web', ['head']);
  desk.pass(60_000);
  assert.equal(desk.wait.waitedMs(), 120_000);
  await askRedis(desk.redis.url, 'CONFIG', 'SET', 'maxmemory', '0');

  assert.equal(await committing, 'ok');
  assert.equal(desk.wait.waitedMs(), 0);
});

test('who waits for the lease at a Redis that takes no writes is noticed', async (t) => {
  const desk = await deskFor(t);
  await askRedis(desk.redis.url, 'SET', 'ballast', 'x'.repeat(4_000_000));
  await askRedis(desk.redis.url, 'CONFIG', 'SET', 'maxmemory', '1mb');
  const storage = await desk.open();

  const claiming = storage.leaseFor('agent').claim(desk.signal);
  await until('it is said', () => desk.health.reason(REDIS_REASON)?.includes('OOM') ?? false);
  desk.pass(130_000);
  assert.equal(desk.wait.waitedMs(), 130_000);
  await askRedis(desk.redis.url, 'CONFIG', 'SET', 'maxmemory', '0');

  assert.equal((await claiming).isOurs, true);
  assert.equal(desk.wait.waitedMs(), 0);
});

test('a start that is given up leaves nobody waiting', async (t) => {
  const desk = await deskFor(t);
  await desk.redis.kill();

  const opening = assert.rejects(desk.open(), { name: 'AbortError' });
  desk.abort();
  await opening;

  assert.equal(desk.wait.waitedMs(), 0);
});

test('a policy that is turned at run time to one that evicts is said each minute until it is turned back', async (t) => {
  const desk = await deskFor(t);
  const storage = await desk.open();
  mock.timers.enable({ apis: ['setInterval'] });
  t.after(() => mock.timers.reset());
  let said = 0;
  storage.recheck(() => {
    said += 1;
  });

  await askRedis(desk.redis.url, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
  for (let minute = 1; minute <= 3; minute += 1) {
    mock.timers.tick(60_000);
    await until('it is said', () => said === minute);
  }
  assert.match(desk.health.reasons().join(), /maxmemory-policy allkeys-lru/);
  await askRedis(desk.redis.url, 'CONFIG', 'SET', 'maxmemory-policy', 'noeviction');
  mock.timers.tick(60_000);

  await until('all is well', () => desk.health.reasons().length === 0);
  assert.equal(said, 3);
});

test('while Redis is away its policy is asked for once, however many minutes pass', async (t) => {
  const desk = await deskFor(t);
  const storage = await desk.open();
  mock.timers.enable({ apis: ['setInterval'] });
  t.after(() => mock.timers.reset());
  storage.recheck(() => assert.fail('nothing is evicted'));
  await desk.redis.kill();
  await until('it is said', () => desk.health.reason(REDIS_REASON) !== undefined);

  mock.timers.tick(600_000);
  await desk.redis.start();
  await until('all is well', () => desk.health.reasons().length === 0);
  const before = await callsOf(desk.redis.url, 'info');
  mock.timers.tick(60_000);
  await until('it is asked again', async () => (await callsOf(desk.redis.url, 'info')) > before + 4);

  // One look asks four times, and each count here once; a connection asks once when it comes.
  assert.ok(before <= 10, `${before} questions`);
});

async function deskFor(t: TestContext) {
  const redis = await startTcpRedis();
  t.after(redis.stop);
  const abort = new AbortController();
  const health = createHealth();
  const silent = { debug() {}, info() {}, warn() {}, error() {} };
  let time = 0;
  const wait = createStoreWait(() => time);
  const env = { REDIS_URL: redis.url, LINESMAN_CONFIG: '/dev/null', LINESMAN_TIMEZONE: 'UTC' };
  const config = loadConfig({ env, hostname: 'test' });
  return {
    ...{ redis, health, wait },
    abort: () => abort.abort(),
    signal: abort.signal,
    pass(ms: number) {
      time += ms;
    },
    async open() {
      const storage = await openStorage({ config, health, wait, log: silent, signal: abort.signal });
      t.after(async () => {
        abort.abort();
        await storage.close();
      });
      return storage;
    },
  };
}
