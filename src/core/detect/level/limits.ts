/** From which score a level speaks, for the false alarms it may give. */
import type { LimitMap } from '../limit.ts';

/** Alarms of a healthy series in 30 days, one value enough, as told after cool-down: means over families of drawn series. */
export const LEVEL_LIMITS: LimitMap = [
  [14, 3],
  [5.5, 3.5],
  [2.7, 4],
  [1.2, 5],
  [0.69, 6],
  [0.27, 8],
];

/** The same where two of three values must be beyond the limit. */
export const CONFIRMED_LIMITS: LimitMap = [
  [10, 2.5],
  [1.5, 3],
  [0.2, 3.5],
  [0.03, 4],
];
