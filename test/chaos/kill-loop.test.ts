/** The short forms of the kill loop; by hand it runs longer, see kill-loop.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KillLoopOptions, runKillLoop } from './kill-loop.ts';
import { mistakes } from './verdict.ts';

const SHORT: KillLoopOptions = {
  ...{ rounds: 3, rate: 10_000, seconds: 4, seed: 7 },
  ...{ rotations: 'mixed', lost: 0, agents: 1 },
};

async function holds(options: Partial<KillLoopOptions>): Promise<void> {
  const result = await runKillLoop({ ...SHORT, ...options });

  assert.deepEqual(mistakes(result), []);
  assert.ok(
    result.mails.some(({ state }) => state === 'firing'),
    'the burst was told',
  );
}

test('killed again and again, also with its Redis, it counts each line once and tells each fault once', async () => {
  await holds({ rotations: 'rename', rate: 20_000 });
});

test('so it does when the log is rotated in every way there is', async () => {
  await holds({});
});

test('so it does when three of a hundred replies of Redis are lost', async () => {
  await holds({ lost: 0.03 });
});

test('so do two of one name, of which now one and now the other is killed', async () => {
  await holds({ agents: 2, seconds: 6 });
});
