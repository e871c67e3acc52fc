/** Judges a share (bad of all) by how unlikely its count is, at any traffic: no bare percentage, no minimum rate. */
import { followFault } from '../core/detect/fault-memory.ts';
import { betaBinomialTail } from '../core/detect/log-tail.ts';
import { createSeriesNames, type SeriesNames } from '../core/detect/series-names.ts';
import { asShareBaseline, believe, learning, learnShares, type ShareBaseline } from '../core/detect/share-baseline.ts';
import { recentCounts, type ShareCounts, windowCounts, windowStart } from '../core/detect/share-counts.ts';
import type { DetectorPlugin, DetectorRunner, JudgeInput, Judgement } from '../core/plugin.ts';

/** Short for outages, long for low traffic and creeps. */
export const WINDOWS_MS = [3_000, 10_000, 60_000, 300_000, 1_800_000] as const;
/** Windows up to this long may fire without being confirmed. */
export const URGENT_WINDOW_MS = 10_000;
/** All observations that a window must hold to say that it is well: fewer hold no error half the time while one in twenty fails. */
export const WELL_WHOLE = 30;
/** And so many that this many bad ones would be due at the share last told: none of five is seen once in 150 times. */
const WELL_DUE = 5;
/** Little traffic would be long in collecting more: well after this long without a bad one, and something seen. */
export const WELL_QUIET_MS = 600_000;
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
/** A mail shows two digits, and tails of ten million observations take a third of a millisecond. */
const LIMIT_PRECISION = 0.005;

/** Then the longest window has left the last fault behind. */
const FORGET_MS = 1_800_000;

interface RatioOptions {
  readonly part: string;
  readonly whole: string;
  readonly score: number;
  readonly urgentScore: number;
  readonly minPart: number;
  readonly minShare: number;
  readonly minTimes: number;
  readonly minLearnt: number;
  readonly leave: number;
}

interface Window {
  readonly ms: number;
  readonly k: number;
  readonly n: number;
  readonly score: number;
}

export const detector: DetectorPlugin = {
  name: 'ratio',
  describe:
    'A share of bad observations in all, against its own past, by an exact test over 3 s, 10 s, 1 min, 5 min and 30 min.',
  options: {
    part: { type: 'series', describe: 'Series of the bad observations.', example: 'http.5xx' },
    whole: { type: 'series', describe: 'Series of all observations.', example: 'http.requests' },
    score: {
      type: 'number',
      describe: '-log10 of the chance from which it is a finding: 6 means once in a million.',
      example: 6,
      default: 6,
      min: 2,
      max: 300,
    },
    urgentScore: {
      type: 'number',
      describe: 'Score in a window of up to 10 s from which it fires without waiting for confirmation.',
      example: 9,
      default: 9,
      min: 2,
      max: 300,
    },
    minPart: {
      type: 'integer',
      describe: 'Bad observations a finding needs.',
      example: 5,
      default: 5,
      min: 1,
      max: 1_000_000,
    },
    minShare: {
      type: 'number',
      describe: 'Share a finding needs, 0.02 is 2%.',
      example: 0.02,
      default: 0.02,
      min: 0,
      max: 1,
    },
    minTimes: {
      type: 'number',
      describe: 'Times the usual share a finding needs.',
      example: 1.5,
      default: 1.5,
      min: 1,
      max: 1_000,
    },
    minLearnt: {
      type: 'integer',
      describe: 'Observations that are learnt before it speaks: for shares of which nothing is known beforehand.',
      example: 100,
      default: 0,
      min: 0,
      max: 1_000,
    },
    leave: {
      type: 'number',
      describe: 'Part of the limit to enter below which it is well again.',
      example: 0.5,
      default: 0.5,
      min: 0.1,
      max: 1,
    },
  },
  compile: (options) => createRatio(options as unknown as RatioOptions),
};

function createRatio(options: RatioOptions): DetectorRunner {
  const inputs = [options.part, options.whole];
  const namesOf = createSeriesNames(inputs);
  return {
    inputs,
    everyMs: 10_000,
    judge: (input) => judge(options, input, namesOf(input.label)),
  };
}

