/** From which score a level speaks, for the false alarms it may give. */
import type { LimitMap } from '../limit.ts';

/** Alarms of a healthy series in 30 days, one value enough, as told after cool-down: means over families of drawn series. */
export const LEVEL_LIMITS: LimitMap = [
  [4, 3.3],
  [1, 4.2],
  [0.5, 4.9],
  [0.25, 5.7],
];

/** The same where two of three values must be beyond the limit. */
export const CONFIRMED_LIMITS: LimitMap = [
  [10, 2.5],
  [1.6, 3],
  [0.13, 3.5],
];
