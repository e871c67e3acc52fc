/** In what respects a value is looked at: itself, its jump, and what it leaves of the usual for its hour, now and smoothed. */
import { stepDrift, usualMean } from './drift.ts';
import { HOURS, MINUTES, RECENT, RESIDUAL_DRIFT, SEASON_PLACES, type SeasonPlace, VALUE_DRIFT } from './layout.ts';
import { errsLess, type SeasonTime, stepSeason } from './season.ts';
import type { LevelState } from './state.ts';

/** Weight of the last value in the recent ones, which jumps are taken from. */
const RECENT_WEIGHT = 0.6;
const [COARSE, FINE, WEEKLY] = SEASON_PLACES as readonly [SeasonPlace, SeasonPlace, SeasonPlace];

export interface Parts {
  /** In the order of the channels; undefined where too little is known. */
  readonly values: readonly (number | undefined)[];
  /** What each is taken from: with the part it makes the value. */
  readonly bases: readonly number[];
  readonly expected: number;
  /** Standard deviations of the hour's mean. */
  readonly drift: number;
}

/** Learns everything but the extremes. */
export function stepParts(state: LevelState, value: number, when: SeasonTime): Parts {
  const { numbers, pace } = state;
  const recent = numbers[RECENT] as number;
  numbers[RECENT] = recent + Math.max(RECENT_WEIGHT, 1 / state.seen) * (value - recent);
  const jump = state.seen > 2 ? value - recent : undefined;
  const residual = stepSeasons(numbers, value, when);
  const usual = usualMean(numbers, VALUE_DRIFT);
  const size = Math.abs(usual);
  const drift = stepDrift(numbers, VALUE_DRIFT, value, { pace, size });
  if (residual === undefined) {
    return { values: [value, jump], bases: [0, recent], expected: state.seen > 1 ? usual : value, drift };
  }
  const expected = value - residual;
  const minutes = smooth(numbers, MINUTES, residual, pace.minutes);
  const hours = smooth(numbers, HOURS, residual, pace.hours);
  return {
    values: [value, jump, residual, minutes, hours],
    bases: [0, recent, expected, expected, expected],
    expected,
    drift: Math.min(drift, stepDrift(numbers, RESIDUAL_DRIFT, residual, { pace, size })),
  };
}

/** By the table that errs least: the week's wins over the finer one of the day, that one over the coarse one. */
function stepSeasons(numbers: Float32Array, value: number, when: SeasonTime): number | undefined {
  const coarse = stepSeason(numbers, COARSE, value, when);
  const fine = stepSeason(numbers, FINE, value, when);
  const weekly = stepSeason(numbers, WEEKLY, value, when);
  if (weekly !== undefined && errsLess(numbers, WEEKLY, COARSE)) return weekly;
  return fine !== undefined && errsLess(numbers, FINE, COARSE) ? fine : coarse;
}

function smooth(numbers: Float32Array, at: number, value: number, weight: number): number {
  const smoothed = (numbers[at] as number) + weight * (value - (numbers[at] as number));
  numbers[at] = smoothed;
  return smoothed;
}
