/** Whether observations are spread over the keys of a field as others are. */
import type { Hitters } from './hitters.ts';

/** Fewer observations are spread in any way. */
const LEAST = 30;
/** So much of both must be listed where keys may be missing: of the rest nobody knows how it is spread. */
const LISTED_LEAST = 0.9;
/** Part of the observations that may lie elsewhere, besides what chance moves. */
const MOVED_MOST = 0.1;

/** Undefined where it cannot be told: too few, too little of them listed, or one key only. */
export function isSpreadAs(these: Hitters, others: Hitters): boolean | undefined {
  const isSeen = [these, others].every(
    ({ total, listed, isExact }) => total >= LEAST && (isExact || listed >= total * LISTED_LEAST),
  );
  const keys = [...new Set([...these.keys, ...others.keys])];
  if (!isSeen || keys.length < 2) return undefined;
  let moved = 0;
  let chance = 0;
  for (const [its, share] of [...keys.map((key) => sharesOf(key, these, others)), unlisted(these, others)]) {
    moved += Math.max(0, its - share);
    // Half the mean deviation of a count with this share: sqrt(p (1 - p) / (2 pi n)).
    chance += Math.sqrt((share * (1 - share) * (1 / these.total + 1 / others.total)) / (2 * Math.PI));
  }
  return moved <= MOVED_MOST + 1.5 * chance;
}

type Shares = readonly [these: number, others: number];

function sharesOf(key: string, these: Hitters, others: Hitters): Shares {
  return [these.least(key) / these.total, others.least(key) / others.total];
}

/** Mostly they lack the field. */
function unlisted(these: Hitters, others: Hitters): Shares {
  return [1 - these.listed / these.total, 1 - others.listed / others.total];
}
