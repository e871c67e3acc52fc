/**
 * How many there were just now, for hours that nobody has seen yet: a morning may bring ten times as many within an hour, and what rises
 * within minutes is odd all the same. And the most that there was, which is what comes back after a silence.
 */
import type { WindowView } from '../plugin.ts';
import { daysKnown, knowsWeek } from './season/season.ts';
import { mostAt, type UsualRate } from './season/usual-rate.ts';

/** Just now: five minutes that ended five minutes ago, so that a spike is not measured by its own beginning. */
export const LATELY_MS = 600_000;
const PART_MS = LATELY_MS / 2;
/** Looked at so often: it is one more thing to store. */
const EVERY_MS = 60_000;
/** After so long the most that there was counts 1/e. */
const MOST_MS = 86_400_000;

export interface CountLately {
  /** When that was. */
  readonly at: number;
  /** Observations a second. */
  readonly rate: number;
  readonly most: number;
}

interface Lately {
  readonly usual: UsualRate;
  readonly lately?: CountLately | undefined;
  /** Seen without a gap since then. */
  readonly from: number;
}

/** While no fault is open, from LATELY_MS after a gap on. */
export function followLately(
  before: CountLately | undefined,
  { now, view, series }: { readonly now: number; readonly view: Pick<WindowView, 'count'>; readonly series: string },
): CountLately | undefined {
  if (now % EVERY_MS !== 0) return before;
  const rate = (view.count(series, now - LATELY_MS, now - PART_MS) * 1_000) / PART_MS;
  const { most = 0, at = now } = before ?? {};
  return { at: now, rate, most: Math.max(rate, most * Math.exp(-Math.max(0, now - at) / MOST_MS)) };
}

/** A second, from which too many are counted. Undefined in an hour of the day that was not seen, until it is known what there was just now. */
export function mostNow({ usual, lately, from }: Lately, localMs: number): number | undefined {
  const most = mostAt(usual, localMs);
  if (most === undefined || knowsWeek(usual.season, localMs)) return most;
  const isFresh = lately !== undefined && lately.at >= from;
  if (daysKnown(usual.season, localMs) > 0) return isFresh ? Math.max(most, lately.rate) : most;
  return isFresh ? Math.max(most, lately.rate, lately.most) : undefined;
}
