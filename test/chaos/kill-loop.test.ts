/** The short form of the kill loop; by hand it runs longer, see kill-loop.ts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { differences, runKillLoop, wronglyTold } from './kill-loop.ts';

test('killed again and again, also with its Redis, it counts each line once and tells each fault once', async () => {
  const result = await runKillLoop({ rounds: 3, rate: 20_000, seconds: 4, seed: 7 });

  assert.deepEqual(differences(result), []);
  assert.deepEqual(wronglyTold(result), []);
  assert.deepEqual(result.ownEnds, []);
  assert.ok(
    result.mails.some(({ state }) => state === 'firing'),
    'the burst was told',
  );
});
