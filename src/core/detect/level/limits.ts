/** From which score a level speaks, for the false alarms it may give: measured by test/bench/quality/calibrate-level.ts. */
import type { LimitMap } from '../limit.ts';

/** One value enough, as told after cool-down. Heavy tails (Pareto, log-normal) make it flat. */
export const LEVEL_LIMITS: LimitMap = [
  [11.5, 3],
  [4.9, 3.5],
  [2.5, 4],
  [1.15, 5],
  [0.62, 6],
  [0.23, 8],
  [0.06, 12],
];

/** Two of three values beyond the limit. */
export const CONFIRMED_LIMITS: LimitMap = [
  [6, 2.5],
  [1.15, 3],
  [0.16, 3.5],
  [0.03, 4],
  [0.015, 4.5],
  [0.01, 5],
];
