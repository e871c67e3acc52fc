/** A process that is stopped (or a machine that sleeps) in the middle of a look: the look seems to have taken minutes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createByHand } from './by-hand.ts';
import { createLogFolder } from './log-folder.ts';

const FROZEN_MS = 120_000;

test('a reader frozen in the middle of a look goes on within seconds', async (t) => {
  const folder = createLogFolder();
  t.after(folder.end);
  const reader = createByHand({ globs: [folder.path('*.log')], unprivileged: false, killed: false });
  folder.write('shop.log');
  await reader.start();
  await reader.settle();
  let passed = 0;
  const clock = t.mock.method(performance, 'now', () => {
    passed += FROZEN_MS;
    return passed;
  });
  await reader.settle();
  clock.mock.restore();

  folder.write('shop.log');
  folder.write('blog.log');
  await reader.pass(15_000);

  assert.deepEqual(reader.lines().toSorted(), folder.written().toSorted());
  await reader.stop();
});
