/**
 * What is usual for a share: bad and all observations, decayed over a day, taken in half an hour late so that a fault
 * is judged against the time before it. Starts from a prior, so that there is an answer from the first minute on.
 */
import type { WindowView } from '../plugin.ts';
import type { FaultMemory } from './fault-memory.ts';
import { type BadRate, BRIEF_WINDOW_MS } from './share-limits.ts';
import { learnSpread, NO_SPREAD, type ShareSpread, shapeOf } from './share-spread.ts';

/** Before anything is learnt: 0.5% of requests fail, with the weight of 200 requests. */
export const PRIOR_SHARE = 0.005;
export const PRIOR_WEIGHT = 200;
/** Of a share of which nothing is known: little weight, so that what is learnt soon counts alone. */
const UNKNOWN_SHARE = 0.02;
const UNKNOWN_WEIGHT = 10;
/** Minutes are learnt once they are this old. */
export const LAG_MS = 30 * 60_000;
/** Minutes older than this have left the view and are not learnt. */
const REACH_MS = 90 * 60_000;
/** Time after which what was learnt counts 1/e. */
const MEMORY_MS = 24 * 3_600_000;
/** A minute's share is learnt up to this many times the usual, so that an incident is learnt only in part. */
const CAP_TIMES = 3;
/** However much was learnt, it is known no better than this many observations tell: for shares near nothing. */
export const WEIGHT_MAX = 3_000;
/** In the longest window bad ones come in no clumps that fill it. */
const LASTING_WEIGHT_MAX = 30_000;

/** Observations from which on it is learnt how far the share strays. */
const SPREAD_FROM = 500;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;
const HALF_HOUR_MS = 1_800_000;
/** What is left of a day of learning at its end. */
const DAY_LEARNT_MS = MEMORY_MS * (1 - Math.exp(-DAY_MS / MEMORY_MS));

/** Decayed bad (k) of all (n), learnt up to a minute. */
export interface ShareBaseline extends FaultMemory {
  readonly k: number;
  readonly n: number;
  readonly until: number;
  /** Time in which they came, fading as they do, ms. Absent: not known. */
  readonly learntMs?: number | undefined;
  /** How far it strays; absent before the first minute was learnt. */
  readonly spread?: ShareSpread | undefined;
}

/** Parameters of the beta distribution of the share. */
export interface ShareBelief {
  readonly mean: number;
  readonly a: number;
  readonly b: number;
}

export function asShareBaseline(stored: unknown, now: number): ShareBaseline {
  const until = floorMinute(now - LAG_MS);
  if (typeof stored !== 'object' || stored === null || !('until' in stored)) return { k: 0, n: 0, until };
  const known = stored as ShareBaseline;
  // Ahead of now: of a clock that was wrong, and nothing would be learnt until then.
  return known.until > now ? { ...known, until } : known;
}

/** Of which shares is learnt. */
export interface LearntShare {
  readonly part: string;
  readonly whole: string;
  /** Nothing is known of it beforehand: so many observations are learnt as they are. */
  readonly minLearnt: number;
}

/** Takes in the minutes that have become old enough; the same object when there is none. */
export function learnShares(
  before: ShareBaseline,
  now: number,
  view: WindowView,
  { part, whole, minLearnt }: LearntShare,
): ShareBaseline {
  const end = floorMinute(now - LAG_MS);
  if (end <= before.until) return before;
  const start = Math.max(before.until, floorMinute(now - REACH_MS));
  let { k, n, learntMs = 0, spread = NO_SPREAD } = before;
  const missed = Math.exp(-(start - before.until) / MEMORY_MS);
  k *= missed;
  n *= missed;
  learntMs *= missed;
  const kept = Math.exp(-MINUTE_MS / MEMORY_MS);
  for (let minute = start; minute < end; minute += MINUTE_MS) {
    const all = view.count(whole, minute, minute + MINUTE_MS);
    const bad = Math.min(all, view.count(part, minute, minute + MINUTE_MS));
    const usual = believe({ k, n, until: minute }, MINUTE_MS, minLearnt).mean * all;
    const cap = n < minLearnt ? bad : CAP_TIMES * usual + CAP_TIMES * Math.sqrt(usual);
    const counted = Math.min(bad, cap);
    // While the share itself is hardly known, differences to it say nothing of how far it strays.
    if (n >= SPREAD_FROM) spread = learnSpread(spread, minute / MINUTE_MS, { bad: counted, due: usual });
    k = k * kept + counted;
    n = n * kept + all;
    learntMs = learntMs * kept + MINUTE_MS;
  }
  return { ...before, k: round(k), n: round(n), learntMs: Math.round(learntMs), spread, until: end };
}

/** How often bad ones come, as a day's learning says. */
export function rateOfBad({ k, learntMs = 0 }: ShareBaseline): BadRate {
  const known = Math.min(1, learntMs / DAY_LEARNT_MS);
  // One more than there were: none in a day is no promise.
  return { in30Days: known === 0 ? 0 : ((k + 1) * 30 * DAY_MS) / learntMs, known };
}

/** Says how much of what must be learnt is; undefined once it is. */
export function learning({ n }: ShareBaseline, minLearnt: number): string | undefined {
  return n < minLearnt ? `has learnt ${Math.floor(n)} of ${minLearnt} observations` : undefined;
}

/** What the share over a window of this length may be. */
export function believe(learnt: ShareBaseline, windowMs: number, minLearnt: number): ShareBelief {
  const { k, n, learntMs = 0, spread = NO_SPREAD } = learnt;
  const [share, weighs] = minLearnt === 0 ? [PRIOR_SHARE, PRIOR_WEIGHT] : [UNKNOWN_SHARE, UNKNOWN_WEIGHT];
  const a = share * weighs + k;
  const b = (1 - share) * weighs + Math.max(0, n - k);
  const mean = a / (a + b);
  const most = windowMs > BRIEF_WINDOW_MS ? LASTING_WEIGHT_MAX : WEIGHT_MAX;
  // Where no time is known, as in what an older linesman stored, it is taken for much traffic.
  const due = learntMs === 0 ? Number.POSITIVE_INFINITY : (mean * n * HALF_HOUR_MS) / learntMs;
  const weight = Math.min(a + b, most, shapeOf(spread, windowMs, due) / mean);
  return { mean, a: mean * weight, b: (1 - mean) * weight };
}

/** Keeps the stored text short; a thousandth of a request changes no verdict. */
function round(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

function floorMinute(time: number): number {
  return Math.max(0, Math.floor(time / MINUTE_MS) * MINUTE_MS);
}
