/** How fast a series is learnt: times of the clock, in steps of this very series. */

export interface Pace {
  /** Values before a memory is quarantined. */
  readonly quarantineAfter: number;
  /** Values of a generation, of the memory that learns everything and of the quarantined one. */
  readonly generation: number;
  readonly quarantinedGeneration: number;
  /** Steps after which an alarm that is not outdone is over. */
  readonly coolDown: number;
  /** Weight of what is left of a new value in the same of some minutes. */
  readonly minutes: number;
  /** Weights of a new value in the hour's mean, and of that in what is usual for it. */
  readonly hourMean: number;
  readonly usualMean: number;
  /** Weight of a new value in how far values stray by their counts. */
  readonly straying: number;
  /** What was before so long a gap says nothing of jumps and smoothed values. */
  readonly gapMs: number;
  /** More values a day are more chances: taken off the score, so that one limit serves every step. */
  readonly offset: number;
}

/** Gaps between values after which the step is known. */
export const GAPS = 40;
const UNKNOWN_STEP_S = 60;
const HOUR_S = 3_600;
const DAY_S = 86_400;
const NEVER = Number.MAX_SAFE_INTEGER;

/** While the step is not known: that of five minutes, and nothing is forgotten. */
export const YOUNG_PACE: Pace = {
  quarantineAfter: NEVER,
  generation: NEVER,
  quarantinedGeneration: NEVER,
  coolDown: 50,
  minutes: 0.3,
  hourMean: 1 - Math.exp(-300 / HOUR_S),
  usualMean: 300 / (14 * DAY_S),
  straying: 300 / (7 * DAY_S),
  gapMs: HOUR_S * 1_000,
  offset: 0,
};

export function paceOf(gapsS: readonly number[]): Pace {
  const step = gapsS.toSorted((a, b) => a - b)[gapsS.length >> 1] ?? UNKNOWN_STEP_S;
  return {
    quarantineAfter: Math.max(100, Math.round((2.5 * DAY_S) / step)),
    generation: Math.max(200, Math.round((7 * DAY_S) / step)),
    quarantinedGeneration: Math.max(200, Math.round((3.5 * DAY_S) / step)),
    coolDown: Math.max(5, Math.round((4 * HOUR_S) / step)),
    minutes: Math.min(0.9, 1 - Math.exp(-step / 900)),
    hourMean: step >= HOUR_S ? 1 : 1 - Math.exp(-step / HOUR_S),
    usualMean: step / (14 * DAY_S),
    straying: step / (7 * DAY_S),
    gapMs: 1_000 * Math.max(HOUR_S, 10 * step),
    offset: 0.6 * Math.log10(HOUR_S / step),
  };
}
