/** From which score a level speaks, for the false alarms it may give. */
import type { LimitMap } from '../limit.ts';

/** Alarms of a healthy series in 30 days, as told after cool-down, and the score at which they were counted: means over families of drawn series. */
export const LEVEL_LIMITS: LimitMap = [
  [4, 3.3],
  [1, 4.2],
  [0.5, 4.9],
  [0.25, 5.7],
];
