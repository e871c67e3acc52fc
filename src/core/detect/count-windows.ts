/** The newest windows of a count against what is usual: how many, how many times the usual, how unlikely. */
import type { JudgeInput, WindowView } from '../plugin.ts';
import { COUNT_WINDOWS_MS, type CountBaseline, isSeen, leastIn, mostIn } from './count-baseline.ts';
import { type Records, rarity } from './count-record.ts';
import { spreadAt } from './count-spread.ts';
import { countTailAbove, countTailBelow, type Side } from './count-tail.ts';
import { youthAt } from './season/usual-rate.ts';

export interface CountWindow {
  readonly ms: number;
  readonly count: number;
  /** Too many are counted from the most that is usual. */
  readonly expected: Readonly<Record<Side, number>>;
  /** Relative variance of the rate in windows of this length. */
  readonly spread: number;
  /** -log10 of the chance of so many or more (high), or so few or fewer (low), by the model or of an hour; 0 within the usual. */
  readonly score: Readonly<Record<Side, number>>;
}

/** The windows with the scores of the model read as the chance that an hour of this series has the like. */
export function rated(windows: readonly CountWindow[], records: Records): readonly CountWindow[] {
  return windows.map((window) => ({
    ...window,
    score: { high: rarity(records, 'high', window.score.high), low: rarity(records, 'low', window.score.low) },
  }));
}

/** The largest score of each side. */
export function largestScores(windows: readonly CountWindow[]): Readonly<Record<Side, number>> {
  return {
    high: Math.max(0, ...windows.map(({ score }) => score.high)),
    low: Math.max(0, ...windows.map(({ score }) => score.low)),
  };
}

/** Nearer to the expected than so many deviations there is nothing to tell, and the sums are saved. */
const USUAL_DEVIATIONS = 2;

export type CountingInput = Pick<JudgeInput, 'now' | 'offsetMs'> & {
  readonly view: Pick<WindowView, 'count'>;
  readonly series: string;
};

/** Shortest first; without those that reach into a gap or the last fault. Empty while nothing is known. */
export function readWindows(baseline: CountBaseline, input: CountingInput): readonly CountWindow[] {
  const { now, offsetMs, view, series } = input;
  const young = youthAt(baseline.usual, now + offsetMs);
  return COUNT_WINDOWS_MS.flatMap((ms, window) => {
    const low = isSeen(baseline, now, ms) ? leastIn(baseline.usual, now + offsetMs, ms) : undefined;
    if (!low) return [];
    const spread = spreadAt(baseline.spreads, window) + young;
    const count = view.count(series, now - ms, now);
    return [scoredWindow({ ms, count, spread, low, high: mostIn(baseline, now + offsetMs, ms) })];
  });
}

/** `high`: the most that is usual, and undefined where nobody can say; then too many are not told. */
export function scoredWindow({
  low,
  high,
  ...read
}: Pick<CountWindow, 'ms' | 'count' | 'spread'> & {
  readonly low: number;
  readonly high: number | undefined;
}): CountWindow {
  const score = {
    low: scoreOf({ ...read, expected: low }, 'low'),
    high: high === undefined ? 0 : scoreOf({ ...read, expected: high }, 'high'),
  };
  return { ...read, expected: { low, high: high ?? low }, score };
}

/** -log10 of the chance of this count on that side. */
export function scoreOf({ count, expected, spread }: Counted, side: Side): number {
  const deviation = Math.sqrt(expected + spread * expected ** 2);
  const miss = side === 'high' ? count - expected : expected - count;
  if (miss < USUAL_DEVIATIONS * deviation && miss < expected / 2) return 0;
  const tail = side === 'high' ? countTailAbove : countTailBelow;
  // Adding 0 makes 0 of -0.
  return Math.max(0, -tail(Math.round(count), expected, spread)) + 0;
}

interface Counted {
  readonly count: number;
  readonly expected: number;
  readonly spread: number;
}

/** The count nearest to the expected one with a score of the model that is enough: by bisection, to half a percent of itself. */
export function countAtScore(window: CountWindow, side: Side, isEnough: (score: number) => boolean): number {
  const expected = window.expected[side];
  let [near, far] = [Math.round(expected), window.count];
  while (Math.abs(far - near) > Math.max(1, Math.abs(far) * PRECISE)) {
    const middle = Math.floor((near + far) / 2);
    if (isEnough(scoreOf({ count: middle, expected, spread: window.spread }, side))) far = middle;
    else near = middle;
  }
  return far;
}

/** A mail shows two digits. */
const PRECISE = 0.005;
