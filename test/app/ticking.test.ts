import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { createTicking, type TickingParts } from '../../src/app/ticking.ts';

const T0 = 1_700_000_000_000;

test('while lines come, each second is asked for once: as it closes, not by the timer too', async () => {
  const { ticking, asked, pass } = start();

  for (let second = 0; second < 3; second += 1) {
    await pass(700);
    ticking.wake();
    await pass(300);
  }

  assert.deepEqual(asked, [700, 1_700, 2_700]);
  await ticking.stop();
});

test('when they stop, the timer asks on', async () => {
  const { ticking, asked, pass } = start();
  await pass(700);
  ticking.wake();
  for (let second = 0; second < 2; second += 1) await pass(1_000);

  assert.deepEqual(asked, [700, 1_700, 2_700]);
  await ticking.stop();
});

function start() {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setInterval'] });
  let now = 0;
  const asked: number[] = [];
  const result = { transitions: [], notifications: [], steps: 0, refused: 0, conflict: false };
  const parts: TickingParts = {
    ticker: {
      order() {},
      take() {},
      learnt: () => [],
      tick: async () => result,
      state: () => undefined,
      lost: () => 0,
      learntSize: () => ({ bytes: 0, forgotten: { labels: 0, bytes: 0 } }),
    },
    journal: { has: () => false, append: async () => {}, close: async () => {} },
    now: () => T0 + now,
    complete: () => ({}),
    isLearning: () => false,
    lastLinesAt: () => T0,
    async enqueueTick() {
      asked.push(now);
      await ticking.run('queue');
    },
    enqueueNotify: async () => {},
    onResult() {},
    onTick() {},
    onError: fail,
    onFailed: fail,
  };
  const ticking = createTicking(parts);
  ticking.start();
  async function pass(ms: number): Promise<void> {
    await idle();
    now += ms;
    mock.timers.tick(ms);
    await idle();
  }
  return { ticking, asked, pass };
}

/** What can go on has gone on. */
async function idle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

function fail(error: unknown): never {
  throw error;
}