function judge(options: RatioOptions, input: JudgeInput, { labels, keys }: SeriesNames): Judgement {
  const { now, view } = input;
  const [part = '', whole = ''] = keys;
  const learnt = learnShares(asShareBaseline(input.baseline, now), now, view, { ...options, part, whole });
  const remembered = followFault(learnt, now, input.open, FORGET_MS);
  const note = learning(remembered, options.minLearnt);
  if (note !== undefined) return { verdict: 'unclear', note, baseline: remembered };
  const counts = { now, view, part, whole, over: remembered.over ?? 0 };
  const { mean } = believe(remembered, 0, options.minLearnt);
  const enter = enterShare(mean, options);
  const scoring = { options, enter, learnt: remembered };
  const windows = WINDOWS_MS.map((ms) => readWindow(ms, counts, scoring));
  if (windows.every(({ score }) => score === 0)) {
    return { ...judgeWell(windows, counts, { enter, mean, told: remembered.told }, options), baseline: remembered };
  }
  const telling = windows.find((window) => window.score >= options.score && isRecent(window, windows, counts, enter));
  if (!telling) {
    // Leaving is harder than not entering: a small share that only just missed the score is not over.
    const lingers = windows.some(
      (window) => window.score >= options.score * options.leave && isRecent(window, windows, counts, enter),
    );
    return lingers
      ? { verdict: 'unclear', note: 'still above its usual', baseline: remembered }
      : { ...judgeWell(windows, counts, { enter, mean, told: remembered.told }, options), baseline: remembered };
  }
  const urgent = windows.some(({ ms, score }) => ms <= URGENT_WINDOW_MS && score >= options.urgentScore);
  const told = Number((telling.k / telling.n).toPrecision(2));
  const baseline = { ...remembered, told, isSure: urgent || remembered.isSure };
  return {
    verdict: 'bad',
    baseline,
    finding: {
      source: input.source,
      series: part,
      labels,
      time: now,
      since: view.firstSeen(part, windowStart(counts, telling.ms), now) ?? windowStart(counts, telling.ms),
      value: telling.k / telling.n,
      expected: mean,
      limit: limitShare(telling, scoring),
      unit: 'share',
      windowMs: telling.ms,
      score: Math.max(...windows.map(({ score }) => score)),
      urgent,
      part: telling.k,
      whole: telling.n,
    },
  };
}

interface Scoring {
  readonly options: RatioOptions;
  /** Share a finding needs. */
  readonly enter: number;
  readonly learnt: ShareBaseline;
}

function readWindow(ms: number, counts: ShareCounts, scoring: Scoring): Window {
  const { k, n } = windowCounts(counts, ms);
  return { ms, k, n, score: scoreOf(k, n, ms, scoring) };
}

/** Of a window of this length; 0 below the floors. */
function scoreOf(k: number, n: number, ms: number, { options, enter, learnt }: Scoring): number {
  if (k < options.minPart || k < n * enter) return 0;
  const { a, b } = believe(learnt, ms, options.minLearnt);
  return -betaBinomialTail(k, n, a, b);
}

function enterShare(mean: number, options: RatioOptions): number {
  return Math.max(options.minShare, options.minTimes * mean);
}

function isRecent(told: Window, windows: readonly Window[], counts: ShareCounts, enter: number): boolean {
  const share = told.k / told.n;
  const wanted = Math.min(told.n, RECENT_DUE / share);
  const current = windows.find(({ n }) => n >= wanted) ?? told;
  if (current.k < RECENT_PART_MIN) return false;
  if (current.k / current.n < Math.max(enter, share * RECENT_SHARE)) return false;
  if (current.ms <= URGENT_WINDOW_MS) return true;
  if (current.ms > WELL_QUIET_MS && recentCounts(counts, WELL_QUIET_MS).k === 0) return false;
  const fifth = recentCounts(counts, current.ms / RECENT_PART);
  const { k, n } = fifth.n * share >= RECENT_DUE ? fifth : recentCounts(counts, current.ms / 2);
  return n > 0 && k / n >= enter;
}

/** The shortest window with enough in it says how it is now. */
function judgeWell(
  windows: readonly Window[],
  counts: ShareCounts,
  { enter, mean, told }: { readonly enter: number; readonly mean: number; readonly told: number | undefined },
  options: RatioOptions,
): Pick<Judgement, 'verdict' | 'note'> {
  // While a fault of 2% is open, sixty requests without an error say nothing.
  const wanted = Math.max(WELL_WHOLE, told === undefined ? 0 : WELL_DUE / told);
  const window = windows.find(({ n }) => n >= wanted);
  // A site whose usual share is near the limit must be able to be well at its usual share.
  const leaveShare = Math.max(options.leave * enter, 1.25 * mean);
  if (window && window.k / window.n <= leaveShare) return { verdict: 'well' };
  const lately = recentCounts(counts, WELL_QUIET_MS);
  const seen = windows.at(-1)?.n ?? 0;
  if (lately.k === 0 && (lately.n > 0 || (!window && seen > 0))) return { verdict: 'well' };
  return window
    ? { verdict: 'unclear' }
    : { verdict: 'unclear', note: `needs ${Math.ceil(wanted - seen)} more requests to judge` };
}

/** The smallest share of all in this window that would have been a finding, by bisection, to half a percent of itself. */
function limitShare({ k, n, ms }: Window, scoring: Scoring): number {
  let low = 0;
  let high = n;
  while (high - low > Math.max(1, high * LIMIT_PRECISION)) {
    const middle = Math.floor((low + high) / 2);
    if (scoreOf(middle, n, ms, scoring) >= scoring.options.score) high = middle;
    else low = middle;
  }
  // So roughly found, it must not lie above what was told.
  return Math.min(high, k) / n;
}
