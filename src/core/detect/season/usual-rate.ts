/**
 * The rate to expect now: what is usual at this time of the week, times how lately was against that. Whoever feeds it
 * does so late, by LEARN_LATE_MS. An hour is learnt an hour after its end, when it stands for no time that is near any more.
 */
import {
  createSeason,
  daysKnown,
  HOUR_MS,
  knowsLevel,
  learnHour,
  leastAround,
  type Season,
  seenInDay,
  usualAt,
  youth,
} from './season.ts';

/** Amounts are learnt once they are this old: what happens now is judged by the time before it. */
export const LEARN_LATE_MS = 30 * 60_000;
/** Time after which a recent amount weighs 1/e: a holiday or a quiet evening is known within two hours. */
const RECENT_MS = HOUR_MS;
/** What came lately changes the expected rate from about so many on. */
const RECENT_LEAST = 3;
/** One sample counts up to this many times what was expected (and as many deviations), and down to that part of it. */
const BELIEVED_TIMES = 3;
/** Part of an hour that must have been seen to learn it. */
const HOUR_PART_MIN = 1 / 3;
/** Before the first hour is learnt, what was seen until then says what is usual, once it was seen so long. */
const FIRST_MS = 3 * 60_000;
/** Stands for half an observation, where none came: the logarithm wants one. */
const HALF = 0.5;

/** Plain and small: the season's 1.5 kB and a handful of numbers. */
export interface UsualRate {
  readonly season: Season;
  /** The hour of the wall clock that is being added up: hours since the epoch, amount and exposure so far, time seen. */
  readonly hour: number;
  readonly amount: number;
  readonly exposure: number;
  readonly seenMs: number;
  /** The hour before it, if it is still to be learnt. */
  readonly next?: { readonly hour: number; readonly value: number } | undefined;
  /** Decayed, of the time lately: what came, and what the season alone expected. */
  readonly came: number;
  readonly due: number;
}

export interface RateSample {
  /** Its middle, on the clock on the wall: epoch plus offset, ms. */
  readonly localMs: number;
  readonly lengthMs: number;
  readonly amount: number;
  /** What the amount is in proportion to: seconds, or 1 for a figure that has no duration. */
  readonly exposure: number;
  /** Part of a fault: the season learns it in part, what is expected lately does not. */
  readonly isOdd: boolean;
}

export function createUsualRate(): UsualRate {
  return { season: createSeason(), hour: 0, amount: 0, exposure: 0, seenMs: 0, came: 0, due: 0 };
}

/** Amount to expect for an exposure of 1; undefined before enough is learnt to say. */
export function rateAt(usual: UsualRate, localMs: number): number | undefined {
  if (!knowsLevel(usual.season)) return firstRate(usual);
  return Math.exp(usualAt(usual.season, localMs)) * ((usual.came + RECENT_LEAST) / (usual.due + RECENT_LEAST));
}

function firstRate({ amount, exposure, seenMs }: UsualRate): number | undefined {
  return seenMs >= FIRST_MS && exposure > 0 ? (amount + HALF) / exposure : undefined;
}

/**
 * The most that is usual now, from which too many are counted: what comes back after a silence or a quiet day is measured by
 * the season, and a morning that was seen once by that morning, however little one day is believed otherwise.
 */
export function mostAt(usual: UsualRate, localMs: number): number | undefined {
  const rate = rateAt(usual, localMs);
  const { season } = usual;
  if (rate === undefined || !knowsLevel(season)) return rate;
  const ofDay = daysKnown(season, localMs) > 0 ? Math.exp(seenInDay(season, localMs)) : 0;
  return Math.max(rate, Math.exp(usualAt(season, localMs)), ofDay);
}

/**
 * The least that is usual now, from which too few are counted. What a robot does for half an hour every night is in no hour as it
 * is, so that an hour's mean would be missed in the rest of it: the hours around count too. And many lately are no promise.
 */
export function leastAt(usual: UsualRate, localMs: number): number | undefined {
  const rate = rateAt(usual, localMs);
  const { season, came, due } = usual;
  if (rate === undefined || daysKnown(season, localMs) === 0) return rate;
  const lately = Math.min(1, (came + RECENT_LEAST) / (due + RECENT_LEAST));
  return Math.min(rate, Math.exp(leastAround(season, localMs)) * lately);
}

/** What is usual in the mean of this hour, and never more because of what came lately: too few are counted from it where many are gone. */
export function meanAt(usual: UsualRate, localMs: number): number | undefined {
  const rate = rateAt(usual, localMs);
  if (rate === undefined || !knowsLevel(usual.season)) return rate;
  return Math.min(rate, Math.exp(usualAt(usual.season, localMs)));
}

/** Relative variance by which the rate to expect may be wrong because little is known yet. */
export function youthAt({ season }: UsualRate, localMs: number): number {
  return youth(season, localMs);
}

/** The next sample; they come in order, gaps between them are no loss. */
export function learnRate(before: UsualRate, sample: RateSample): UsualRate {
  const hour = Math.floor(sample.localMs / HOUR_MS);
  const closed = hour === before.hour ? before : closeHour(before, hour, sample.localMs);
  const added = {
    ...closed,
    amount: closed.amount + sample.amount,
    exposure: closed.exposure + sample.exposure,
    seenMs: closed.seenMs + sample.lengthMs,
  };
  return sample.isOdd || !knowsLevel(added.season) ? added : { ...added, ...recently(added, sample) };
}

/** The hour that ended waits, and the one that waited is learnt. The very first one is learnt at once, or goes on until it was seen long enough. */
function closeHour(before: UsualRate, hour: number, localMs: number): UsualRate {
  const { amount, exposure, seenMs, next } = before;
  const begun = { ...before, hour, amount: 0, exposure: 0, seenMs: 0, next: undefined };
  const isEnough = seenMs >= HOUR_PART_MIN * HOUR_MS && exposure > 0;
  const ended = isEnough ? { hour: before.hour, value: Math.log((amount + HALF) / exposure) } : undefined;
  if (knowsLevel(before.season)) return { ...learnWaiting(begun, next, localMs), next: ended };
  if (ended === undefined) return { ...before, hour };
  return { ...begun, season: learnHour(before.season, ended.hour, ended.value), came: amount, due: amount };
}

function learnWaiting(usual: UsualRate, waiting: UsualRate['next'], localMs: number): UsualRate {
  if (waiting === undefined) return usual;
  const season = learnHour(usual.season, waiting.hour, waiting.value);
  // What is expected now stays as it was: the season has changed, not the traffic.
  const changed = Math.exp(usualAt(season, localMs) - usualAt(usual.season, localMs));
  return { ...usual, season, due: usual.due * changed };
}

function recently(usual: UsualRate, sample: RateSample): Pick<UsualRate, 'came' | 'due'> {
  const due = Math.exp(usualAt(usual.season, sample.localMs)) * sample.exposure;
  const expected = due * ((usual.came + RECENT_LEAST) / (usual.due + RECENT_LEAST));
  const highest = BELIEVED_TIMES * (expected + Math.sqrt(expected));
  const kept = Math.exp(-sample.lengthMs / RECENT_MS);
  return {
    came: usual.came * kept + Math.min(highest, Math.max(expected / BELIEVED_TIMES, sample.amount)),
    due: usual.due * kept + due,
  };
}
