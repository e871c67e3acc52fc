/**
 * Which of two findings of one fault is the worst: by their values, since that is what people ask; how sure it is says nothing of how
 * bad. But a share of few observations is worth only what they make sure of: five of six by chance say less than two thirds of a hundred.
 */
import type { Finding, Severity } from '../types.ts';

/** Standard deviations of the bound of a share: it is less than that once in two hundred times. */
const SURE = 2.58;

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

export function worseSeverity(one: Severity, other: Severity): Severity {
  return severityRank(other) > severityRank(one) ? other : one;
}

/**
 * The more severe, where they say how severe they are; else the value that lies further on the fault's side. The same value
 * weighs by its score, and then the earlier one stays.
 */
export function worseFinding(one: Finding, other: Finding): Finding {
  if (one.severity !== undefined && other.severity !== undefined && one.severity !== other.severity)
    return worseSeverity(one.severity, other.severity) === one.severity ? one : other;
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
  const { unit, windowMs, value, expected, whole } = finding;
  if (unit === 'share' && whole !== undefined && whole > 0)
    return sureShare(value, whole, isLow(finding) ? -SURE : SURE);
  const isComparable = unit !== 'count' || windowMs === beside.windowMs || expected <= 0 || beside.expected <= 0;
  return isComparable ? value : value / expected;
}

/** What is sure to be reached, or, with fewer than none deviations, not to be passed: the bound of the score interval (Wilson 1927). */
function sureShare(share: number, whole: number, deviations: number): number {
  const square = deviations ** 2;
  const away = deviations * Math.sqrt((share * (1 - share) + square / (4 * whole)) / whole);
  return (share + square / (2 * whole) - away) / (1 + square / whole);
}
