import type { Finding } from '../types.ts';

/** The one with the greater score; at equal scores the one further beyond its limit, on the side on which it broke it, or nearer to full. */
export function worseFinding(one: Finding, other: Finding): Finding {
  if (one.score !== other.score) return one.score > other.score ? one : other;
  const isLow = other.fullAt === undefined && other.value < other.limit;
  return (isLow ? other.value < one.value : other.value > one.value) ? other : one;
}
