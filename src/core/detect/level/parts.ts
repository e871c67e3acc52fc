/** In what respects a value is looked at: itself, its jump, and what is left of it when the usual for its hour is taken out, now and over some minutes. */
import { stepDrift, usualMean } from './drift.ts';
import { MINUTES, RECENT, RESIDUAL_DRIFT, SEASON_PLACES, type SeasonPlace, VALUE_DRIFT } from './layout.ts';
import { errsLess, type SeasonTime, stepSeason } from './season.ts';
import type { LevelState } from './state.ts';
import { learnStraying, steadyPart } from './straying.ts';

/** Weight of the last value in the recent ones, which jumps are taken from. */
const RECENT_WEIGHT = 0.6;
/** A float32 is off by a sixteen-millionth of itself, and means of them by some of that; what is smaller in any unit is nothing. */
const ROUNDING = 1e-6;
const NOTHING = 1e-12;
const [COARSE, FINE, WEEKLY] = SEASON_PLACES as readonly [SeasonPlace, SeasonPlace, SeasonPlace];

export interface Parts {
  /** In the order of the channels; undefined where too little is known. */
  readonly values: readonly (number | undefined)[];
  readonly expected: number;
  /** Standard deviations of the hour's mean. */
  readonly drift: number;
  /** What differs by less is the same but for rounding. */
  readonly least: number;
  /** By what jumps and rests of a value of so few, or so many, observations were multiplied. */
  readonly steady: number;
}

/** Of how many observations a value is, where that says something of it, and its times. */
export interface PartsInput extends SeasonTime {
  readonly count: number | undefined;
}

/** Learns everything but the extremes. */
export function stepParts(state: LevelState, value: number, when: PartsInput): Parts {
  const { numbers, pace } = state;
  const { count } = when;
  const steady = count === undefined ? 1 : steadyPart(state.straying, count);
  const isAfterGap = when.before === undefined || Math.abs(when.time - when.before) > pace.gapMs;
  const recent = numbers[RECENT] as number;
  numbers[RECENT] = isAfterGap ? value : recent + RECENT_WEIGHT * (value - recent);
  const jump = isAfterGap ? undefined : steady * (value - recent);
  const rest = stepSeasons(numbers, value, when);
  const usual = usualMean(numbers, VALUE_DRIFT);
  const size = Math.abs(usual);
  const least = ROUNDING * size + NOTHING;
  const drift = stepDrift(numbers, VALUE_DRIFT, value, { pace, size });
  if (rest === undefined) {
    return { values: [value, jump], expected: state.seen > 1 ? usual : value, drift, least, steady };
  }
  if (count !== undefined) state.straying = learnStraying(state.straying, rest, { count, gain: pace.straying });
  const residual = steady * rest;
  const minutesBefore = isAfterGap ? 0 : (numbers[MINUTES] as number);
  const minutes = minutesBefore + pace.minutes * (residual - minutesBefore);
  numbers[MINUTES] = minutes;
  return {
    values: [value, jump, residual, minutes],
    ...{ expected: value - rest, least, steady },
    drift: Math.min(drift, stepDrift(numbers, RESIDUAL_DRIFT, rest, { pace, size })),
  };
}

/** What the day explains, by the table that errs less, or the week, is not odd: the smaller of what is left. */
function stepSeasons(numbers: Float32Array, value: number, when: SeasonTime): number | undefined {
  const coarse = stepSeason(numbers, COARSE, value, when);
  const fine = stepSeason(numbers, FINE, value, when);
  const weekly = stepSeason(numbers, WEEKLY, value, when);
  const daily = fine !== undefined && errsLess(numbers, FINE, COARSE) ? fine : coarse;
  if (weekly === undefined || daily === undefined) return daily;
  return Math.abs(weekly) < Math.abs(daily) ? weekly : daily;
}
