/**
 * How far the share of a healthy service strays by itself, learnt from blocks of minutes: the relative variance that is
 * left once the variance of counting is taken off, as method-of-moments estimates of over-dispersion do (Williams,
 * Extra-binomial Variation in Logistic Linear Models, 1982). A share that has stood still for days may be told
 * for less than one that wanders.
 */
import { significant } from './significant.ts';

/** Blocks in which it is learnt, minutes: for windows up to the first length, and for longer ones. */
export const BLOCK_MINUTES = [5, 30] as const;
/** Relative variance before anything is learnt, for each block: two pseudo-errors, and nine. */
const PRIOR_SPREAD = [0.3, 0.067] as const;
/** It weighs as much as twelve blocks with many bad ones. */
const PRIOR_BLOCKS = 12;
/** Bad ones due in a block that make it weigh half: with fewer, most of a difference is counting. */
const HALF_DUE = 5;
/** A block in which fewer were due tells nothing, and squares of next to nothing are no numbers. */
const DUE_LEAST = 1e-3;
/** A block differs from what was due by this part of it at most: an incident is learnt only in part. */
const STRAY_MAX = 1;
/** And by so many deviations of counting. */
const CHANCE_MAX = 3;
const HALF_HOUR_MS = 1_800_000;
/** Time after which a block counts 1/e: longer than the share is remembered, so that a calm day is not taken for a calm life. */
const MEMORY_BLOCKS_MS = 3 * 24 * 3_600_000;
/**
 * A gamma distribution of a log-normal's variance has the lighter tail: six tenths of the pseudo-errors of that variance
 * make it as heavy five deviations out.
 */
const TAIL_PART = 0.6;
/** Pseudo-errors are held in here, by block: nothing strays more than 0.7 of itself, and nothing is sure to stray less than a third (a tenth). */
export const SHAPES = [
  { least: 2, most: 10 },
  { least: 2, most: 100 },
] as const;

/** Half hours that wait before they are learnt: else a share that creeps up for hours is taken for one that strays. */
const WAITING = 8;

/** Relative variances times their weights, and weights, of each length of block: variance, weight, variance, weight. */
type Found = readonly number[];

export interface ShareSpread {
  /** Bad ones, and those that were due, in the block of each length that is not over: bad, due, bad, due. */
  readonly open: readonly number[];
  /** Of the half hour that is not over, of those that wait, oldest first, and of all before, fading. */
  readonly newest: Found;
  readonly waiting: readonly Found[];
  readonly learnt: Found;
}

const NOTHING: Found = [0, 0, 0, 0];
export const NO_SPREAD: ShareSpread = { open: NOTHING, newest: NOTHING, waiting: [], learnt: NOTHING };

/** Takes in one minute; `minute` counts minutes since 1970. */
export function learnSpread(
  before: ShareSpread,
  minute: number,
  counted: { readonly bad: number; readonly due: number },
): ShareSpread {
  const open = before.open.map((sum, i) => round(sum + (i % 2 === 0 ? counted.bad : counted.due)));
  const newest = [...before.newest];
  BLOCK_MINUTES.forEach((minutes, i) => {
    if ((minute + 1) % minutes !== 0) return;
    const [bad = 0, due = 0] = open.splice(2 * i, 2, 0, 0);
    const [variance = 0, weight = 0] = foundIn(bad, due);
    newest[2 * i] = round((newest[2 * i] ?? 0) + variance);
    newest[2 * i + 1] = round((newest[2 * i + 1] ?? 0) + weight);
  });
  const isOver = (minute + 1) % BLOCK_MINUTES[1] === 0;
  return isOver ? endHalfHour({ ...before, open, newest }) : { ...before, open, newest };
}

function foundIn(bad: number, due: number): readonly [variance: number, weight: number] {
  if (due < DUE_LEAST) return [0, 0];
  const weight = weightOf(due);
  const stray = Math.min(STRAY_MAX + CHANCE_MAX / Math.sqrt(due), Math.abs(bad - due) / due);
  return [weight * (stray ** 2 - 1 / due), weight];
}

function endHalfHour({ open, newest, waiting, learnt }: ShareSpread): ShareSpread {
  const all = [...waiting, newest];
  const oldest = all.length > WAITING ? (all.shift() ?? NOTHING) : undefined;
  const kept = Math.exp(-HALF_HOUR_MS / MEMORY_BLOCKS_MS);
  return {
    ...{ open, newest: NOTHING, waiting: all },
    learnt: oldest === undefined ? learnt : learnt.map((sum, i) => round(sum * kept + (oldest[i] ?? 0))),
  };
}

/** Pseudo-errors of the beta distribution that the share of a window is drawn from; `due`: bad ones that are usual in half an hour. */
export function shapeOf({ learnt }: ShareSpread, windowMs: number, due: number): number {
  const i = windowMs <= BLOCK_MINUTES[0] * 60_000 ? 0 : 1;
  const [variance = 0, weight = 0] = learnt.slice(2 * i);
  const strays = (variance + PRIOR_BLOCKS * priorSpread(i, due)) / (weight + PRIOR_BLOCKS);
  const { least, most } = SHAPES[i] ?? SHAPES[0];
  return strays <= 0 ? most : Math.min(most, Math.max(least, TAIL_PART / strays));
}

/** With so little traffic that half hours never show how far the share strays, nothing but the wider one may be assumed. */
function priorSpread(block: number, due: number): number {
  const [wide] = PRIOR_SPREAD;
  return wide + weightOf(due) * ((PRIOR_SPREAD[block] ?? wide) - wide);
}

/** Of what a block with so many due says of straying, 0 to 1. */
function weightOf(due: number): number {
  return 1 / (1 + (HALF_DUE / due) ** 2);
}

/** Keeps the stored text short. */
function round(value: number): number {
  return significant(value, 5);
}
