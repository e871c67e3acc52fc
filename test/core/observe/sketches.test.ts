/** How far histograms and distinct counts are off, against exact answers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addDistinct,
  distinctHash,
  estimateDistinct,
  mergeDistinct,
  REGISTERS,
} from '../../../src/core/observe/distinct.ts';
import { BUCKETS, bucketOf, bucketValue, quantileOf, RELATIVE_ERROR } from '../../../src/core/observe/histogram.ts';

/** Beyond these every value counts in the first or last bucket. */
const SMALLEST = 2 ** -20;
const GREATEST = 2 ** 44 * 0.999;

const value = fc.double({ noNaN: true, min: SMALLEST, max: GREATEST });

test('a quantile is off by a thirty-second of the exact one at most', () => {
  const share = fc.double({ noNaN: true, min: 0, max: 1 });

  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), share, (values, q) => {
      const counts = new Float64Array(BUCKETS);
      for (const one of values) counts[bucketOf(one)] = (counts[bucketOf(one)] ?? 0) + 1;

      const exact = values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1] as number;
      const found = quantileOf(counts, q) as number;

      assert.ok(Math.abs(found - exact) <= exact * RELATIVE_ERROR, `${found} for ${exact}`);
    }),
  );
});

test('greater values are never in a lesser bucket', () => {
  fc.assert(fc.property(value, value, (a, b) => a <= b === bucketOf(a) <= bucketOf(b) || bucketOf(a) === bucketOf(b)));
});

for (const [given, bucket, middle] of [
  [0, 0, 0],
  [-1, 0, 0],
  [2 ** -21, 0, 0],
  [2 ** -20, 1, 2 ** -20 * (1 + 1 / 32)],
  [1, 321, 1 + 1 / 32],
  [1.9999, 336, 2 - 1 / 32],
  [2, 337, 2 + 1 / 16],
  [2 ** 60, BUCKETS - 1, 2 ** 44 * (1 - 1 / 64)],
] as const) {
  test(`${given} counts in bucket ${bucket}`, () => {
    assert.equal(bucketOf(given), bucket);
    assert.equal(bucketValue(bucket), middle);
  });
}

test('nothing counted has no quantile', () => {
  assert.equal(quantileOf(new Float64Array(BUCKETS), 0.5), undefined);
});

// Four times the standard error of 3.3%: these numbers are what the hash makes of these texts, today and ever after.
for (const [different, within] of [
  [0, 0],
  [1, 0.001],
  [10, 0.05],
  [100, 0.06],
  [1_000, 0.1],
  [2_500, 0.13],
  [10_000, 0.13],
  [100_000, 0.13],
  [400_000, 0.13],
] as const) {
  test(`${different} different values are estimated within ${within * 100}%, each seen twice`, () => {
    const registers = new Uint8Array(REGISTERS);
    for (let i = 0; i < different; i += 1) addDistinct(registers, distinctHash(`198.51.${i >> 8}.${i & 255}`));
    for (let i = 0; i < different; i += 1) addDistinct(registers, distinctHash(`198.51.${i >> 8}.${i & 255}`));

    assert.ok(
      Math.abs(estimateDistinct(registers) - different) <= different * within,
      `${estimateDistinct(registers)}`,
    );
  });
}

test('over many numbers the estimates are off by the standard error that is stated', () => {
  const errors = Array.from({ length: 300 }, (_, run) => {
    const registers = new Uint8Array(REGISTERS);
    const different = 500 + run * 37;
    for (let i = 0; i < different; i += 1) addDistinct(registers, distinctHash(`${run}/${i}`));
    return estimateDistinct(registers) / different - 1;
  });

  const standard = Math.sqrt(errors.reduce((sum, error) => sum + error * error, 0) / errors.length);
  assert.ok(standard < 1.2 * (1.04 / Math.sqrt(REGISTERS)), `${standard}`);
});

test('what two sketches saw is what one would have seen', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.string()), (some, others) => {
      const merged = sketchOf(some);
      mergeDistinct(merged, sketchOf(others));

      assert.deepEqual(merged, sketchOf([...some, ...others]));
    }),
  );
});

function sketchOf(texts: readonly string[]): Uint8Array {
  const registers = new Uint8Array(REGISTERS);
  for (const text of texts) addDistinct(registers, distinctHash(text));
  return registers;
}
