/**
 * The score of a count from which it is told, for the false alarms that the test may give. Too few are far less often seen
 * on healthy traffic than too many, so each side has its own map; measured by test/bench/quality/calibrate-{count,distinct}.ts.
 */
import type { Side } from './count-tail.ts';
import { type LimitMap, limitFor } from './limit.ts';

const HIGH: LimitMap = [
  [3, 2.5],
  [2.2, 3],
  [1.2, 3.5],
  [0.6, 4],
];
/** None in 29 months of drawn series; where a robot asks for part of an hour each night, its end is a drop, and a lower limit tells it. */
const LOW: LimitMap = [
  [0.4, 2.5],
  [0.2, 3],
  [0.1, 3.5],
];

/** The score given on the watch, or the one that the budget allows; a test of both sides shares it. */
export function countLimits(
  { side, score }: { readonly side: Side | 'both'; readonly score?: number | undefined },
  budget: number,
): Readonly<Record<Side, number>> {
  if (score !== undefined) return { high: score, low: score };
  const each = side === 'both' ? budget / 2 : budget;
  return { high: limitFor(HIGH, each), low: limitFor(LOW, each) };
}

/** From which score on it may speak at all. */
export function lowerLimit(limits: Readonly<Record<Side, number>>, side: Side | 'both'): number {
  return side === 'both' ? Math.min(limits.high, limits.low) : limits[side];
}
