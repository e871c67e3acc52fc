/**
 * How far a figure strays by how many observations it is of. A percentile of few requests strays by chance more than one of
 * many: its variance is that of the series itself and a part that falls as the count rises. Fitted by least squares, in which
 * a square weighs by what its own variance is expected to be, so that few observations do not drown many.
 */

/** Running sums, each of them times the weight: of 1, of 1 / count, of the squared rest of a figure, and of products. */
export interface Straying {
  /** Figures learnt, as far as it matters. */
  readonly seen: number;
  readonly weights: number;
  readonly chance: number;
  readonly chanceSquared: number;
  readonly rest: number;
  readonly product: number;
}

export const NO_STRAYING: Straying = { seen: 0, weights: 0, chance: 0, chanceSquared: 0, rest: 0, product: 0 };

/** Figures are made to stray as those of so many observations do. */
const USUAL_COUNT = 1_000;
/** Before anything is learnt: such a figure strays as much by chance as it does by itself. It weighs as so many figures. */
const PRIOR_COUNT = 1_000;
const PRIOR_FIGURES = 200;
const SEEN_MAX = 10_000;
/** Figures before those that follow are held to it: what lies further out, in standard deviations, is learnt as so far. An incident is no straying. */
const HELD_FROM = 50;
const ODD = 3;
/** Few observations are never so much more than usual ones, or less; nor does one figure weigh so much more than others. */
const PART_LEAST = 0.05;
const PART_MOST = 3;

/** `rest`: the figure less what is usual for it. `gain`: weight of a new figure, once many were seen. */
export function learnStraying(
  before: Straying,
  rest: number,
  { count, gain }: { readonly count: number; readonly gain: number },
): Straying {
  const seen = Math.min(SEEN_MAX, before.seen + 1);
  const chance = 1 / count;
  const most = seen > HELD_FROM ? ODD * ODD * varianceAt(before, chance) : Number.POSITIVE_INFINITY;
  const square = Math.min(rest * rest, most);
  const gains = Math.max(gain, 1 / seen);
  const weight = gains * steadyPart(before, count) ** 4;
  const learn = (sum: number, value: number) => (1 - gains) * sum + weight * value;
  return {
    seen,
    weights: learn(before.weights, 1),
    chance: learn(before.chance, chance),
    chanceSquared: learn(before.chanceSquared, chance * chance),
    rest: learn(before.rest, square),
    product: learn(before.product, chance * square),
  };
}

/** By what the rest of a figure of so many observations is to be multiplied, so that it strays as usual ones do. */
export function steadyPart(straying: Straying, count: number): number {
  const variance = varianceAt(straying, 1 / count);
  const part = variance > 0 ? Math.sqrt(varianceAt(straying, 1 / USUAL_COUNT) / variance) : 1;
  return Math.min(PART_MOST, Math.max(PART_LEAST, part));
}

/** Where nothing was learnt, or nothing strays, in parts of what a figure strays by itself. */
function varianceAt({ seen, weights, ...sums }: Straying, at: number): number {
  if (!(sums.rest > 0)) return 1 + PRIOR_COUNT * at;
  const chance = sums.chance / weights;
  const rest = sums.rest / weights;
  const prior = (chance * chance * PRIOR_FIGURES) / seen;
  const expected = (rest * PRIOR_COUNT) / (1 + PRIOR_COUNT * chance);
  const differ = Math.max(0, sums.chanceSquared / weights - chance * chance);
  const together = sums.product / weights - chance * rest;
  const slope = (together + prior * expected) / (differ + prior);
  return rest + Math.min(rest / chance, Math.max(0, slope)) * (at - chance);
}
