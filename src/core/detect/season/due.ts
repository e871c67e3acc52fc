/** What is due by the time of the week: in a silence, and how long it must last until so many failed to come. */
import { daysKnown, HOUR_MS, leastAround } from './season.ts';
import type { UsualRate } from './usual-rate.ts';

/** Days that both ends of the silence must have been seen on; before that the season says nothing. */
const DAYS_MIN = 2;
const HOURS_MAX = 14 * 24;

/**
 * Milliseconds from `localMs` on; 0 where the season is not known yet, Infinity where so many are not due in a fortnight. Each hour counts
 * with the least of it and its neighbours, so that a site that is shut within an hour owes nothing for the rest of it.
 */
export function timeUntilDue(usual: UsualRate, localMs: number, amount: number): number {
  let due = 0;
  let at = localMs;
  for (let i = 0; i < HOURS_MAX; i += 1) {
    const rate = rateKnown(usual, at);
    if (rate === undefined) return 0;
    const end = endOfHour(at);
    if (due + rate * (end - at) >= amount) return at - localMs + (amount - due) / rate;
    due += rate * (end - at);
    at = end;
  }
  return Number.POSITIVE_INFINITY;
}

/** Observations due from one local time to another; Infinity where that is not known. */
export function amountDue(usual: UsualRate, localFrom: number, localTo: number): number {
  let due = 0;
  let at = Math.max(localFrom, localTo - HOURS_MAX * HOUR_MS);
  while (at < localTo) {
    const end = Math.min(localTo, endOfHour(at));
    due += (rateKnown(usual, at) ?? Number.POSITIVE_INFINITY) * (end - at);
    at = end;
  }
  return due;
}

/** Per millisecond. */
function rateKnown({ season }: UsualRate, localMs: number): number | undefined {
  return daysKnown(season, localMs) < DAYS_MIN ? undefined : Math.exp(leastAround(season, localMs)) / 1_000;
}

function endOfHour(localMs: number): number {
  return (Math.floor(localMs / HOUR_MS) + 1) * HOUR_MS;
}
