/**
 * Upper tails P(K >= k) as log10, right far out where the usual tables end (simple-statistics' own cut off near 1e-5):
 * the first term by its density, the others by the ratio of neighbours, so that nothing underflows.
 */
import { logBetaBinomialDensity, logBinomialDensity, logPoissonDensity } from './log-density.ts';
import { sumSlowTerms } from './log-integral.ts';

/** Terms added one by one. What is left then falls so slowly that it is integrated instead. */
export const MAX_TERMS = 2_048;
/** Terms at the end of the range, where a density may rise steeply, are added one by one again. */
const END_TERMS = 512;
/** A rest this much smaller than the sum changes no digit that anyone reads. */
const NEGLIGIBLE = 1e-14;
/** Sums are relative to their first term; a term that rises this high shows that the first one was nothing. */
const HUGE = 1e290;

/** log10 P(K >= k) for K ~ binomial(n, p). k and n are whole numbers, n up to 1e7 or more. */
export function binomialTail(k: number, n: number, p: number): number {
  if (k <= 0 || (p >= 1 && k <= n)) return 0;
  if (k > n || p <= 0) return Number.NEGATIVE_INFINITY;
  return tail(k, {
    last: n,
    log: (x) => logBinomialDensity(x, n, p),
    ratio: (x) => ((n - x) / (x + 1)) * (p / (1 - p)),
  });
}

/**
 * log10 P(K >= k) for K ~ beta-binomial(n, a, b): n trials whose common chance is itself drawn from Beta(a, b).
 * Johnson, Kemp and Kotz, Univariate Discrete Distributions, section 6.2.2.
 */
export function betaBinomialTail(k: number, n: number, a: number, b: number): number {
  if (k <= 0) return 0;
  if (k > n) return Number.NEGATIVE_INFINITY;
  return tail(k, {
    last: n,
    log: (x) => logBetaBinomialDensity(x, n, a, b),
    ratio: (x) => (((n - x) / (x + 1)) * (a + x)) / (b + (n - x - 1)),
  });
}

/** log10 P(K >= k) for K ~ Poisson(mean). */
export function poissonTail(k: number, mean: number): number {
  if (k <= 0) return 0;
  if (mean <= 0) return Number.NEGATIVE_INFINITY;
  return tail(k, {
    last: Number.POSITIVE_INFINITY,
    log: (x) => logPoissonDensity(x, mean),
    ratio: (x) => mean / (x + 1),
  });
}

/** A counting distribution on 0..last; ratio(x) is term x + 1 over term x. */
interface Terms {
  readonly last: number;
  readonly log: (x: number) => number;
  readonly ratio: (x: number) => number;
}

/** Where the terms still rise the terms below are fewer, and a tail near 1 keeps its digits as one less them. */
function tail(k: number, terms: Terms): number {
  if (k < terms.last && terms.ratio(k) > 1) {
    const below = logSum(mirrored(k - 1, terms));
    if (below < -Math.LN2) return Math.log1p(-Math.exp(below)) * Math.LOG10E;
  }
  const last = terms.last - k;
  return Math.min(0, logSum({ last, log: (i) => terms.log(k + i), ratio: (i) => terms.ratio(k + i) }) * Math.LOG10E);
}

/** The same terms counted down from `top` to 0. */
function mirrored(top: number, terms: Terms): Terms {
  return { last: top, log: (i) => terms.log(top - i), ratio: (i) => 1 / terms.ratio(top - i - 1) };
}

/** ln of the sum of all terms. */
function logSum(terms: Terms): number {
  const { last, log, ratio } = terms;
  const first = log(0);
  // Where the chance is likelier near 1 than not, terms rise again at the end, and no rest is negligible before it.
  const negligible = Number.isFinite(last) && last > 0 && ratio(last - 1) > 1 ? 0 : NEGLIGIBLE;
  const direct = Math.min(last, MAX_TERMS);
  let sum = 1;
  let term = 1;
  for (let i = 0; i < direct; i += 1) {
    const next = ratio(i);
    term *= next;
    sum += term;
    if (next < 1 && (term * next) / (1 - next) < sum * negligible) return first + Math.log(sum);
    if (sum > HUGE) return 0;
  }
  return direct === last ? first + Math.log(sum) : first + Math.log(sum + rest(terms, first, sum * negligible));
}

/** The terms after the first MAX_TERMS, relative to the first. */
function rest({ last, log, ratio }: Terms, first: number, enough: number): number {
  const value = (x: number) => Math.exp(Math.min(700, log(x) - first));
  const end = Math.max(MAX_TERMS, last - END_TERMS);
  let sum = sumSlowTerms({ from: MAX_TERMS + 0.5, to: end + 0.5, value, ratio, enough });
  const hasEnd = Number.isFinite(last) && value(end + 1) * END_TERMS > enough;
  if (hasEnd) for (let i = end + 1; i <= last; i += 1) sum += value(i);
  return sum;
}
