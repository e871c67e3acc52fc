import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addToRecords, createRecords, LOOKS, type Records, rarity } from '../../../src/core/detect/count-record.ts';
import { chance } from '../../detectors/traffic.ts';

test('in the first day the model alone is asked', () => {
  assert.equal(rarity(recordsOf(Array(23).fill(9)), 'high', 10), 10 - LOOKS);
});

test('a score that is larger than all of the hours is as rare as their tail says, and one within it is not rare', () => {
  const random = chance(1);
  // Scores of a tail twice as long as the model's: a score of 12 is seen in 1000 hours.
  const records = recordsOf(Array.from({ length: 300 }, () => 4 - (2 * Math.log(1 - random())) / Math.LN10));

  assert.ok(Math.abs(rarity(records, 'high', 14) - 5) < 2);
  assert.equal(rarity(records, 'high', 5), 0);
});

test('it is never rarer than the model says', () => {
  const records = recordsOf(Array(100).fill(0));

  assert.equal(rarity(records, 'high', 10), 10 - LOOKS);
  assert.equal(rarity(records, 'low', 10), 10 - LOOKS);
});

test('what is too many every day is usual after a week; what is too few never is', () => {
  const burstDaily = (at: number) => (at % 24 === 3 ? 40 : 2.5);
  const hours = Array.from({ length: 10 * 24 }, (_, at) => burstDaily(at + 24));
  const records = recordsOf([...Array(24).fill(2.5), ...hours]);

  assert.ok(rarity(records, 'high', 40) < 3);
  assert.ok(rarity(records, 'low', 40) > 10);
});

test('a month later it is forgotten', () => {
  const records = recordsOf([...Array(30).fill(20), ...Array(700).fill(1)]);

  assert.equal(rarity(records, 'high', 20), 20 - LOOKS);
});

test('whatever the hours were, it is finite, at least 0 and at most what the model says', () => {
  const score = fc.double({ min: 0, max: 300, noNaN: true });
  fc.assert(
    fc.property(fc.array(score, { maxLength: 80 }), score, (hours, one) => {
      const records = recordsOf(hours);
      const rare = rarity(records, 'high', one);
      return rare >= 0 && rare <= Math.max(0, one - LOOKS) && records.every(Number.isFinite);
    }),
    { numRuns: 100 },
  );
});

function recordsOf(hours: readonly number[]): Records {
  const records = createRecords();
  for (const score of hours) {
    addToRecords(records, { high: score, low: score }, false);
    addToRecords(records, { high: 0, low: 0 }, true);
  }
  return records;
}
