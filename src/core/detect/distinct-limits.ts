/** The score of a number of different values from which it is told, for the false alarms that the test may give. */
import type { LimitMap } from './limit.ts';

export const DISTINCT_LIMITS: LimitMap = [
  [1, 6],
  [0.1, 8],
];
