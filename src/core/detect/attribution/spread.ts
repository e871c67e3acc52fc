/** Whether observations are spread over the keys of a field as others are. */
import type { Hitters } from './hitters.ts';

/** Fewer observations are spread in any way. */
const LEAST = 30;
/** So much of both must be listed: of the rest nobody knows how it is spread. */
const LISTED_LEAST = 0.5;
/** Part of the observations that may lie elsewhere, besides what chance moves. */
const MOVED_MOST = 0.1;

/** Undefined where it cannot be told: too few, too little of them listed, or one key only. */
export function isSpreadAs(these: Hitters, others: Hitters): boolean | undefined {
  const isSeen = [these, others].every(({ total, listed }) => total >= LEAST && listed >= total * LISTED_LEAST);
  const keys = [...new Set([...these.keys, ...others.keys])];
  if (!isSeen || keys.length < 2) return undefined;
  let moved = 0;
  let chance = 0;
  for (const key of keys) {
    const share = others.least(key) / others.total;
    moved += Math.max(0, these.least(key) / these.total - share);
    // Half the mean deviation of a count with this share: sqrt(p (1 - p) / (2 pi n)).
    chance += Math.sqrt((share * (1 - share) * (1 / these.total + 1 / others.total)) / (2 * Math.PI));
  }
  return moved <= MOVED_MOST + 1.5 * chance;
}
