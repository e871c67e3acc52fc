/** The windows in which a share is judged, and how unlikely what each of them holds would be. */
import { betaBinomialTail } from './log-tail.ts';
import { believe, type ShareBaseline } from './share-baseline.ts';
import { type ShareCounts, windowCounts } from './share-counts.ts';
import { BRIEF_WINDOW_MS } from './share-limits.ts';

/** Short for outages, long for low traffic and creeps. */
export const WINDOWS_MS = [3_000, 10_000, 20_000, 60_000, 300_000, 1_800_000] as const;
/** A mail shows two digits, and tails of ten million observations take a third of a millisecond. */
const LIMIT_PRECISION = 0.005;
/**
 * What lasts in the longest window may be a smaller share than a finding of a minute must be: where it has doubled, which
 * a person would call worse, and hit enough requests to be worth a mail.
 */
const LASTING_TIMES = 2;
const LASTING_PART = 50;
/** Shares are usual that are missed once in a hundred windows to either side. */
const USUAL_SCORE = 2;

export interface ShareFloors {
  /** Bad observations, share, and times the usual share that a finding needs. */
  readonly minPart: number;
  readonly minShare: number;
  readonly minTimes: number;
  /** Part of minShare that is enough where it lasts. */
  readonly lasting: number;
  /** Nothing is known of the share before so many observations are learnt. */
  readonly minLearnt: number;
}

/** What a window's count is held against. */
export interface ShareScoring {
  readonly floors: ShareFloors;
  readonly learnt: ShareBaseline;
  /** Share a finding needs, and one that lasts: never more. */
  readonly enter: number;
  readonly lasting: number;
}

export interface ShareWindow {
  readonly ms: number;
  /** Bad (k) of all (n). */
  readonly k: number;
  readonly n: number;
  readonly score: number;
  /** Share it needs to be a finding. */
  readonly needs: number;
}

export function shareScoring(floors: ShareFloors, learnt: ShareBaseline): ShareScoring {
  const { mean } = believe(learnt, 0, floors.minLearnt);
  const enter = Math.max(floors.minShare, floors.minTimes * mean);
  const lasting = Math.max(floors.lasting * floors.minShare, Math.max(LASTING_TIMES, floors.minTimes) * mean);
  return { floors, learnt, enter, lasting: floors.lasting < 1 ? Math.min(enter, lasting) : enter };
}

/** Shortest first. */
export function readWindows(counts: ShareCounts, scoring: ShareScoring): readonly ShareWindow[] {
  return WINDOWS_MS.map((ms) => {
    const { k, n } = windowCounts(counts, ms);
    return { ms, k, n, score: scoreOf(k, n, ms, scoring), needs: neededShare(k, ms, scoring) };
  });
}

function neededShare(k: number, ms: number, { enter, lasting }: ShareScoring): number {
  return ms > BRIEF_WINDOW_MS && k >= LASTING_PART ? lasting : enter;
}

/** -log10 of the chance of so many bad ones in a window of this length; 0 below the floors. */
function scoreOf(k: number, n: number, ms: number, scoring: ShareScoring): number {
  const isFew = k < scoring.floors.minPart || k < n * neededShare(k, ms, scoring);
  return isFew ? 0 : rareness(k, n, ms, scoring);
}

function rareness(k: number, n: number, ms: number, { floors, learnt }: ShareScoring): number {
  const { a, b } = believe(learnt, ms, floors.minLearnt);
  return -betaBinomialTail(k, n, a, b);
}

/** The smallest share of all in this window that would have been a finding, to half a percent of itself. */
export function limitShare({ k, n, ms }: ShareWindow, limit: number, scoring: ShareScoring): number {
  const least = leastPart(n, (part) => scoreOf(part, n, ms, scoring) >= limit);
  // So roughly found, it must not lie above what was told.
  return Math.min(least, k) / n;
}

/** Between these the share of a window with so many observations mostly lies. */
export function usualShare(
  { n, ms }: ShareWindow,
  scoring: ShareScoring,
): { readonly low: number; readonly high: number } {
  const above = leastPart(n, (part) => rareness(part, n, ms, scoring) >= USUAL_SCORE);
  // At least k in 99 of 100 windows.
  const likely = -Math.log10(1 - 10 ** -USUAL_SCORE);
  const below = leastPart(n, (part) => rareness(part, n, ms, scoring) > likely);
  return { low: Math.max(0, below - 1) / n, high: Math.max(0, above - 1) / n };
}

/** The smallest number up to n of which it is true, by bisection: true of all above it. */
function leastPart(n: number, isTrue: (part: number) => boolean): number {
  let low = 0;
  let high = n;
  while (high - low > Math.max(1, high * LIMIT_PRECISION)) {
    const middle = Math.floor((low + high) / 2);
    if (isTrue(middle)) high = middle;
    else low = middle;
  }
  return high;
}
