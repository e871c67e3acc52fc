import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { betaBinomialTail, binomialTail, poissonTail } from '../../../src/core/detect/log-tail.ts';
import { exactTail, logTen } from './exact.ts';

/** k, n, a, b: outages on small sites, creeps on large ones, what is half of all and what is nearly certain. */
const BETA_BINOMIAL = [
  [1, 1, 1, 199],
  [5, 5, 1, 199],
  [5, 20, 1, 199],
  [12, 60, 4, 796],
  [40, 400, 2, 998],
  [200, 400, 1, 999],
  [400, 400, 1, 3000],
  [3, 1000, 4, 796],
  [1500, 1500, 1, 1],
  [900, 1500, 1, 1],
  [20, 3000, 40, 20],
  [2990, 3000, 2, 1],
  [1100, 18_000, 4, 396],
  [6000, 200_000, 4, 796],
  [500, 200_000, 4, 796],
  [24_000, 200_000, 4, 796],
  [80_000, 200_000, 4, 796],
  [110_000, 200_000, 500, 500],
  [10, 100_000, 1, 3000],
] as const;

for (const [k, n, a, b] of BETA_BINOMIAL) {
  test(`beta-binomial P(K >= ${k} of ${n} | ${a}, ${b}) is the exact one`, () => {
    assertNear(betaBinomialTail(k, n, a, b), exactBetaBinomial(k, n, a, b));
  });
}

/** k, n, p in thousandths. */
const BINOMIAL = [
  [1, 1, 5],
  [5, 20, 5],
  [20, 60, 5],
  [60, 60, 5],
  [300, 400, 5],
  [3, 400, 5],
  [700, 1000, 500],
  [450, 1000, 500],
  [1200, 200_000, 5],
  [2000, 200_000, 5],
  [900, 200_000, 5],
  [100_000, 200_000, 500],
  [103_000, 200_000, 500],
] as const;

for (const [k, n, p] of BINOMIAL) {
  test(`binomial P(K >= ${k} of ${n} | ${p / 1000}) is the exact one`, () => {
    assertNear(binomialTail(k, n, p / 1000), exactBinomial(k, n, p));
  });
}

const POISSON = [
  [1, 2],
  [5, 2],
  [30, 2],
  [120, 20],
  [15, 20],
  [300, 20],
  [50_400, 50_000],
  [59_000, 50_000],
  [49_000, 50_000],
] as const;

for (const [k, mean] of POISSON) {
  test(`Poisson P(K >= ${k} | ${mean}) is the exact one`, () => {
    assertNear(poissonTail(k, mean), exactPoisson(k, mean));
  });
}

test('the tables reach from nearly certain to beyond 1e-300', () => {
  assert.ok(exactBetaBinomial(400, 400, 1, 3000) < -300);
  assert.ok(exactBetaBinomial(500, 200_000, 4, 796) > -0.1);
});

test('ten million trials are no harder than ten', () => {
  // By de Moivre and Laplace with its continuity correction: P(Z >= 5.9997) = 9.88e-10.
  const tail = binomialTail(5_009_487, 10_000_000, 0.5);

  assert.ok(Math.abs(10 ** tail / 9.884e-10 - 1) < 2e-3, `${10 ** tail}`);
});

const shape = fc.oneof(fc.double({ min: 0.01, max: 2, noNaN: true }), fc.double({ min: 1, max: 5000, noNaN: true }));
const trials = fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 10_000_000 }));
const part = fc.double({ min: 0, max: 1, noNaN: true });

test('tails shrink as k grows, and are chances', () => {
  fc.assert(
    fc.property(trials, part, shape, shape, (n, at, a, b) => {
      const k = Math.floor(at * n);

      const here = betaBinomialTail(k, n, a, b);
      const next = betaBinomialTail(Math.min(n, k + 1), n, a, b);

      assert.ok(here <= 0 && Number.isFinite(here), `${here}`);
      assert.ok(next <= here + 1e-9 * Math.max(1, -here), `${next} > ${here}`);
    }),
    { numRuns: 500 },
  );
});

test('tails grow as the chance of each trial grows', () => {
  fc.assert(
    fc.property(trials, part, part, part, (n, at, p, q) => {
      const k = Math.floor(at * n);

      const [low, high] = [binomialTail(k, n, Math.min(p, q)), binomialTail(k, n, Math.max(p, q))];

      assert.ok(low <= high + 1e-9 * Math.max(1, -high) || low === high, `${low} > ${high}`);
    }),
  );
});

test('k or more bad and more than n - k good are all there is', () => {
  fc.assert(
    fc.property(trials, part, shape, shape, (n, at, a, b) => {
      const k = 1 + Math.floor(at * (n - 1));

      const both = 10 ** betaBinomialTail(k, n, a, b) + 10 ** betaBinomialTail(n - k + 1, n, b, a);

      assert.ok(Math.abs(both - 1) < 1e-9, `${both}`);
    }),
    { numRuns: 500 },
  );
});

test('a beta belief that is sure is a plain binomial, and rare trials are Poisson', () => {
  assert.ok(Math.abs(betaBinomialTail(30, 100, 1e11, 9e11) - binomialTail(30, 100, 0.1)) < 1e-6);
  assert.ok(Math.abs(binomialTail(30, 10_000_000, 1e-6) - poissonTail(30, 10)) < 1e-5);
});

test('none or more is certain, more than all is impossible', () => {
  assert.equal(betaBinomialTail(0, 10, 1, 1), 0);
  assert.equal(betaBinomialTail(11, 10, 1, 1), Number.NEGATIVE_INFINITY);
  assert.equal(binomialTail(0, 10, 0.1), 0);
  assert.equal(binomialTail(11, 10, 0.1), Number.NEGATIVE_INFINITY);
  assert.equal(binomialTail(1, 10, 0), Number.NEGATIVE_INFINITY);
  assert.equal(binomialTail(10, 10, 1), 0);
  assert.equal(binomialTail(11, 10, 1), Number.NEGATIVE_INFINITY);
  assert.equal(poissonTail(0, 3), 0);
  assert.equal(poissonTail(1, 0), Number.NEGATIVE_INFINITY);
});

function assertNear(actual: number, exact: number): void {
  assert.ok(Math.abs(actual - exact) <= 1e-9 * Math.abs(exact), `${actual} against ${exact}`);
}

function exactBetaBinomial(k: number, n: number, a: number, b: number): number {
  return exactTail(k, n, (j) => [BigInt(n - j) * BigInt(a + j), BigInt(j + 1) * BigInt(b + n - j - 1)]);
}

function exactBinomial(k: number, n: number, p: number): number {
  return exactTail(k, n, (j) => [BigInt(n - j) * BigInt(p), BigInt(j + 1) * BigInt(1000 - p)]);
}

/** Cut where what lies beyond holds no digit. */
function exactPoisson(k: number, mean: number): number {
  return exactTail(k, k + mean + 300, (j) => [BigInt(mean), BigInt(j + 1)]);
}

test('the ruler itself is right: five of five at 1 in 200 by hand', () => {
  // 1/200 * 2/201 * 3/202 * 4/203 * 5/204 and 1/2^10.
  assert.ok(Math.abs(exactBetaBinomial(5, 5, 1, 199) - Math.log10(120 / (200 * 201 * 202 * 203 * 204))) < 1e-14);
  assert.ok(Math.abs(exactBinomial(10, 10, 500) - logTen(1n, 1024n)) < 1e-14);
});
