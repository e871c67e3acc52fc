/** The level detector as it is shipped, on a series of numbers from anywhere: value for value, what was usual and how odd it is. */
import {
  copyLevel,
  emptyLevel,
  LEVEL_LIMITS,
  LEVEL_YOUNG,
  type LevelState,
  type LevelStep,
  stepLevel,
} from './level/level.ts';
import { levelLimit } from './level/level-limit.ts';
import { HOLD_MS, type ToldLevel, verdictOn } from './level/told-level.ts';
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
/** Part of the way from the expected value to the limit within which it is well again: what the level detector has as `leave`. */
const LEAVE = 0.7;
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
  /** An incident begins: it is told once, however long it lasts and however much worse it gets. */
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
  const incident = createIncident(limit);
  const band = createBand();
  return {
    limit,
    next(time, value) {
      const offsetMs = offsetAt(time);
      const before = copyLevel(state);
      const step = stepLevel(state, time, value, offsetMs);
      const { raw, expected, usual, side, record, isRepeat } = step;
      const isAlarm = incident.next({ time, value, offsetMs, before, step });
      return {
        time,
        value,
        expected,
        usual,
        score: raw,
        side,
        record,
        isRepeat,
        band: band.next(expected, value),
        isAlarm,
      };
    },
  };
}

interface Stepped {
  readonly time: number;
  readonly value: number;
  readonly offsetMs: number;
  /** The state without this value. */
  readonly before: LevelState;
  readonly step: LevelStep;
}

/** As in the service: what was told is over at a value that is well again on the side on which it was odd, or after a day, when it is usual. */
function createIncident(limit: number): { next(stepped: Stepped): boolean } {
  let open: ToldLevel | undefined;
  return {
    next({ time, value, offsetMs, before, step }) {
      if (open !== undefined && time - open.time < HOLD_MS) {
        if (verdictOn(value, open, LEAVE) !== 'well') return false;
        // What is back at what is usual is no news, however far it fell.
        const isBack = Math.abs(value - open.expected) <= LEAVE * Math.abs(open.limit - open.expected);
        open = undefined;
        if (isBack) return false;
      }
      open = undefined;
      if (step.score < limit) return false;
      const { side, expected, raw: score, usual, isRepeat } = step;
      const search = { state: before, timeMs: time, offsetMs, score: limit, told: value, usual: expected };
      open = { time, side, expected, limit: levelLimit(search), score, usual, isRepeat };
      return true;
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
