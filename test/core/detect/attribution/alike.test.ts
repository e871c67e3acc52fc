import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noneIsSpared } from '../../../../src/core/detect/attribution/alike.ts';
import { hittersOf } from '../../../../src/core/detect/attribution/hitters.ts';
import { isSpreadAs } from '../../../../src/core/detect/attribution/spread.ts';

const all = hittersOf(
  [
    ['/api/items', 70],
    ['/', 25],
    ['/static/', 25],
  ],
  120,
);

test('a large key that does not fail is spared, though few lines are spread in any way', () => {
  const bad = hittersOf(
    [
      ['/api/items', 36],
      ['/', 12],
    ],
    48,
  );

  assert.equal(isSpreadAs(bad, all), true);
  assert.equal(noneIsSpared({ bad, all }), false);
});

test('none is spared where chance explains which fail less', () => {
  const bad = hittersOf(
    [
      ['/api/items', 30],
      ['/', 12],
      ['/static/', 6],
    ],
    48,
  );

  assert.equal(noneIsSpared({ bad, all }), true);
});
