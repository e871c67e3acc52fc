import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { createQueues, type Queues } from '../../src/redis/queues.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';
import { until } from '../support/until.ts';

let server: TestRedis;
const open: Queues[] = [];

before(async () => {
  server = await startTestRedis();
});

afterEach(async () => {
  for (const queues of open.splice(0)) await queues.close();
});

after(async () => {
  await server.stop();
});

test('a tick that is enqueued runs', async () => {
  const ticks: number[] = [];
  const queues = await started({ onTick: async (id) => void ticks.push(id) });

  await queues.enqueueTick(41);
  await queues.enqueueTick(42);

  await until('both ticks ran', () => ticks.length === 2);
  assert.deepEqual(ticks, [41, 42]);
});

test('a tick that throws does not keep the next one from running', async () => {
  const errors: string[] = [];
  const ticks: number[] = [];
  const queues = await started({
    onTick: async (id) => {
      if (id === 1) throw new Error('broken');
      ticks.push(id);
    },
    onError: (message) => errors.push(message),
  });

  await queues.enqueueTick(1);
  await queues.enqueueTick(2);

  await until('the second tick ran', () => ticks.length === 1);
  assert.deepEqual(errors, ['Tick 1 failed: broken']);
});

test('a notification is tried again when it says so, and the attempts count up', async () => {
  const attempts: number[] = [];
  const queues = await started({
    onNotify: async (_id, attempt) => {
      attempts.push(attempt);
      return attempt < 3 ? { retryInMs: 10 } : 'done';
    },
  });

  await queues.enqueueNotify('abc');

  await until('the third attempt was made', () => attempts.length === 3);
  assert.deepEqual(attempts, [1, 2, 3]);
});

test('a notification is not enqueued twice while it is being told or waits for its next try', async () => {
  const told: string[] = [];
  let finish: () => void = () => {};
  const queues = await started({
    onNotify: async (id, attempt) => {
      told.push(`${id} ${attempt}`);
      if (id === 'first' && attempt === 1) await new Promise<void>((resolve) => (finish = resolve));
      return 'done';
    },
  });

  await queues.enqueueNotify('first');
  await until('the first is being told', () => told.length === 1);
  await queues.enqueueNotify('first');
  await queues.enqueueNotify('second');
  await queues.enqueueNotify('second');
  finish();
  await queues.enqueueNotify('last');

  await until('the last was told', () => told.includes('last 1'));
  assert.deepEqual(told, ['first 1', 'second 1', 'last 1']);
});

test('a notification can be enqueued again after it was told', async () => {
  let told = 0;
  const queues = await started({
    onNotify: async () => {
      told += 1;
      return 'done';
    },
  });

  await queues.enqueueNotify('again');
  await until('it was told', () => told === 1);
  await until('it was told once more', async () => {
    await queues.enqueueNotify('again');
    return told >= 2;
  });
});

test('jobs go on after Redis was killed and started again', async () => {
  const ticks: number[] = [];
  const queues = await started({ onTick: async (id) => void ticks.push(id) });
  await queues.enqueueTick(101);
  await until('the first tick ran', () => ticks.length === 1);

  await server.kill();
  await assert.rejects(async () => {
    for (;;) await queues.enqueueTick(102 + Math.floor(performance.now()));
  });
  await server.start();

  let id = 100_000_000;
  await until('a new tick ran', async () => {
    id += 1;
    await queues.enqueueTick(id).catch(() => {});
    return ticks.some((ran) => ran > 100_000_000);
  });
});

test('without Redis an add is refused, errors are told once, and close ends', async () => {
  const errors: string[] = [];
  const queues = await started({ onError: (message) => errors.push(message) }, 'unix:///nowhere/redis.sock');

  await assert.rejects(queues.enqueueTick(1), /not connected/);
  await assert.rejects(queues.enqueueNotify('a'), /not connected/);

  await queues.close();
  assert.equal(errors.length, 1);
});

test("hosts that share one Redis do not run each other's ticks", async () => {
  const here: number[] = [];
  const there: number[] = [];
  const one = await started({ onTick: async (id) => void here.push(id) });
  const other = await started({ host: 'other-host', onTick: async (id) => void there.push(id) });

  await one.enqueueTick(7001);
  await other.enqueueTick(7002);

  await until('both ran', () => here.length + there.length === 2);
  assert.deepEqual([here, there], [[7001], [7002]]);
});

async function started(parts: Partial<Parameters<typeof createQueues>[0]>, url = server.url): Promise<Queues> {
  const queues = await createQueues({
    url,
    host: 'host-1',
    onTick: async () => {},
    onNotify: async () => 'done',
    onError: () => {},
    ...parts,
  });
  open.push(queues);
  return queues;
}
