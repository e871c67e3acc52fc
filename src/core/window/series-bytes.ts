/** What the steps of one series take in a stored page; the codec writes exactly so many bytes. */
import type { Cell } from '../types.ts';
import { numberLength, textLength } from './bytes.ts';
import type { Steps } from './page.ts';
import { STEPS_PER_PAGE } from './rings.ts';

/** Up to so many used steps are listed, a byte each; more are a bit each, for all 60 of them. */
export const LISTED_STEPS = 8;
const SUM_BYTES = 8;

/** What is added to one step of a series. */
export type Observed = Pick<Cell, 'count' | 'sum'>;

/** Of a series without steps: its key, and the byte that says how many there are. */
export function keyBytes(key: string): number {
  return textLength(key) + 1;
}

/** What adding to one step adds to them; `used` of its steps have a count. */
export function addedBytes(steps: Steps & { readonly used: number }, step: number, { count, sum }: Observed): number {
  const { used } = steps;
  const old = steps.counts[step] as number;
  const isNew = old === 0;
  const listed = isNew && used < LISTED_STEPS ? 1 : 0;
  const counted = numberLength(old + count) - (isNew ? 0 : numberLength(old));
  if (steps.sums !== steps.counts) return counted + listed + (isNew ? SUM_BYTES : 0);
  return counted + listed + (sum === count ? 0 : SUM_BYTES * (used + (isNew ? 1 : 0)));
}

/** Of a whole series. */
export function seriesBytes(key: string, { counts, sums }: Steps): number {
  const used = usedSteps(counts);
  let bytes = keyBytes(key) + Math.min(used, LISTED_STEPS);
  for (const count of counts) if (count > 0) bytes += numberLength(count);
  return sums === counts ? bytes : bytes + SUM_BYTES * used;
}

export function usedSteps(counts: Float64Array): number {
  let used = 0;
  for (let step = 0; step < STEPS_PER_PAGE; step += 1) if ((counts[step] as number) > 0) used += 1;
  return used;
}
