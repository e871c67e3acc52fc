/** Where what is known of a series lies in one Float32Array: stored as it is, so that reading it back changes nothing. */

/** Largest values that a memory keeps on each side. */
export const TOPS = 16;

/** Two lists of largest values, and how many values in a row were held back. */
const TAIL_SIZE = 2 * TOPS + 1;
const MEMORY_SIZE = 2 + 2 * TAIL_SIZE;

/** One memory of the extremes of one channel. */
export interface MemoryPlace {
  /** Values seen in this generation; those of the one before come next, then the tails. */
  readonly at: number;
  readonly high: number;
  readonly low: number;
  /** False: it learns everything. True: an incident is learnt only in part. */
  readonly isQuarantined: boolean;
}

/** In what respect a value is odd. */
export const CHANNELS = ['value', 'jump', 'hour', 'minutes'] as const;
export type Channel = (typeof CHANNELS)[number];

export interface ChannelPlace {
  readonly channel: Channel;
  readonly full: MemoryPlace;
  readonly quarantined: MemoryPlace;
}

/** A table of usual values by the time of day or week. */
export interface SeasonPlace {
  readonly periodMs: number;
  readonly buckets: number;
  /** Weight of a new day (or week). */
  readonly weight: number;
  /** Visits a bucket needs before it is used, the one that goes on included: with one, the first day goes by the hour so far. */
  readonly minVisits: number;
  /** Error and how many errors it is of; then means, counts and visits of all buckets. */
  readonly at: number;
}

const DAY_MS = 86_400_000;

export const CHANNEL_PLACES: readonly ChannelPlace[] = CHANNELS.map((channel, i) => ({
  channel,
  full: memoryPlace(2 * i, false),
  quarantined: memoryPlace(2 * i + 1, true),
}));

const SEASONS_AT = 2 * CHANNELS.length * MEMORY_SIZE;

/** Coarse first: each is used where it errs less than the first. */
export const SEASON_PLACES = placed([
  { periodMs: DAY_MS, buckets: 16, weight: 0.1, minVisits: 1 },
  { periodMs: DAY_MS, buckets: 48, weight: 0.1, minVisits: 2 },
  { periodMs: 7 * DAY_MS, buckets: 112, weight: 0.3, minVisits: 3 },
]);

const DRIFTS_AT = SEASON_PLACES.reduce((at, { buckets }) => at + seasonSize(buckets), SEASONS_AT);
const DRIFT_SIZE = 4;
/** Of the values, and of what is left of them when the season is taken out. */
export const VALUE_DRIFT = DRIFTS_AT;
export const RESIDUAL_DRIFT = DRIFTS_AT + DRIFT_SIZE;
/** Smoothed: the last few values, for jumps; and what was left of some minutes. */
export const RECENT = RESIDUAL_DRIFT + DRIFT_SIZE;
export const MINUTES = RECENT + 1;
export const LEVEL_SIZE = RECENT + 2;

function memoryPlace(index: number, isQuarantined: boolean): MemoryPlace {
  const at = index * MEMORY_SIZE;
  return { at, high: at + 2, low: at + 2 + TAIL_SIZE, isQuarantined };
}

function seasonSize(buckets: number): number {
  return 2 + 3 * buckets;
}

function placed(seasons: readonly Omit<SeasonPlace, 'at'>[]): readonly SeasonPlace[] {
  let at = SEASONS_AT;
  return seasons.map((season) => {
    const place = { ...season, at };
    at += seasonSize(season.buckets);
    return place;
  });
}
