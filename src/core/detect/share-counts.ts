/** Bad and all observations of a share in the newest time before a step. */
import type { WindowView } from '../plugin.ts';

/** Seconds are kept for longer than this. Where exactly they end hangs on how many steps are judged at a time. */
const SECONDS_BACK_MS = 600_000;
const MINUTE_MS = 60_000;

export interface ShareCounts {
  /** End of the last fault: no window begins before it. */
  readonly over: number;
  readonly now: number;
  readonly view: WindowView;
  readonly part: string;
  readonly whole: string;
}

/** Bad (k) of all (n). */
interface Counted {
  readonly k: number;
  readonly n: number;
}

/** Of the newest `ms` since the last fault. */
export function windowCounts(counts: ShareCounts, ms: number): Counted {
  return countsSince(counts, windowStart(counts, ms));
}

/** Where seconds are no longer kept, a window begins with a whole minute; never before the end of the last fault. */
export function windowStart({ now, view, over }: ShareCounts, ms: number): number {
  const from = now - ms;
  if (over > from) return over < Math.max(view.from, now - SECONDS_BACK_MS) ? minuteAfter(over) : over;
  return from < view.from ? Math.floor(from / MINUTE_MS) * MINUTE_MS : from;
}

function minuteAfter(time: number): number {
  return Math.ceil(time / MINUTE_MS) * MINUTE_MS;
}

/** Of the newest `ms`, whatever was before. */
export function recentCounts(counts: ShareCounts, ms: number): Counted {
  return countsSince(counts, Math.ceil((counts.now - ms) / 1_000) * 1_000);
}

/** The bad may come from another log than all do, so there may be more of them. */
function countsSince({ now, view, part, whole }: ShareCounts, from: number): Counted {
  const n = view.count(whole, from, now);
  return { n, k: Math.min(n, view.count(part, from, now)) };
}
