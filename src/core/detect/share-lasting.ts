/** Whether the share of a window is still what it was, and whether it is over: long windows are full of what is past. */
import { recentCounts, type ShareCounts } from './share-counts.ts';
import type { ShareWindow } from './share-windows.ts';

/** Windows up to this long speak of now whatever they hold. */
const NOW_MS = 20_000;
/** All observations that a window must hold to say that it is well: fewer hold no error half the time while one in twenty fails. */
export const WELL_WHOLE = 30;
/** And so many that this many bad ones would be due at the share last told: none of five is seen once in 150 times. */
const WELL_DUE = 5;
/** Half of a small share that lasts is told from all of it by more of them. */
const SMALL_WELL_DUE = 30;
/** Little traffic would be long in collecting more: well after this long without a bad one, and something seen. */
export const WELL_QUIET_MS = 600_000;
/** A site whose usual share is near the limit must be able to be well at its usual share. */
const WELL_TIMES = 1.25;
/**
 * Old errors in a long window neither keep a fault nor bring it back: the shortest window in which so many bad ones are
 * due at the told share must be bad too, and so must the newest fifth of it (the half, where fewer are due in that).
 */
const RECENT_DUE = 3;
const RECENT_PART = 5;
/** A single error is none. */
const RECENT_PART_MIN = 2;
/** And at least this part of the told share: one stray error after the end is no sign that it goes on. */
const RECENT_SHARE = 1 / 3;

export interface LastingShares {
  readonly windows: readonly ShareWindow[];
  readonly counts: ShareCounts;
  /** Share a finding needs. */
  readonly enter: number;
}

/** Is what this window tells of still going on? */
export function isRecent(told: ShareWindow, { windows, counts, enter }: LastingShares): boolean {
  const share = told.k / told.n;
  if (share < enter) return goesOn(told, counts);
  const wanted = Math.min(told.n, RECENT_DUE / share);
  const current = windows.find(({ n }) => n >= wanted) ?? told;
  if (current.k < RECENT_PART_MIN) return false;
  if (current.k / current.n < Math.max(enter, share * RECENT_SHARE)) return false;
  if (current.ms <= NOW_MS) return true;
  if (current.ms > WELL_QUIET_MS && recentCounts(counts, WELL_QUIET_MS).k === 0) return false;
  const fifth = recentCounts(counts, current.ms / RECENT_PART);
  const { k, n } = fifth.n * share >= RECENT_DUE ? fifth : recentCounts(counts, current.ms / 2);
  return n > 0 && k / n >= enter;
}

/** A small share that lasts is seen in many observations only: its newest fifth must hold it as well. */
function goesOn({ ms, needs }: ShareWindow, counts: ShareCounts): boolean {
  const { k, n } = recentCounts(counts, ms / RECENT_PART);
  return n > 0 && k / n >= needs;
}

export interface LeaveShares extends LastingShares {
  /** The usual share, and the one last told. */
  readonly mean: number;
  readonly told: number | undefined;
  /** Share that a finding needs which lasts. */
  readonly lasting: number;
  /** Part of the share to enter below which it is well. */
  readonly leave: number;
}

/** The shortest window with enough in it says how it is now. */
export function judgeWell(shares: LeaveShares): { readonly verdict: 'well' | 'unclear'; readonly note?: string } {
  const { windows, counts, mean, told, leave } = shares;
  const isSmall = told !== undefined && told < shares.enter;
  const enter = isSmall ? shares.lasting : shares.enter;
  // While a fault of 2% is open, sixty requests without an error say nothing.
  const wanted = Math.max(WELL_WHOLE, told === undefined ? 0 : (isSmall ? SMALL_WELL_DUE : WELL_DUE) / told);
  const window = windows.find(({ n }) => n >= wanted);
  if (window && window.k / window.n <= Math.max(leave * enter, WELL_TIMES * mean)) return { verdict: 'well' };
  const lately = recentCounts(counts, WELL_QUIET_MS);
  const seen = windows.at(-1)?.n ?? 0;
  if (lately.k === 0 && (lately.n > 0 || (!window && seen > 0))) return { verdict: 'well' };
  return window
    ? { verdict: 'unclear' }
    : { verdict: 'unclear', note: `needs ${Math.ceil(wanted - seen)} more requests to judge` };
}
