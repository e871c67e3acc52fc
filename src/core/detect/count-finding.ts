/** What a mail needs to explain a count that was found bad. */
import type { Finding } from '../finding.ts';
import { type Records, rarity } from './count-record.ts';
import type { Side } from './count-tail.ts';
import { type CountFloors, type CountVerdict, enterCount } from './count-verdict.ts';
import { type CountWindow, countAtScore } from './count-windows.ts';

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

export function explainCount(
  { told, side, agreeing, score }: CountTold,
  floors: CountFloors,
  records: Records,
): CountFinding {
  const { count, ms } = told;
  const expected = told.expected[side];
  const byChance = countAtScore(told, side, (one) => rarity(records, side, one) >= floors.limit[side]);
  return {
    value: count,
    expected,
    limit: side === 'high' ? limitAbove(told, byChance, floors) : limitBelow(told, byChance, floors),
    unit: 'count',
    windowMs: ms,
    score,
    usual: usualOf(expected, told.spread),
    agreeing,
  };
}

/** By chance and by the floors, whichever is harder; so roughly found, it must not lie beyond what is told. */
function limitAbove({ count, expected }: CountWindow, byChance: number, floors: CountFloors): number {
  return Math.min(count, Math.max(byChance, Math.ceil(enterCount(expected.high, floors))));
}

function limitBelow({ count, expected }: CountWindow, byChance: number, { maxTimes }: CountFloors): number {
  return Math.max(count, Math.min(byChance, Math.floor(maxTimes * expected.low)));
}

function usualOf(expected: number, spread: number): { readonly low: number; readonly high: number } {
  const wide = Math.exp(USUAL_DEVIATIONS * Math.sqrt(1 / Math.max(1, expected) + spread));
  return { low: expected / wide, high: expected * wide };
}
