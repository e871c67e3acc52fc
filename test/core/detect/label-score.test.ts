import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLabelScorer, type LabelledWindow } from '../../../src/core/detect/label-score.ts';

const ROWS = 40;

test('an alarm one value before a window and five after its end finds it, one later is false', () => {
  const windows = [{ from: 10, to: 12 }];

  assert.deepEqual(
    [9, 17].map((row) => scored(windows, [row]).found),
    [1, 1],
  );
  assert.deepEqual(
    [8, 18].map((row) => scored(windows, [row]).falseAlarms),
    [1, 1],
  );
});

test('precision and recall of some alarms; a window without a value is told, and not counted', () => {
  const windows = [
    { from: 10, to: 12 },
    { from: 30, to: 30 },
    { from: 100, to: 120 },
  ];

  const score = scored(windows, [11, 12, 20]);

  assert.deepEqual(score, { windows: 2, found: 1, falseAlarms: 1, empty: 1, precision: 0.5, recall: 0.5 });
});

test('nothing to divide by is unknown', () => {
  const { precision, recall } = scored([], []);

  assert.deepEqual([precision, recall], [undefined, undefined]);
});

test('as counted alarm for alarm', () => {
  const row = fc.nat(ROWS - 1);
  const window = fc.tuple(row, fc.nat(6)).map(([from, length]) => ({ from, to: Math.min(ROWS - 1, from + length) }));
  fc.assert(
    fc.property(fc.array(window, { maxLength: 6 }), fc.uniqueArray(row, { maxLength: 12 }), (windows, alarms) => {
      const isNear = (alarm: number, { from, to }: LabelledWindow) => alarm >= from - 1 && alarm <= to + 5;

      const { found, falseAlarms } = scored(windows, alarms);

      assert.equal(found, windows.filter((one) => alarms.some((alarm) => isNear(alarm, one))).length);
      assert.equal(falseAlarms, alarms.filter((alarm) => !windows.some((one) => isNear(alarm, one))).length);
    }),
  );
});

/** One value a time, whose time is its row. */
function scored(windows: readonly LabelledWindow[], alarms: readonly number[]) {
  const scorer = createLabelScorer(windows);
  for (let row = 0; row < ROWS; row += 1) scorer.next(row, alarms.includes(row));
  return scorer.score();
}
