/** From which score on a share is told, for the false alarms its test may give. */
import { type LimitMap, limitFor } from './limit.ts';

/**
 * False alarms in 30 days of one healthy series at each score, the mean over all families of series, rates and usual
 * shares of test/bench/quality/calibrate-ratio.ts: faults that were confirmed.
 */
export const RATIO_LIMITS: LimitMap = [
  [31.9, 3],
  [4.77, 4],
  [0.65, 5],
];
/** The same of findings in windows of up to a minute that would have fired without being confirmed. */
export const URGENT_LIMITS: LimitMap = [
  [138, 3],
  [37.5, 4],
  [6.55, 5],
  [0.6, 6],
];
/** Both ways to be told share the budget. */
const WAYS = 2;

/**
 * Windows up to this long have a limit of their own at little traffic: of longer ones it is taken, before anything is
 * known, that the share strays little in them, and at little traffic that is long in being learnt.
 */
export const BRIEF_WINDOW_MS = 300_000;

export interface ShareLimits {
  /** Score from which it is a finding, and in windows up to BRIEF_WINDOW_MS. */
  readonly score: number;
  readonly brief: number;
  /** Score from which it fires without waiting for confirmation. */
  readonly urgent: number;
}

/**
 * A score rises only when a bad observation arrives, in each of six windows: at little traffic there are so many chances
 * of a false alarm and no more, where at much traffic seconds bound them, and the maps say how many that is. What one
 * arrival brings is measured (calibrate-ratio.ts, little): healthy series stray less than the score allows for, and
 * windows that end with an arrival hold more than others.
 */
const LOOKS_A_BAD = 6;
/** One in each of the longest windows: rarer ones come in clumps, and say less about chance. */
const LEAST_BAD = 1_440;

/** How often bad observations come. */
export interface BadRate {
  readonly in30Days: number;
  /** How much of a day has been learnt, 0 to 1. */
  readonly known: number;
}

/** What a watch says itself wins. */
export function shareLimits(
  given: { readonly score?: number | undefined; readonly urgentScore?: number | undefined },
  budget: number,
  bad: BadRate = { in30Days: 0, known: 0 },
): ShareLimits {
  const score = given.score ?? limitFor(RATIO_LIMITS, budget / WAYS);
  const brief = given.score ?? Math.min(score, littleLimit(score, budget, bad));
  return { score, brief, urgent: given.urgentScore ?? Math.max(score, limitFor(URGENT_LIMITS, budget / WAYS)) };
}

/** What is not known of the day counts as busy. The whole budget: what fires at once here would be confirmed as well. */
function littleLimit(busy: number, budget: number, { in30Days, known }: BadRate): number {
  const looks = LOOKS_A_BAD * Math.max(LEAST_BAD, in30Days);
  return Math.log10(known * looks + (1 - known) * budget * 10 ** busy) - Math.log10(budget);
}
