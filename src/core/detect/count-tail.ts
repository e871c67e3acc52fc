/**
 * Tails of a count whose rate wanders, as log10: Poisson with a mean that is itself drawn from a gamma distribution
 * with relative variance `spread` (negative binomial). Both are the incomplete beta function, whose continued
 * fraction is quick where tails are small: NIST Digital Library of Mathematical Functions, 8.17.5 and 8.17.22.
 */
import { logBinomialDensity } from './log-density.ts';

/** The fraction takes about the root of the larger parameter; this is enough for counts of a hundred million. */
const ITERATIONS_MAX = 20_000;
const PRECISE = 1e-13;
const TINY = 1e-300;

/** Too many, or too few. */
export type Side = 'high' | 'low';

/** log10 P(K >= k); mean and spread above 0, k a whole number. */
export function countTailAbove(k: number, mean: number, spread: number): number {
  if (k <= 0) return 0;
  const shape = 1 / spread;
  return logBeta({ x: mean / (shape + mean), y: shape / (shape + mean), a: k, b: shape }) * Math.LOG10E;
}

/** log10 P(K <= k). */
export function countTailBelow(k: number, mean: number, spread: number): number {
  if (k < 0) return Number.NEGATIVE_INFINITY;
  const shape = 1 / spread;
  return logBeta({ x: shape / (shape + mean), y: mean / (shape + mean), a: shape, b: k + 1 }) * Math.LOG10E;
}

/** y is 1 - x, given apart: the small one of the two would lose its digits. */
interface Beta {
  readonly x: number;
  readonly y: number;
  readonly a: number;
  readonly b: number;
}

/** ln of the regularised incomplete beta function. */
function logBeta({ x, y, a, b }: Beta): number {
  if (x > (a + 1) / (a + b + 2)) return Math.log1p(-Math.exp(Math.min(0, logSmall({ x: y, y: x, a: b, b: a }))));
  return Math.min(0, logSmall({ x, y, a, b }));
}

function logSmall({ x, y, a, b }: Beta): number {
  // The density wants the smaller of the two chances: it takes the other one from 1.
  const density = x <= y ? logBinomialDensity(a, a + b, x) : logBinomialDensity(b, a + b, y);
  return density + Math.log(b / (a + b)) + Math.log(fraction(x, a, b));
}

/** By Lentz's method, as in Press et al., Numerical Recipes, 6.4. */
function fraction(x: number, a: number, b: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= ITERATIONS_MAX; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const change = d * c;
    value *= change;
    if (Math.abs(change - 1) < PRECISE) break;
  }
  return value;
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
