import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { countTailAbove, countTailBelow } from '../../../src/core/detect/count-tail.ts';
import { poissonTail } from '../../../src/core/detect/log-tail.ts';

test('both tails are the sums of the terms', () => {
  for (const [mean, spread] of [
    [0.3, 2],
    [4, 0.1],
    [40, 0.05],
    [40, 1],
  ] as const) {
    for (const k of [0, 1, 3, 10, 40, 90]) {
      const terms = termsOf(mean, spread, 3_000);
      const below = terms.slice(0, k + 1).reduce((sum, one) => sum + one, 0);
      const above = terms.slice(k).reduceRight((sum, one) => sum + one, 0);
      close(countTailBelow(k, mean, spread), Math.log10(below), `<= ${k} of ${mean}, ${spread}`);
      close(countTailAbove(k, mean, spread), Math.log10(above), `>= ${k} of ${mean}, ${spread}`);
    }
  }
});

test('where the rate hardly wanders it is the Poisson tail', () => {
  for (const k of [5, 10, 30]) close(countTailAbove(k, 2, 1e-9), poissonTail(k, 2), String(k), 1e-6);
});

test('no finite input gives anything but a chance', () => {
  const mean = fc.double({ min: 1e-6, max: 1e7, noNaN: true });
  const spread = fc.double({ min: 1e-4, max: 100, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10_000_000 }), mean, spread, (k, m, s) => {
      const [above, below] = [countTailAbove(k, m, s), countTailBelow(k, m, s)];
      return above <= 0 && below <= 0 && Math.log10(10 ** above + 10 ** below) >= -1e-6;
    }),
    { numRuns: 500 },
  );
});

/** By the ratio of neighbours from the first, which is (1 + spread * mean)^(-1 / spread). */
function termsOf(mean: number, spread: number, length: number): number[] {
  const shape = 1 / spread;
  const terms = [(1 + spread * mean) ** -shape];
  for (let x = 0; x < length; x += 1) {
    terms.push(((terms[x] as number) * (x + shape) * mean) / ((x + 1) * (shape + mean)));
  }
  return terms;
}

function close(value: number, expected: number, what: string, off = 1e-9): void {
  assert.ok(Math.abs(value - expected) <= off * Math.max(1, Math.abs(expected)), `${what}: ${value}, not ${expected}`);
}
