import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyLevel, stepLevel } from '../../../src/core/detect/level/level.ts';
import type { LevelModule } from './level-scores.ts';
import { LEVEL_CONSTANTS, levelVariant } from './level-variants.ts';

test('unchanged constants give the shipped scores, changed ones others', async () => {
  const same = await levelVariant('same', []);
  const other = await levelVariant(
    'other',
    LEVEL_CONSTANTS.map(() => 1.3),
  );
  const shipped = { emptyLevel, stepLevel };

  assert.deepEqual(scores(same), scores(shipped));
  assert.notDeepEqual(scores(other), scores(shipped));
});

test('each constant is one that matters: its module is another with it', async () => {
  for (const [at, { place }] of LEVEL_CONSTANTS.entries()) {
    const times = LEVEL_CONSTANTS.map((_, one) => (one === at ? 1.3 : 1));

    assert.notEqual((await levelVariant(`one-${at}`, times)).stepLevel, stepLevel, String(place));
  }
});

function scores({ emptyLevel: empty, stepLevel: step }: LevelModule): readonly number[] {
  const state = empty();
  return Array.from({ length: 2_000 }, (_, row) => {
    const value =
      50 + 10 * Math.sin((2 * Math.PI * row) / 288) + ((7_919 * row) % 1_000) / 1_000 + (row === 1_500 ? 40 : 0);
    return step(state, 1_600_000_000_000 + row * 300_000, value).raw;
  });
}
