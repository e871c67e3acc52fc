/**
 * How much the counts of a series scatter beyond chance, for each length of window: relative variance of the rate, by
 * moments, E[(k - m)^2] = m + spread * m^2. What is expected wrongly counts in it too. One odd window moves it little.
 */

/** Nobody knows what is usual better than this: 5%. */
export const SPREAD_MIN = 0.0025;
/** Before anything is learnt: 32%, with the weight of so many windows full of observations. */
const SPREAD_FIRST = 0.1;
const FIRST_WINDOWS = 50;
/** Time after which a window weighs 1/e. */
const MEMORY_MS = 3 * 86_400_000;
/** A miss counts up to so many times its variance. */
const BELIEVED = 16;

/** Sum and weight for each window, side by side. */
export type Spreads = Float32Array;

export function createSpreads(windows: number): Spreads {
  return new Float32Array(2 * windows);
}

export function spreadAt(spreads: Spreads, window: number): number {
  const first = FIRST_WINDOWS * weightOf(Number.POSITIVE_INFINITY);
  const sum = (spreads[2 * window] ?? 0) + first * SPREAD_FIRST;
  return Math.max(SPREAD_MIN, sum / ((spreads[2 * window + 1] ?? 0) + first));
}

export interface SpreadSample {
  readonly window: number;
  readonly windowMs: number;
  readonly count: number;
  /** Above 0. */
  readonly expected: number;
}

/** Takes one window in, in place: the caller has copied it. */
export function addToSpread(spreads: Spreads, { window, windowMs, count, expected }: SpreadSample): void {
  const spread = spreadAt(spreads, window);
  const variance = expected + spread * expected ** 2;
  const square = Math.min((count - expected) ** 2, BELIEVED * variance);
  const kept = Math.exp(-windowMs / MEMORY_MS);
  const weight = weightOf(expected);
  const seen = (square - expected) / expected ** 2;
  spreads[2 * window] = (spreads[2 * window] ?? 0) * kept + weight * seen;
  spreads[2 * window + 1] = (spreads[2 * window + 1] ?? 0) * kept + weight;
}

/** The inverse of the variance of what one window says of the spread, up to a factor; held where spread and not chance makes it. */
function weightOf(expected: number): number {
  return 1 / (1 / expected + SPREAD_FIRST) ** 2;
}
