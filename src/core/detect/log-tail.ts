/**
 * Upper tails P(K >= k) as log10, right far out where the usual tables end: the first term by log-gamma, the others by
 * the ratio of neighbours, so that nothing underflows. (simple-statistics' own tables cut off near 1e-5.)
 */
import { gammaln } from 'simple-statistics';

/** Terms added one by one; what is left beyond is bounded by a geometric series, so the tail is never told too small. */
export const MAX_TERMS = 20_000;
/** A term this much smaller than the sum changes no digit that anyone reads. */
const NEGLIGIBLE = 1e-13;

/**
 * log10 P(K >= k) for K ~ beta-binomial(n, a, b): n trials whose success probability is itself drawn from Beta(a, b).
 * Johnson, Kemp and Kotz, Univariate Discrete Distributions, section 6.2.2.
 */
export function betaBinomialTail(k: number, n: number, a: number, b: number): number {
  if (k <= 0) return 0;
  if (k > n) return Number.NEGATIVE_INFINITY;
  const first = logChoose(n, k) + logBeta(k + a, n - k + b) - logBeta(a, b);
  return tailFrom(first, k, n, (j) => (((n - j) / (j + 1)) * (a + j)) / (b + n - j - 1));
}

/** log10 P(K >= k) for K ~ binomial(n, p). */
export function binomialTail(k: number, n: number, p: number): number {
  if (k <= 0 || p >= 1) return 0;
  if (k > n || p <= 0) return Number.NEGATIVE_INFINITY;
  const first = logChoose(n, k) + k * Math.log(p) + (n - k) * Math.log1p(-p);
  return tailFrom(first, k, n, (j) => ((n - j) / (j + 1)) * (p / (1 - p)));
}

/** log10 P(K >= k) for K ~ Poisson(mean). */
export function poissonTail(k: number, mean: number): number {
  if (k <= 0) return 0;
  if (mean <= 0) return Number.NEGATIVE_INFINITY;
  const first = k * Math.log(mean) - mean - gammaln(k + 1);
  return tailFrom(first, k, Number.POSITIVE_INFINITY, (j) => mean / (j + 1));
}

/** Adds the terms from k on; ratio(j) is term j+1 over term j. */
function tailFrom(firstLog: number, k: number, last: number, ratio: (j: number) => number): number {
  let sum = 1;
  let term = 1;
  // Below the mean terms grow at first and may outgrow a double; there the tail is near 1 anyway.
  for (let j = k; j < last && j < k + MAX_TERMS; j += 1) {
    const next = ratio(j);
    term *= next;
    sum += term;
    if (next < 1 && (term * next) / (1 - next) < sum * NEGLIGIBLE) break;
    if (j === k + MAX_TERMS - 1 && next < 1) sum += (term * next) / (1 - next);
    if (sum > 1e290) return 0;
  }
  return Math.min(0, (firstLog + Math.log(sum)) * Math.LOG10E);
}

function logChoose(n: number, k: number): number {
  return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);
}

function logBeta(a: number, b: number): number {
  return gammaln(a) + gammaln(b) - gammaln(a + b);
}
