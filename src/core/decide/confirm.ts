/** When is a pending fault confirmed, when given up? By evaluations ten seconds apart, since the windows of two steps next to each other are nearly the same. */
import type { FollowedFault } from './book.ts';

/** Least time between two evaluations that count. */
export const CONFIRM_STEP_MS = 10_000;
/** Evaluations looked back on, and how many of them must be bad. */
export const CONFIRM_OF = 3;
export const CONFIRM_BAD = 2;

const HITS_MASK = 2 ** CONFIRM_OF - 1;

/** Takes the verdict of this step into `hits` if it is due to count; the first finding is the first that counts. */
export function countHit(fault: FollowedFault, now: number, bad: boolean): Pick<FollowedFault, 'hits' | 'countedAt'> {
  if (now - fault.countedAt < CONFIRM_STEP_MS) return { hits: fault.hits, countedAt: fault.countedAt };
  return { hits: ((fault.hits << 1) | (bad ? 1 : 0)) & HITS_MASK, countedAt: now };
}

export function isConfirmed(hits: number): boolean {
  let bad = 0;
  for (let bits = hits & HITS_MASK; bits > 0; bits >>= 1) bad += bits & 1;
  return bad >= CONFIRM_BAD;
}

/** As many evaluations as are looked back on were not bad. */
export function isRefuted(hits: number): boolean {
  return (hits & HITS_MASK) === 0;
}
