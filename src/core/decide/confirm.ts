/**
 * When is a pending fault confirmed, when given up? By evaluations ten seconds apart, since the windows of two steps next to each
 * other are nearly the same; of a watch that is asked by reading each reading is one, however far apart they are.
 */
import type { Confirm } from '../check.ts';
import type { Verdict } from '../types.ts';
import type { FollowedFault } from './book.ts';

/** Least time between two evaluations that count. */
export const CONFIRM_STEP_MS = 10_000;
/** Evaluations looked back on, and how many of them must be bad, where the watch says nothing else. */
export const CONFIRM_OF = 3;
export const CONFIRM_BAD = 2;
/** Without a reading for so long a pending fault is given up; one that hangs takes a minute. */
export const GIVEN_UP_MS = 5 * 60_000;
const USUAL: Confirm = { bad: CONFIRM_BAD, of: CONFIRM_OF };
/** Evaluations that are remembered; no watch looks back on more. */
const REMEMBERED = 20;

const HITS_MASK = 2 ** REMEMBERED - 1;

/** Takes the verdict of this step into `hits` if it is due to count; the first finding is the first that counts. */
export function countHit(
  fault: FollowedFault,
  now: number,
  verdict: Verdict,
): Pick<FollowedFault, 'hits' | 'countedAt'> {
  const isDue = fault.readingMs === undefined ? now - fault.countedAt >= CONFIRM_STEP_MS : verdict !== 'unclear';
  if (!isDue) return { hits: fault.hits, countedAt: fault.countedAt };
  return { hits: ((fault.hits << 1) | (verdict === 'bad' ? 1 : 0)) & HITS_MASK, countedAt: now };
}

/** '2 of 3', where so many evaluations were bad; undefined where it is not confirmed. */
export function confirmedBy({ hits, confirm = USUAL }: Pick<FollowedFault, 'hits' | 'confirm'>): string | undefined {
  let bad = 0;
  for (let bits = hits & maskOf(confirm); bits > 0; bits >>= 1) bad += bits & 1;
  return bad >= confirm.bad ? `${confirm.bad} of ${confirm.of}` : undefined;
}

/** As many evaluations as are looked back on were not bad. */
export function isRefuted({ hits, confirm = USUAL }: Pick<FollowedFault, 'hits' | 'confirm'>): boolean {
  return (hits & maskOf(confirm)) === 0;
}

/** So long after its last reading a pending fault is given up: what comes then is no second one of the same. */
export function givenUpAfterMs({ confirm = USUAL, readingMs = 0 }: FollowedFault): number {
  return Math.max(GIVEN_UP_MS, (confirm.of + 1) * readingMs);
}

function maskOf({ of }: Confirm): number {
  return 2 ** Math.min(of, REMEMBERED) - 1;
}
