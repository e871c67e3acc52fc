/**
 * How far the share of a healthy service strays by itself, learnt from blocks of minutes: the relative variance that is
 * left once the variance of counting is taken off, as method-of-moments estimates of over-dispersion do (Williams,
 * Extra-binomial Variation in Logistic Linear Models, 1982). A share that has stood still for days may be told
 * for less than one that wanders.
 */

/** Blocks in which it is learnt, minutes: for windows up to the first length, and for longer ones. */
export const BLOCK_MINUTES = [5, 30] as const;
/** Relative variance before anything is learnt, for each block: two pseudo-errors, and nine. */
const PRIOR_SPREAD = [0.3, 0.067] as const;
/** It weighs as much as twelve blocks with many bad ones. */
const PRIOR_BLOCKS = 12;
/** Bad ones due in a block that make it weigh half: with fewer, most of a difference is counting. */
const HALF_DUE = 5;
/** A block differs from what was due by this part of it at most: an incident is learnt only in part. */
const STRAY_MAX = 1;
/** And by so many deviations of counting. */
const CHANCE_MAX = 3;
/** Time after which a block counts 1/e: longer than the share is remembered, so that a calm day is not taken for a calm life. */
const MEMORY_BLOCKS_MS = 3 * 24 * 3_600_000;
/**
 * A gamma distribution of a log-normal's variance has the lighter tail: six tenths of the pseudo-errors of that variance
 * make it as heavy five deviations out.
 */
const TAIL_PART = 0.6;
/** Pseudo-errors are held in here, by block: nothing strays more than 0.7 of itself, and nothing is sure to stray less than a third (a sixth). */
export const SHAPES = [
  { least: 2, most: 10 },
  { least: 2, most: 30 },
] as const;

/** What is learnt with one length of block. */
export interface BlockSpread {
  /** Bad ones in the block that is not over, and those that were due. */
  readonly bad: number;
  readonly due: number;
  /** Decayed sums over blocks: relative variances times their weights, and weights. */
  readonly variance: number;
  readonly weight: number;
}

export const NO_SPREAD: readonly BlockSpread[] = BLOCK_MINUTES.map(() => ({ bad: 0, due: 0, variance: 0, weight: 0 }));

/** Takes in one minute; `minute` counts minutes since 1970. */
export function learnSpread(
  before: readonly BlockSpread[],
  minute: number,
  counted: { readonly bad: number; readonly due: number },
): readonly BlockSpread[] {
  return before.map((block, i) => {
    const minutes = BLOCK_MINUTES[i] ?? 1;
    const bad = block.bad + counted.bad;
    const due = block.due + counted.due;
    return (minute + 1) % minutes === 0 ? endBlock({ ...block, bad, due }, minutes) : { ...block, bad, due };
  });
}

function endBlock({ bad, due, variance, weight }: BlockSpread, minutes: number): BlockSpread {
  const kept = Math.exp((-minutes * 60_000) / MEMORY_BLOCKS_MS);
  const weighs = due ** 2 / (due ** 2 + HALF_DUE ** 2);
  const stray = due === 0 ? 0 : Math.min(STRAY_MAX + CHANCE_MAX / Math.sqrt(due), Math.abs(bad - due) / due);
  const found = due === 0 ? 0 : stray ** 2 - 1 / due;
  return { bad: 0, due: 0, variance: round(variance * kept + weighs * found), weight: round(weight * kept + weighs) };
}

/** Pseudo-errors of the beta distribution that the share of a window is drawn from. */
export function shapeOf(spread: readonly BlockSpread[], windowMs: number): number {
  const i = windowMs <= BLOCK_MINUTES[0] * 60_000 ? 0 : 1;
  const { variance, weight } = spread[i] ?? { variance: 0, weight: 0 };
  const prior = PRIOR_SPREAD[i] ?? PRIOR_SPREAD[0];
  const strays = (variance + PRIOR_BLOCKS * prior) / (weight + PRIOR_BLOCKS);
  const { least, most } = SHAPES[i] ?? SHAPES[0];
  return strays <= 0 ? most : Math.min(most, Math.max(least, TAIL_PART / strays));
}

/** Keeps the stored text short. */
function round(value: number): number {
  return Number(value.toPrecision(5));
}
