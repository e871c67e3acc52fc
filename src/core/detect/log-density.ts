/**
 * Densities of the counting distributions as natural logarithms, to about fourteen digits at any size. The usual way, a
 * sum of log-gammas, loses them: at ten million trials the log-gammas are near 1.5e8 and cancel to a few tens.
 * C. Loader, Fast and Accurate Computation of Binomial Probabilities, 2000. Arguments need not be whole numbers.
 */
import { gammaln } from 'simple-statistics';

/** ln of the density at x of n trials with chance p each; 0 < p < 1, 0 <= x <= n. */
export function logBinomialDensity(x: number, n: number, p: number): number {
  return logRaw(x, n - x, p, 1 - p);
}

/** ln of the density at x of a Poisson distribution; mean > 0, x >= 0. */
export function logPoissonDensity(x: number, mean: number): number {
  if (x <= 0) return -mean;
  return -stirlingError(x) - deviance(x, mean) - (LOG_TWO_PI + Math.log(x)) / 2;
}

/**
 * ln of the density at x of n trials whose common chance is drawn from Beta(a, b); a, b > 0. By Bayes' rule it is
 * binomial(x) * Beta(p | a, b) / Beta(p | a + x, b + n - x) at any p: taken where the last one is greatest, all three are benign.
 */
export function logBetaBinomialDensity(x: number, n: number, a: number, b: number): number {
  const p = (a + x) / (a + b + n);
  // Not b + n - x: a small b would lose its digits beside n.
  const y = n - x;
  const q = (b + y) / (a + b + n);
  return logRaw(x, y, p, q) + logBetaDensity(p, q, a, b) - logBetaDensity(p, q, a + x, b + y);
}

const LOG_TWO_PI = Math.log(2 * Math.PI);

/** The beta density by the binomial one; shapes below 1 are raised by one first. */
function logBetaDensity(p: number, q: number, a: number, b: number): number {
  if (a < 1 && b < 1) return logRaw(a, b, p, q) + Math.log((a * b) / ((a + b) * p * q));
  if (a < 1) return logRaw(a, b - 1, p, q) + Math.log(a / p);
  if (b < 1) return logRaw(a - 1, b, p, q) + Math.log(b / q);
  return logRaw(a - 1, b - 1, p, q) + Math.log(a + b - 1);
}

/** ln of C(x + y, x) p^x q^y. q is 1 - p, and y what is left of n: given apart, since the small one would lose its digits. */
function logRaw(x: number, y: number, p: number, q: number): number {
  if (x <= 0) return y * logOf(q, p);
  if (y <= 0) return x * logOf(p, q);
  const n = x + y;
  const errors = stirlingError(n) - stirlingError(x) - stirlingError(y);
  const spread = LOG_TWO_PI + Math.log(x) + logOf(y / n, x / n);
  return errors - deviance(x, n * p) - deviance(y, n * q) - spread / 2;
}

/** ln of a share, by what is missing to 1 where that is the smaller. */
function logOf(share: number, missing: number): number {
  return missing < 0.5 ? Math.log1p(-missing) : Math.log(share);
}

/** ln x! less Stirling's formula for it. The series is Abramowitz and Stegun 6.1.41; from 16 on five terms give 1e-15. */
function stirlingError(x: number): number {
  if (x < 16) {
    if (x <= 0) return 0;
    return gammaln(x + 1) - (x + 0.5) * Math.log(x) + x - LOG_TWO_PI / 2;
  }
  const square = x * x;
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / x;
}

/** x ln(x / mean) + mean - x without the cancellation where both are near each other (Loader's bd0). */
function deviance(x: number, mean: number): number {
  const difference = x - mean;
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * Math.log(x / mean) - difference;
  const v = difference / (x + mean);
  let sum = difference * v;
  let power = 2 * x * v;
  for (let odd = 3; odd < 100; odd += 2) {
    power *= v * v;
    const next = sum + power / odd;
    if (next === sum) break;
    sum = next;
  }
  return sum;
}
