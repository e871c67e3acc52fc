/** The level detector as it is shipped, on a series of numbers from anywhere: value for value, what was usual and how odd it is. */
import { emptyLevel, LEVEL_LIMITS, LEVEL_YOUNG, type LevelStep, stepLevel } from './level/level.ts';
import { limitFor } from './limit.ts';

/** False alarms in 30 days that one series by itself may give. */
export const SERIES_FALSE_ALARMS = 1;
/** Values that are learnt before anything can be an alarm. */
export const SERIES_YOUNG = LEVEL_YOUNG;

export interface Range {
  readonly low: number;
  readonly high: number;
}

/** A band is so many mean errors wide on each side: a normal one is left once in sixty values. */
const BAND_ERRORS = 3;
/** The mean error is that of the last so many values; one that is odd counts as so many mean errors. */
const ERRORS = 300;
const ODD_ERRORS = 6;
/** So that a band around any finite value is finite. */
const ERROR_MAX = 1e300;

export interface JudgedValue {
  readonly time: number;
  readonly value: number;
  readonly expected: number;
  /** What was usual in the respect in which it is oddest. */
  readonly usual: Range;
  /** Around what was expected, as far as values mostly stray from it. */
  readonly band: Range;
  /** How odd, as -log10 of a chance; 0 where there is nothing to say. */
  readonly score: number;
  /** It begins, or is worse than what was told: one incident is not told with each of its values. */
  readonly isAlarm: boolean;
  readonly side: 'high' | 'low';
  readonly record: LevelStep['record'];
  readonly isRepeat: boolean;
}

export interface SeriesJudge {
  /** The score from which a value is an alarm. */
  readonly limit: number;
  /** Times must rise. */
  next(time: number, value: number): JudgedValue;
}

/** `offsetAt`: local time minus UTC, for what is usual by the clock on the wall. */
export function createSeriesJudge(falseAlarms: number, offsetAt: (time: number) => number): SeriesJudge {
  const limit = limitFor(LEVEL_LIMITS, falseAlarms);
  const state = emptyLevel();
  const band = createBand();
  return {
    limit,
    next(time, value) {
      const { score: told, raw, ...step } = stepLevel(state, time, value, offsetAt(time));
      const { expected, usual, side, record, isRepeat } = step;
      const around = { band: band.next(expected, value), isAlarm: told >= limit };
      return { time, value, expected, usual, score: raw, side, record, isRepeat, ...around };
    },
  };
}

function createBand(): { next(expected: number, value: number): Range } {
  let error = 0;
  let seen = 0;
  return {
    next(expected, value) {
      const band = { low: expected - BAND_ERRORS * error, high: expected + BAND_ERRORS * error };
      seen = Math.min(ERRORS, seen + 1);
      const off = Math.min(ERROR_MAX, Math.abs(value - expected));
      error += ((seen < ERRORS ? off : Math.min(off, ODD_ERRORS * error)) - error) / seen;
      return band;
    },
  };
}
