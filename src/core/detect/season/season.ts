/**
 * What is usual at this time of the week, by the clock on the wall: an overall level, the hour of the day, and how far the
 * hour of the week is from that. Each stands in for the finer one while that is young. Values are logarithms of a
 * rate (or any figure whose differences mean the same everywhere).
 */

export const HOUR_MS = 3_600_000;
const DAY = 24;
const WEEK = 168;

/** Where what lies: level, hours learnt, how far one is usually off; then values and visits by hour of day and of week. */
const LEVEL = 0;
const HOURS_SEEN = 1;
const SPREAD = 2;
const DAY_VALUE = 3;
const DAY_SEEN = DAY_VALUE + DAY;
const WEEK_VALUE = DAY_SEEN + DAY;
const WEEK_SEEN = WEEK_VALUE + WEEK;
const LENGTH = WEEK_SEEN + WEEK;

/** Visits that count: an hour of the day has a memory of a week, an hour of the week one of a month, the level one of two days. */
const DAY_SEEN_MAX = 6;
const WEEK_SEEN_MAX = 4;
const LEVEL_HOURS_MAX = 48;
/** After an odd visit the next one counts as if there had been so few before. */
const DAY_SHAKEN = 3;
const WEEK_SHAKEN = 1;
/** Part of the way from the coarser to the finer that the first day (week) gives; each further one gives the same part of the rest. */
const DAY_TRUST = 0.5;
const WEEK_TRUST = 0.4;
/** What a day that is not known yet may be off by (a quarter, less with each day), and a day of the week. */
const DAY_UNKNOWN = 0.06;
const WEEK_UNKNOWN = 0.03;
/** One hour is believed so far: times the usual deviation, and within a fifth and three times the usual. */
const BELIEVED_SPREADS = 4;
const BELIEVED_MIN = 0.2;
const BELIEVED_MAX = Math.log(3);
const SPREAD_FIRST = 0.3;
const SPREAD_SHARE = 1 / 72;

/** Numbers in the order above; 1.5 kB. */
export type Season = Float32Array;

export function createSeason(): Season {
  return new Float32Array(LENGTH);
}

/** False: not one hour was learnt. */
export function knowsLevel(season: Season): boolean {
  return at(season, HOURS_SEEN) > 0;
}

/** Days that were learnt, where both hours around this time are among them; else 0. */
export function daysKnown(season: Season, localMs: number): number {
  const { low, high } = between(localMs);
  const isKnown = [low, high].every((hour) => at(season, DAY_SEEN + hourOfDay(hour)) > 0);
  return isKnown ? Math.max(1, at(season, HOURS_SEEN) / DAY) : 0;
}

/** Both hours of the week around this time were learnt. */
export function knowsWeek(season: Season, localMs: number): boolean {
  const { low, high } = between(localMs);
  return [low, high].every((hour) => at(season, WEEK_SEEN + hourOfWeek(hour)) > 0);
}

/** Variance of the logarithm that the season may be off by because it is young: of days without a like, and of weekdays. */
export function youth(season: Season, localMs: number): number {
  return DAY_UNKNOWN * 2 ** -daysKnown(season, localMs) + (knowsWeek(season, localMs) ? 0 : WEEK_UNKNOWN);
}

/** Between the middles of the hours before and after; `localMs` is epoch plus the offset of the clock on the wall. */
export function usualAt(season: Season, localMs: number): number {
  const { low, high, share } = between(localMs);
  return (1 - share) * usualInHour(season, low) + share * usualInHour(season, high);
}

/** What this hour of the day had, as if one day told all; of hours that are known. */
export function seenInDay(season: Season, localMs: number): number {
  const { low, high, share } = between(localMs);
  return (1 - share) * at(season, DAY_VALUE + hourOfDay(low)) + share * at(season, DAY_VALUE + hourOfDay(high));
}

/** The least that is usual in this hour and its neighbours: what ends in the middle of an hour is in none as it is. */
export function leastAround(season: Season, localMs: number): number {
  const hour = Math.floor(localMs / HOUR_MS);
  return Math.min(...[hour - 1, hour, hour + 1].map((one) => usualInHour(season, one)));
}

