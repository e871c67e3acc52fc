/** Learns the usual rate of a series from its minutes, each once it is old enough; gaps and clocks that jump are no loss. */
import type { WindowView } from '../../plugin.ts';
import { knowsLevel } from './season.ts';
import { createUsualRate, LEARN_LATE_MS, learnRate, type UsualRate } from './usual-rate.ts';

const MINUTE_MS = 60_000;
/** Not asked for longer than this, or asked for a time so far back: what was in between is not known. */
export const GAP_MS = 300_000;

export interface UsualCounts {
  readonly usual: UsualRate;
  /** Seen without a gap since then. */
  readonly from: number;
  /** The last step. */
  readonly seen: number;
  /** End of the last minute learnt. */
  readonly until: number;
}

export function createUsualCounts(now: number): UsualCounts {
  return { usual: createUsualRate(), from: now, seen: now, until: ceilMinute(now) };
}

/** After a gap everything begins anew but what is usual. */
export function afterGap<Counts extends UsualCounts>(before: Counts, now: number): Counts {
  const isGap = Math.abs(now - before.seen) > GAP_MS;
  return isGap ? { ...before, from: now, seen: now, until: ceilMinute(now) } : before;
}

export interface MinutesRead {
  readonly now: number;
  readonly offsetMs: number;
  readonly view: Pick<WindowView, 'count'>;
  readonly series: string;
  /** Whether this minute was part of a fault. */
  readonly isOdd: (minute: number) => boolean;
}

/** Takes in the minutes that have become old enough. */
export function learnMinutes<Counts extends UsualCounts>(before: Counts, read: MinutesRead): Counts {
  const { now, offsetMs, view, series, isOdd } = read;
  if (now <= before.seen) return before;
  const end = Math.floor((now - lateOf(before, now)) / MINUTE_MS) * MINUTE_MS;
  let { usual } = before;
  for (let minute = before.until; minute < end; minute += MINUTE_MS) {
    usual = learnRate(usual, {
      localMs: minute + MINUTE_MS / 2 + offsetMs,
      lengthMs: MINUTE_MS,
      amount: view.count(series, minute, minute + MINUTE_MS),
      exposure: MINUTE_MS / 1_000,
      isOdd: isOdd(minute),
    });
  }
  return { ...before, usual, seen: now, until: Math.max(before.until, end) };
}

/** Before an hour is known, half of what was seen is learnt: the newer half is judged by it. */
function lateOf({ usual, from }: UsualCounts, now: number): number {
  return knowsLevel(usual.season) ? LEARN_LATE_MS : Math.min(LEARN_LATE_MS, (now - from) / 2);
}

function ceilMinute(time: number): number {
  return Math.ceil(time / MINUTE_MS) * MINUTE_MS;
}
