/** Sums a great many slowly changing terms as an integral: sixteen evaluations stand for thousands of terms. */

/** Gauss-Legendre nodes and weights of order 16 on [-1, 1], positive half (Abramowitz and Stegun 25.4.30). */
const NODES = [
  0.09501250983763744, 0.2816035507792589, 0.45801677765722737, 0.6178762444026438, 0.755404408355003,
  0.8656312023878318, 0.9445750230732326, 0.9894009349916499,
];
const WEIGHTS = [
  0.1894506104550685, 0.18260341504492358, 0.16915651939500254, 0.14959598881657674, 0.12462897125553388,
  0.09515851168249279, 0.062253523938647894, 0.027152459411754096,
];
/** What a panel may span and order 16 still be exact to twelve digits: e-foldings, and standard deviations. */
const FOLDS = 8;
const DEVIATIONS = 3;
/** Far more than any range of 1e7 terms takes (about 30). */
const MAX_PANELS = 1_000;

export interface SlowTerms {
  /** Half a step below the first term and above the last one; `to` may be Infinity where the terms die out. */
  readonly from: number;
  readonly to: number;
  readonly value: (x: number) => number;
  /** value(x + 1) / value(x). */
  readonly ratio: (x: number) => number;
  /** A rest below this is left out. */
  readonly enough: number;
}

/** Sum of the terms between from and to, by the midpoint rule of Euler and Maclaurin with its first correction. */
export function sumSlowTerms(terms: SlowTerms): number {
  const { from, to, value, ratio, enough } = terms;
  if (to <= from) return 0;
  const slopeAt = (x: number) => value(x + 0.5) - value(x - 0.5);
  let sum = slopeAt(from) / 24;
  let x = from;
  for (let i = 0; i < MAX_PANELS && x < to; i += 1) {
    const end = Math.min(to, x + panelLength(x, terms));
    const panel = gauss(value, x, end);
    sum += panel;
    x = end;
    const last = ratio(x);
    if (last < 1 && value(x) / (1 - last) < enough) return sum;
  }
  return sum - slopeAt(to) / 24;
}

/** Short enough that value is smooth within: terms change by powers of the distance from where they begin or end. */
function panelLength(x: number, { to, ratio }: SlowTerms): number {
  const here = ratio(x);
  const slope = Math.abs(Math.log(here));
  const bend = Math.abs(ratio(x + 1) / here - 1);
  const room = Math.max(END_LENGTH, Math.min(x, 0.7 * (to - x)));
  return Math.min(room, FOLDS / slope, DEVIATIONS / Math.sqrt(bend));
}

/** Panels do not shrink below this, so that the last one reaches the end. */
const END_LENGTH = 16;

function gauss(value: (x: number) => number, from: number, to: number): number {
  const middle = (from + to) / 2;
  const half = (to - from) / 2;
  let sum = 0;
  for (let i = 0; i < NODES.length; i += 1) {
    const offset = half * (NODES[i] ?? 0);
    sum += (WEIGHTS[i] ?? 0) * (value(middle - offset) + value(middle + offset));
  }
  return sum * half;
}
