/** Usual values by the time of day or week: what is left of a value when what is usual for this time is taken out. */
import type { SeasonPlace } from './layout.ts';

/** The epoch began on a Thursday; weeks begin on Mondays. */
const TO_MONDAY_MS = 4 * 86_400_000;
/** Errors that are known before values are held to them, and before the table is compared with others. */
const ERRORS_KNOWN = 50;
/** A value is learnt up to so many errors beside the usual one: one odd day does not ruin the next. */
const ODD_VALUE = 10;
/** An error counts up to so many usual ones, and with this weight. */
const ODD_ERROR = 6;
const ERROR_WEIGHT = 0.002;
/** Visits and values are halved there: their ratio is what is asked for, and a Float32Array counts to 2^24. */
const VISITS_MAX = 64;

/** Places in a table. */
const ERROR = 0;
const ERRORS = 1;
const MEANS = 2;

/** Local times, ms. */
export interface SeasonTime {
  readonly time: number;
  /** Of the value before; undefined at the first. */
  readonly before: number | undefined;
}

/** Learns the value; what is left of it, undefined while the table is too young for this time. */
export function stepSeason(
  numbers: Float32Array,
  place: SeasonPlace,
  value: number,
  { time, before }: SeasonTime,
): number | undefined {
  const phase = phaseOf(place, time);
  const turn = Math.floor(phase);
  const mean = place.at + MEANS + bucketOf(place, turn);
  const visits = mean + 2 * place.buckets;
  let change = value - (numbers[mean] as number);
  let residual: number | undefined;
  if ((numbers[visits] as number) >= place.minVisits) {
    residual = value - usualAt(numbers, place, phase);
    change = learnError(numbers, place.at, residual, change);
  }
  const isNewVisit = before === undefined || Math.floor(phaseOf(place, before)) !== turn;
  if (isNewVisit) numbers[visits] = (numbers[visits] as number) + 1;
  learnMean(numbers, place, mean, change);
  return residual;
}

/** It errs less than the other does, by a twentieth, and that is known. */
export function errsLess(numbers: Float32Array, place: SeasonPlace, other: SeasonPlace): boolean {
  if ((numbers[place.at + ERRORS] as number) <= ERRORS_KNOWN) return false;
  return (numbers[place.at + ERROR] as number) < 0.95 * (numbers[other.at + ERROR] as number);
}

/** In buckets since the Monday before the epoch. */
function phaseOf({ periodMs, buckets }: SeasonPlace, time: number): number {
  return (time + TO_MONDAY_MS) * (buckets / periodMs);
}

/** Whole buckets since then to the one of the table. */
function bucketOf({ buckets }: SeasonPlace, turn: number): number {
  return turn - Math.floor(turn / buckets) * buckets;
}

/** Between the middles of this bucket and of the nearer one beside it. */
function usualAt(numbers: Float32Array, place: SeasonPlace, phase: number): number {
  const turn = Math.floor(phase);
  const aside = phase - turn - 0.5;
  const means = place.at + MEANS;
  const beside = means + bucketOf(place, turn + (aside < 0 ? -1 : 1));
  const weight = (numbers[beside + 2 * place.buckets] as number) >= place.minVisits ? Math.abs(aside) : 0;
  const mean = numbers[means + bucketOf(place, turn)] as number;
  return mean + weight * ((numbers[beside] as number) - mean);
}

/** What of the change may be learnt. */
function learnError(numbers: Float32Array, at: number, residual: number, change: number): number {
  const usual = numbers[at + ERROR] as number;
  const errors = (numbers[at + ERRORS] as number) + 1;
  const isKnown = errors > ERRORS_KNOWN;
  const error = isKnown ? Math.min(Math.abs(residual), ODD_ERROR * usual + Number.EPSILON) : Math.abs(residual);
  numbers[at + ERROR] = usual + Math.max(ERROR_WEIGHT, 1 / errors) * (error - usual);
  numbers[at + ERRORS] = Math.min(errors, 1 / ERROR_WEIGHT);
  return isKnown ? Math.max(-ODD_VALUE * usual, Math.min(ODD_VALUE * usual, change)) : change;
}

function learnMean(numbers: Float32Array, { buckets, weight }: SeasonPlace, mean: number, change: number): void {
  let count = (numbers[mean + buckets] as number) + 1;
  let visits = numbers[mean + 2 * buckets] as number;
  numbers[mean] = (numbers[mean] as number) + Math.max((weight * visits) / count, 1 / count) * change;
  if (visits > VISITS_MAX) {
    count /= 2;
    visits /= 2;
  }
  numbers[mean + buckets] = count;
  numbers[mean + 2 * buckets] = visits;
}
