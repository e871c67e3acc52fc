/**
 * How often a kind of message comes: this hour, in a usual hour, and in the busiest ones of the last weeks. Kept in hours of the clock,
 * brought up to date when it comes: hours between count as hours without it.
 */
const HOUR_MS = 3_600_000;
/** After so many hours an hour counts 1/e. */
const MEMORY_HOURS = 7 * 24;
/** The busiest hour is remembered for one to two weeks. */
const GENERATION_HOURS = 7 * 24;
/** What is odd is learnt in part: an hour counts up to so many times the busiest one, or so many lines; in a fault that began before it, so that a day of it is usual. */
const LEARNT_TIMES = 4;
const LEARNT_LEAST = 10;
const ODD_TIMES = 1.1;
const ODD_LEAST = 1;
/** Relative variance of the rate from hour to hour: nobody is steadier, and what comes in rare heaps is no wilder. */
const SPREAD_MIN = 0.1;
const SPREAD_MAX = 10_000;

/** Where what lies: this hour since the epoch and its lines; decayed sums of lines and of their squares; busiest of this generation and the last, and when it began. */
const HOUR = 0;
const LINES = 1;
const SUM = 2;
const SQUARES = 3;
const MOST = 4;
const MOST_BEFORE = 5;
const BEGAN = 6;
const LENGTH = 7;

export type KindRate = Float32Array;

export interface RateReading {
  /** Lines in this hour of the clock so far. */
  readonly lines: number;
  /** In an hour, of the hours that were seen. */
  readonly usual: number;
  readonly spread: number;
  readonly most: number;
}

export function createKindRate(now: number): KindRate {
  const rate = new Float32Array(LENGTH);
  rate[HOUR] = hourOf(now);
  rate[BEGAN] = hourOf(now);
  return rate;
}

/** With so many lines more. `isOdd`: the hour before was part of a fault that had begun before it. */
export function withLines(
  before: KindRate,
  { now, lines, isOdd }: { readonly now: number; readonly lines: number; readonly isOdd: boolean },
): KindRate {
  const rate = upTo(before, now, isOdd);
  rate[LINES] = at(rate, LINES) + lines;
  return rate;
}

/** Of two kinds that turned out to be one. Squares are those of kinds that come by themselves. */
export function joinRates(one: KindRate, other: KindRate): KindRate {
  const hour = Math.max(at(one, HOUR), at(other, HOUR)) * HOUR_MS;
  const [a, b] = [upTo(one, hour), upTo(other, hour)];
  for (const place of [LINES, SUM, SQUARES, MOST, MOST_BEFORE]) a[place] = at(a, place) + at(b, place);
  return a;
}

/** `since`: from when on this kind would have been seen. */
export function readRate(before: KindRate, now: number, since: number): RateReading {
  const rate = upTo(before, now);
  const hours = Math.max(1, hourOf(now) - hourOf(since));
  const weight = 1 - Math.exp(-hours / MEMORY_HOURS);
  const usual = at(rate, SUM) / MEMORY_HOURS / weight;
  const squares = at(rate, SQUARES) / MEMORY_HOURS / weight;
  const spread = usual > 0 ? (squares - usual) / usual ** 2 - 1 : SPREAD_MAX;
  return {
    lines: at(rate, LINES),
    usual,
    spread: Math.min(SPREAD_MAX, Math.max(SPREAD_MIN, spread)),
    most: Math.max(at(rate, MOST), at(rate, MOST_BEFORE)),
  };
}

/** A copy in the hour of `now`. A clock that was set back begins an hour anew. */
function upTo(before: KindRate, now: number, isOdd = false): KindRate {
  const rate = before.slice();
  const passed = hourOf(now) - at(rate, HOUR);
  if (passed === 0) return rate;
  rate[HOUR] = hourOf(now);
  rate[LINES] = 0;
  if (passed < 0) return rate;
  const most = Math.max(at(rate, MOST), at(rate, MOST_BEFORE));
  const believed = isOdd ? ODD_TIMES * most + ODD_LEAST : Math.max(LEARNT_LEAST, LEARNT_TIMES * most);
  const lines = Math.min(at(before, LINES), believed);
  const kept = Math.exp(-passed / MEMORY_HOURS);
  rate[SUM] = (at(rate, SUM) + lines) * kept;
  rate[SQUARES] = (at(rate, SQUARES) + lines ** 2) * kept;
  rate[MOST] = Math.max(at(rate, MOST), lines);
  if (at(rate, HOUR) - at(rate, BEGAN) < GENERATION_HOURS) return rate;
  rate[BEGAN] = at(rate, HOUR);
  rate[MOST_BEFORE] = at(rate, MOST);
  rate[MOST] = 0;
  return rate;
}

function hourOf(time: number): number {
  return Math.floor(time / HOUR_MS);
}

function at(rate: KindRate, place: number): number {
  return rate[place] ?? 0;
}
