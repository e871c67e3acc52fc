/** Which of two findings of one fault is the worst: by their values, since that is what people ask; how sure it is says nothing of how bad. */
import type { Finding } from '../types.ts';

/** The value that lies further on the fault's side; the same value weighs by its score, and then the earlier one stays. */
export function worseFinding(one: Finding, other: Finding): Finding {
  const [past, next] = [amountOf(one, other), amountOf(other, one)];
  if (past === next) return other.score > one.score ? other : one;
  return isLow(one) ? (next < past ? other : one) : next > past ? other : one;
}

/** A fault of too little; what fills up is bad by what is in it, whatever its limit. */
function isLow({ fullAt, value, limit }: Finding): boolean {
  return fullAt === undefined && value < limit;
}

/** Numbers of events in windows of different lengths are held against what is usual in each. */
function amountOf(finding: Finding, beside: Finding): number {
  const { unit, windowMs, value, expected } = finding;
  const isComparable = unit !== 'count' || windowMs === beside.windowMs || expected <= 0 || beside.expected <= 0;
  return isComparable ? value : value / expected;
}
