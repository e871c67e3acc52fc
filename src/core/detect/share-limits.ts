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

export interface ShareLimits {
  /** Score from which it is a finding, and from which it fires without waiting for confirmation. */
  readonly score: number;
  readonly urgent: number;
}

/** What a watch says itself wins. */
export function shareLimits(
  given: { readonly score?: number | undefined; readonly urgentScore?: number | undefined },
  budget: number,
): ShareLimits {
  const score = given.score ?? limitFor(RATIO_LIMITS, budget / WAYS);
  return { score, urgent: given.urgentScore ?? Math.max(score, limitFor(URGENT_LIMITS, budget / WAYS)) };
}
