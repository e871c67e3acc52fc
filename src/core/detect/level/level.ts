/**
 * How odd is the next value of a series of numbers? Judged in four respects, each by two memories of the extremes there
 * were: one learns everything, so that what has happened often is no news; one learns of an incident only in part, so
 * that its repeat still counts. One step costs the same however long the series is.
 */
import { CHANNEL_PLACES, CHANNELS, type Channel, type ChannelPlace } from './layout.ts';
import { rangeOf, stepMemory, usualRange } from './memory.ts';
import { GAPS, paceOf } from './pace.ts';
import { type Parts, stepParts } from './parts.ts';
import type { LevelState } from './state.ts';

export { CONFIRMED_LIMITS, LEVEL_LIMITS } from './limits.ts';
export { asLevel, copyLevel, emptyLevel, type LevelState } from './state.ts';

export interface LevelStep {
  /** As it is told: 0 while an alarm cools down that it does not outdo. */
  readonly score: number;
  /** The same, told or not. */
  readonly raw: number;
  /** In what respect it is oddest. */
  readonly channel: Channel;
  readonly side: 'high' | 'low';
  readonly expected: number;
  readonly usual: { readonly low: number; readonly high: number };
  /** Scores by the memory that learns everything, and by the one that learns incidents only in part. */
  readonly full: number;
  readonly quarantined: number;
  /** Standard deviations of the hour's mean. */
  readonly drift: number;
  /** It is the highest or lowest value since then; `next` is the one that comes nearest. */
  readonly record?: { readonly since: number; readonly next: number; readonly side: 'high' | 'low' } | undefined;
  /** It was as odd before: unusual against normal times only. */
  readonly isRepeat: boolean;
}

/** Values that are learnt before anything is odd. */
export const LEVEL_YOUNG = 50;
/** What comes so long before the last value is late, and left out; beyond it the clock was set. */
const LATE_MS = 3_600_000;
/** Squares and sums of larger values would leave the range of a float32. */
const VALUE_MAX = 1e30;
const DRIFT_WEIGHT = 0.3;
/** A repeat is news to the quarantined memory, and much less to the other. */
const REPEAT_SCORE = 3;
const REPEAT_TIMES = 2;

const HOUR_INDEX = CHANNELS.indexOf('hour');
const VALUE = CHANNEL_PLACES[0] as ChannelPlace;
const HOUR = CHANNEL_PLACES[HOUR_INDEX] as ChannelPlace;

/** Learns the value, which changes the state, and says how odd it was. */
export function stepLevel(state: LevelState, timeMs: number, value: number, offsetMs = 0): LevelStep {
  return stepFigure(state, { timeMs, value, offsetMs, count: undefined });
}

export interface LevelFigure {
  readonly timeMs: number;
  readonly value: number;
  /** Observations that it is of: a percentile of few strays by chance more than one of many. Undefined: that is no question. */
  readonly count: number | undefined;
  readonly offsetMs: number;
}

/** The same of a figure of some observations. */
export function stepFigure(state: LevelState, { timeMs, value, count, offsetMs }: LevelFigure): LevelStep {
  const kept = Math.fround(Math.max(-VALUE_MAX, Math.min(VALUE_MAX, value)));
  if (state.time !== undefined && timeMs <= state.time && state.time - timeMs < LATE_MS) return unjudged(state, kept);
  const when = { time: timeMs + offsetMs, before: state.localTime, count };
  learnTime(state, timeMs, offsetMs);
  const parts = stepParts(state, kept, when);
  const record = recordOf(state, kept);
  const usual = usualOf(state, parts);
  const { full, quarantined, channel, side } = stepChannels(state, parts);
  if (state.numbers[VALUE.full.at] === 0) state.generations = [state.generations[1] ?? timeMs, timeMs];
  const { expected, drift } = parts;
  const blend = (full + quarantined) / 2 + DRIFT_WEIGHT * Math.log1p(drift) - state.pace.offset;
  const raw = state.seen < LEVEL_YOUNG ? 0 : Math.max(0, blend);
  const isRepeat = quarantined >= REPEAT_SCORE && full * REPEAT_TIMES <= quarantined;
  const score = coolDown(state, raw);
  return { score, raw, channel, side, expected, usual, full, quarantined, drift, record, isRepeat };
}

/** Around what is usual for the hour, where that is known. */
function usualOf({ numbers }: LevelState, { values, expected, steady }: Parts): LevelStep['usual'] {
  if (values[HOUR_INDEX] === undefined) return usualRange(numbers, VALUE.quarantined);
  const { low, high } = usualRange(numbers, HOUR.quarantined);
  return { low: expected + low / steady, high: expected + high / steady };
}

/** The oddest channel by the quarantined memory, and the highest score of either memory. */
function stepChannels(
  { numbers, pace }: LevelState,
  { values, least }: Parts,
): Pick<LevelStep, 'channel' | 'side' | 'full' | 'quarantined'> {
  let best = 0;
  let isHigh = true;
  let full = 0;
  let quarantined = 0;
  const known = { pace, least };
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (value === undefined) continue;
    const place = CHANNEL_PLACES[i] as ChannelPlace;
    full = Math.max(full, Math.abs(stepMemory(numbers, place.full, value, known)));
    const score = stepMemory(numbers, place.quarantined, value, known);
    if (Math.abs(score) <= quarantined) continue;
    quarantined = Math.abs(score);
    best = i;
    isHigh = score > 0;
  }
  return { channel: CHANNELS[best] as Channel, side: isHigh ? 'high' : 'low', full, quarantined };
}

function learnTime(state: LevelState, timeMs: number, offsetMs: number): void {
  const gapMs = state.time === undefined ? 0 : timeMs - state.time;
  if (state.gapsS.length < GAPS && gapMs > 0) {
    state.gapsS = [...state.gapsS, gapMs / 1000];
    if (state.gapsS.length === GAPS) state.pace = paceOf(state.gapsS);
  }
  if (state.generations.length === 0) state.generations = [timeMs, timeMs];
  state.seen += 1;
  state.time = timeMs;
  state.localTime = timeMs + offsetMs;
}

/** An alarm is told at its begin and when it gets worse, until nothing was odd for some hours. */
function coolDown(state: LevelState, raw: number): number {
  if (state.seen - state.peakAt > state.pace.coolDown) state.peak = 0;
  if (raw <= state.peak) return 0;
  state.peak = raw;
  state.peakAt = state.seen;
  return raw;
}

function recordOf({ numbers, generations, seen }: LevelState, value: number): LevelStep['record'] {
  if (seen < LEVEL_YOUNG) return undefined;
  const { lowest, highest } = rangeOf(numbers, VALUE.full);
  const since = generations[0] ?? 0;
  if (value > highest) return { since, next: highest, side: 'high' };
  return value < lowest ? { since, next: lowest, side: 'low' } : undefined;
}

function unjudged({ numbers }: LevelState, value: number): LevelStep {
  const usual = usualRange(numbers, VALUE.full);
  return {
    ...{ score: 0, raw: 0, channel: 'value', side: 'high', expected: value, usual },
    ...{ full: 0, quarantined: 0, drift: 0, isRepeat: false },
  };
}
