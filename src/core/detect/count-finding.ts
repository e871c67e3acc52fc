/** What a mail needs to explain a count that was found bad. */
import type { Finding } from '../finding.ts';
import { type CountFloors, type CountVerdict, enterCount } from './count-verdict.ts';
import { type CountWindow, countAtScore, type Side } from './count-windows.ts';

/** Deviations on each side of the expected that are called usual. */
const USUAL_DEVIATIONS = 2;

/** A verdict that is bad. */
export interface CountTold {
  readonly told: CountWindow;
  readonly side: Side;
  readonly agreeing: readonly number[];
  readonly score: number;
}

type CountFinding = Pick<
  Finding,
  'value' | 'expected' | 'limit' | 'unit' | 'windowMs' | 'score' | 'usual' | 'agreeing'
>;

/** What says by which window it is bad is there in a verdict that is bad, and in no other. */
export function isTold(verdict: CountVerdict): verdict is CountVerdict & CountTold {
  return verdict.told !== undefined && verdict.side !== undefined && verdict.agreeing !== undefined;
}

export function explainCount({ told, side, agreeing, score }: CountTold, floors: CountFloors): CountFinding {
  const { count, expected, ms } = told;
  return {
    value: count,
    expected,
    limit: limitOf(told, side, floors),
    unit: 'count',
    windowMs: ms,
    score,
    usual: usualOf(told),
    agreeing,
  };
}

/** The count from which (down to which) it would have been told: by chance and by the floors, whichever is harder. */
function limitOf(told: CountWindow, side: Side, floors: CountFloors): number {
  const byChance = countAtScore(told, side, floors.limit);
  if (side === 'high') return Math.min(told.count, Math.max(byChance, Math.ceil(enterCount(told.expected, floors))));
  return Math.max(told.count, Math.min(byChance, Math.floor(floors.maxTimes * told.expected)));
}

function usualOf({ expected, spread }: CountWindow): { readonly low: number; readonly high: number } {
  const wide = Math.exp(USUAL_DEVIATIONS * Math.sqrt(1 / Math.max(1, expected) + spread));
  return { low: expected / wide, high: expected * wide };
}
