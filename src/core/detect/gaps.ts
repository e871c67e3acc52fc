/**
 * The gaps between a series' own observations: how long it is usually silent. Two memories: the rate of the last half
 * hour, which follows an evening that grows quiet, and the gaps of the last days, which know the nights.
 */
import type { WindowView } from '../plugin.ts';
import { significant } from './significant.ts';

/** Gaps are counted by powers of two of a second, up to 36 h. */
const BUCKETS = 18;
/** Time after which a counted gap weighs 1/e. */
const MEMORY_MS = 24 * 3_600_000;
/** Time constant of the recent rate. */
const RATE_MS = 30 * 60_000;
/** And of the rate that falls with it: where traffic fades within minutes, what was due half an hour ago is not due now. */
const LATELY_MS = 5 * 60_000;
/** The largest gap is remembered for one to two of these. */
const GENERATION_MS = 24 * 3_600_000;
/** Shorter gaps are not asked the time of the week about. */
const EXPLAINED_MS = 600_000;
/** Seconds with observations learnt in one step; after a pause the rest comes with the next steps. */
const SECONDS_A_STEP = 900;

export interface Gaps {
  /** First and last second with an observation. */
  readonly start: number;
  readonly last: number;
  readonly lines: number;
  /** Observations a second, lately. */
  readonly rate: number;
  /** The same over a few minutes. */
  readonly lately: number;
  /** Decayed number of gaps by power of two. */
  readonly counts: readonly number[];
  /** Largest gap in ms of this and the last generation. */
  readonly largest: readonly [number, number];
  /** Most observations that were due in a gap and did not come, of this and the last generation. */
  readonly missed: readonly [number, number];
  readonly generation: number;
  /** The silence that lasts now was found odd: its gap is not learnt. */
  readonly isOdd: boolean;
}

/** Where gaps are read from. */
export interface GapsRead {
  readonly now: number;
  readonly view: Pick<WindowView, 'from' | 'firstSeen' | 'count'>;
  readonly series: string;
  /** Observations due in this time by the time of the week; Infinity where that is not known. */
  readonly dueBetween: (from: number, to: number) => number;
}

export function asGaps(stored: unknown): Gaps | undefined {
  return typeof stored === 'object' && stored !== null && 'missed' in stored ? (stored as Gaps) : undefined;
}

/** Learns the seconds since the last one; the same object when there is none. */
export function learnGaps(before: Gaps | undefined, read: GapsRead): Gaps | undefined {
  const { now, view, series, dueBetween } = read;
  let gaps = before;
  for (let i = 0; i < SECONDS_A_STEP; i += 1) {
    // Before view.from only whole minutes answer, and a minute that begins before the last line is not news.
    const from = Math.max(view.from, gaps === undefined ? 0 : gaps.last + 1_000);
    const next = from < now ? view.firstSeen(series, from, now) : undefined;
    if (next === undefined) break;
    gaps = withSecond(gaps, { second: next, lines: view.count(series, next, next + 1_000), dueBetween });
  }
  return gaps;
}

export function asOdd(gaps: Gaps): Gaps {
  return gaps.isOdd ? gaps : { ...gaps, isOdd: true };
}

/** A gap that only one in a hundred exceeds, ms; the upper edge of its power of two. */
export function longGapMs(gaps: Gaps): number {
  const total = gaps.counts.reduce((sum, count) => sum + count, 0);
  let above = total;
  for (const [power, count] of gaps.counts.entries()) {
    above -= count;
    if (above <= total / 100) return 2 ** (power + 1) * 1_000;
  }
  return 2 ** BUCKETS * 1_000;
}

/** Observations a second to count on: the lower of the two rates. */
export function dueRate({ rate, lately }: Gaps): number {
  return Math.min(rate, lately);
}

/** Most observations missed in a silence that was nothing. At night a long gap misses few, so it says little of the day. */
export function largestMissed(gaps: Gaps): number {
  return Math.max(...gaps.missed);
}

export function largestGapMs(gaps: Gaps): number {
  return Math.max(...gaps.largest);
}

interface NextSecond extends Pick<GapsRead, 'dueBetween'> {
  readonly second: number;
  readonly lines: number;
}

function withSecond(before: Gaps | undefined, { second, lines, dueBetween }: NextSecond): Gaps {
  if (!before) {
    const counts = Array.from({ length: BUCKETS }, () => 0);
    const nothing = { rate: 0, lately: 0, counts, largest: [0, 0], missed: [0, 0] } as const;
    return { start: second, last: second, lines, ...nothing, generation: second, isOdd: false };
  }
  const gapMs = second - before.last;
  const rate = rateAfter(before.rate, gapMs, lines, RATE_MS);
  const lately = rateAfter(before.lately, gapMs, lines, LATELY_MS);
  const learnt = { ...before, last: second, lines: before.lines + lines, rate, lately, isOdd: false };
  if (before.isOdd) return learnt;
  const missed = (dueRate(before) * gapMs) / 1_000;
  // A night that is known explains its gap: at its rate little was missed.
  const atMost = gapMs < EXPLAINED_MS ? missed : Math.min(missed, dueBetween(before.last, second));
  return withGap(learnt, gapMs, precise(atMost));
}

function rateAfter(before: number, gapMs: number, lines: number, memoryMs: number): number {
  return precise(before * Math.exp(-gapMs / memoryMs) + lines / (memoryMs / 1_000));
}

function withGap(gaps: Gaps, gapMs: number, missed: number): Gaps {
  const kept = Math.exp(-gapMs / MEMORY_MS);
  const power = Math.min(BUCKETS - 1, Math.floor(Math.log2(Math.max(1, gapMs / 1_000))));
  const counts = gaps.counts.map((count, i) => precise(count * kept + (i === power ? 1 : 0)));
  const isNew = gaps.last - gaps.generation >= GENERATION_MS;
  const [current, previous] = isNew ? [0, gaps.largest[0]] : gaps.largest;
  const [missedNow, missedBefore] = isNew ? [0, gaps.missed[0]] : gaps.missed;
  return {
    ...gaps,
    counts,
    largest: [Math.max(current, gapMs), previous],
    missed: [Math.max(missedNow, missed), missedBefore],
    generation: isNew ? gaps.last : gaps.generation,
  };
}

/** Six digits: enough to judge by, and the stored text stays short. */
function precise(value: number): number {
  return significant(value, 6);
}