/** Usual in an hour of the week; any whole number of hours since the epoch will do. */
export function usualInHour(season: Season, hour: number): number {
  const slot = hourOfWeek(hour);
  if (at(season, WEEK_SEEN + slot) === 0) return usualInDay(season, hour);
  const trust = 1 - (1 - WEEK_TRUST) ** Math.max(1, at(season, HOURS_SEEN) / WEEK);
  return usualInDay(season, hour) + trust * at(season, WEEK_VALUE + slot);
}

/** The season with one hour more: `value` is the mean of that hour. An odd one moves it a little; its repeats move it more. */
export function learnHour(before: Season, hour: number, value: number): Season {
  const season = before.slice();
  const hours = at(before, HOURS_SEEN);
  const level = hours > 0 ? at(before, LEVEL) : value;
  season[LEVEL] = level + (value - level) / (Math.min(hours, LEVEL_HOURS_MAX) + 1);
  season[HOURS_SEEN] = hours + 1;
  learnDay(season, before, hour, value);
  return season;
}

/** The hour of the day, and, once there was such an hour, how far the hour of the week is from it. */
function learnDay(season: Season, before: Season, hour: number, value: number): void {
  const [day, week] = [hourOfDay(hour), hourOfWeek(hour)];
  const believed = believedMiss(before);
  const usual = usualInHour(before, hour);
  const ofWeek = usual - usualInDay(before, hour);
  const ofDay = { value: DAY_VALUE + day, seen: DAY_SEEN + day, seenMax: DAY_SEEN_MAX, shaken: DAY_SHAKEN };
  move(season, ofDay, { target: value - ofWeek, believed });
  if (at(before, DAY_SEEN + day) === 0) return;
  season[SPREAD] = spreadOf(before) + SPREAD_SHARE * (Math.min(Math.abs(value - usual), believed) - spreadOf(before));
  const place = { value: WEEK_VALUE + week, seen: WEEK_SEEN + week, seenMax: WEEK_SEEN_MAX, shaken: WEEK_SHAKEN };
  move(season, place, { target: value - at(before, DAY_VALUE + day), believed });
}

interface Place {
  readonly value: number;
  readonly seen: number;
  readonly seenMax: number;
  readonly shaken: number;
}

/** Towards the target by one visit; one that is too far off is cut, and shakes what was there. */
function move(
  season: Season,
  place: Place,
  { target, believed }: { readonly target: number; readonly believed: number },
): void {
  const seen = at(season, place.seen);
  const miss = target - at(season, place.value);
  const widest = seen < 1 ? Number.POSITIVE_INFINITY : believed * (place.seenMax / seen) ** 2;
  const cut = Math.max(-widest, Math.min(widest, miss));
  season[place.value] = at(season, place.value) + cut / (seen + 1);
  season[place.seen] = cut === miss ? Math.min(seen + 1, place.seenMax) : Math.min(seen, place.shaken);
}

function usualInDay(season: Season, hour: number): number {
  const slot = hourOfDay(hour);
  if (at(season, DAY_SEEN + slot) === 0) return at(season, LEVEL);
  const trust = 1 - (1 - DAY_TRUST) ** Math.max(1, at(season, HOURS_SEEN) / DAY);
  return at(season, LEVEL) + trust * (at(season, DAY_VALUE + slot) - at(season, LEVEL));
}

function believedMiss(season: Season): number {
  return Math.min(BELIEVED_MAX, Math.max(BELIEVED_MIN, BELIEVED_SPREADS * spreadOf(season)));
}

function spreadOf(season: Season): number {
  return at(season, SPREAD) || SPREAD_FIRST;
}

function between(localMs: number): { readonly low: number; readonly high: number; readonly share: number } {
  const position = localMs / HOUR_MS - 0.5;
  const low = Math.floor(position);
  return { low, high: low + 1, share: position - low };
}

function hourOfDay(hour: number): number {
  return ((hour % DAY) + DAY) % DAY;
}

function hourOfWeek(hour: number): number {
  return ((hour % WEEK) + WEEK) % WEEK;
}

function at(numbers: Float32Array, index: number): number {
  return numbers[index] ?? 0;
}
