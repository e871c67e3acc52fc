import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { betaBinomialTail, binomialTail, poissonTail } from '../../../src/core/detect/log-tail.ts';

const N = [
  [5, 20, 1, 199],
  [5, 5, 1, 199],
  [10, 10, 1, 199],
  [12, 60, 4, 796],
  [40, 400, 2, 998],
  [90, 100, 1, 199],
  [200, 400, 1, 999],
  [400, 400, 1, 3000],
] as const;

for (const [k, n, a, b] of N) {
  test(`beta-binomial P(K >= ${k} of ${n} | ${a}, ${b}) is the exact one`, () => {
    const exact = log10(exactBetaBinomial(BigInt(k), BigInt(n), BigInt(a), BigInt(b)));

    assert.ok(
      Math.abs(betaBinomialTail(k, n, a, b) - exact) < 1e-8,
      `${betaBinomialTail(k, n, a, b)} against ${exact}`,
    );
  });
}

test('the table reaches beyond 1e-30', () => {
  const exact = N.map(([k, n, a, b]) => log10(exactBetaBinomial(BigInt(k), BigInt(n), BigInt(a), BigInt(b))));

  assert.ok(Math.min(...exact) < -300 && Math.max(...exact) > -8, exact.join());
});

for (const [k, n, p] of [
  [5, 20, 5],
  [20, 60, 5],
  [60, 60, 5],
  [300, 400, 5],
  [700, 1000, 500],
] as const) {
  test(`binomial P(K >= ${k} of ${n} | ${p / 1000}) is the exact one`, () => {
    const exact = log10(exactBinomial(BigInt(k), BigInt(n), BigInt(p), 1000n));

    assert.ok(
      Math.abs(binomialTail(k, n, p / 1000) - exact) < 1e-8,
      `${binomialTail(k, n, p / 1000)} against ${exact}`,
    );
  });
}

for (const [k, mean] of [
  [5, 2],
  [30, 2],
  [120, 20],
] as const) {
  test(`Poisson P(K >= ${k} | ${mean}) is the exact one`, () => {
    // Sum of mean^j / j! over one denominator; sixty terms on, nothing is left that a double could hold.
    const last = BigInt(k + 60);
    let above = 0n;
    for (let j = BigInt(k); j <= last; j += 1n) above += BigInt(mean) ** j * rising(j + 1n, last - j);
    const exact = log10({ above, below: rising(1n, last) }) - mean * Math.LOG10E;

    assert.ok(Math.abs(poissonTail(k, mean) - exact) < 1e-8, `${poissonTail(k, mean)} against ${exact}`);
  });
}

test('tails shrink as k grows, stay finite in the range and never exceed one', () => {
  const shape = fc.double({ min: 0.01, max: 5000, noNaN: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 100_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      shape,
      shape,
      (n, at, a, b) => {
        const k = Math.floor(at * n);

        const tail = betaBinomialTail(k, n, a, b);
        const next = betaBinomialTail(Math.min(n, k + 1), n, a, b);

        assert.ok(tail <= 0 && Number.isFinite(tail));
        assert.ok(next <= tail + 1e-6, `${next} > ${tail}`);
      },
    ),
  );
});

test('the exact tail of one is all, of more than n is nothing', () => {
  assert.equal(betaBinomialTail(0, 10, 1, 1), 0);
  assert.equal(betaBinomialTail(11, 10, 1, 1), Number.NEGATIVE_INFINITY);
});

interface Fraction {
  readonly above: bigint;
  readonly below: bigint;
}

function exactBetaBinomial(k: bigint, n: bigint, a: bigint, b: bigint): Fraction {
  // With whole a and b all beta functions are quotients of rising factorials over one denominator.
  let above = 0n;
  for (let j = k; j <= n; j += 1n) above += choose(n, j) * rising(a, j) * rising(b, n - j);
  return { above, below: rising(a + b, n) };
}

function exactBinomial(k: bigint, n: bigint, p: bigint, of: bigint): Fraction {
  let term = choose(n, k) * p ** k * (of - p) ** (n - k);
  let above = 0n;
  for (let j = k; j <= n && term > 0n; j += 1n) {
    above += term;
    term = (term * (n - j) * p) / ((j + 1n) * (of - p));
  }
  return { above, below: of ** n };
}

function rising(x: bigint, times: bigint): bigint {
  let product = 1n;
  for (let i = 0n; i < times; i += 1n) product *= x + i;
  return product;
}

function choose(n: bigint, k: bigint): bigint {
  let result = 1n;
  for (let i = 1n; i <= k; i += 1n) result = (result * (n - k + i)) / i;
  return result;
}

function log10({ above, below }: Fraction): number {
  return digits(above) - digits(below);
}

function digits(value: bigint): number {
  const text = value.toString();
  return Math.log10(Number(`${text[0]}.${text.slice(1, 17)}`)) + text.length - 1;
}
