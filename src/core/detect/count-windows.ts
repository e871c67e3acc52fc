/** The newest windows of a count against what is usual: how many, how many times the usual, how unlikely. */
import type { JudgeInput, WindowView } from '../plugin.ts';
import { COUNT_WINDOWS_MS, type CountBaseline, fewIn, isSeen, mostIn } from './count-baseline.ts';
import { BEFORE_MS, goneFrom } from './count-gone.ts';
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
  readonly view: Pick<WindowView, 'count' | 'top'>;
  readonly series: string;
};

/** Shortest first; without those that reach into a gap or the last fault. Empty while nothing is known. */
export function readWindows(baseline: CountBaseline, input: CountingInput): readonly CountWindow[] {
  const { now, offsetMs, view, series } = input;
  const young = youthAt(baseline.usual, now + offsetMs);
  return COUNT_WINDOWS_MS.flatMap((ms, window) => {
    const few = isSeen(baseline, now, ms) ? fewIn(baseline.usual, now + offsetMs, ms) : undefined;
    if (!few?.least) return [];
    const read = { ms, count: view.count(series, now - ms, now), high: mostIn(baseline, now + offsetMs, ms) };
    const known = spreadAt(baseline.spreads, window);
    const usual = scoredWindow({ ...read, spread: known + young, low: few.least });
    const gone = read.count < few.mean / 2 ? goneIn(baseline, input, ms) : undefined;
    if (gone === undefined) return [usual];
    // From one minute to the next: what is not known of this hour yet is not why. And a weekend that has just begun is no drop.
    const abrupt = scoredWindow({ ...read, spread: known, low: Math.min(few.mean, gone) });
    return [abrupt.score.low > usual.score.low ? abrupt : usual];
  });
}

function goneIn(baseline: CountBaseline, { now, view, series }: CountingInput, ms: number): number | undefined {
  if (ms > BEFORE_MS || !isSeen(baseline, now, ms + BEFORE_MS)) return undefined;
  return goneFrom({ now, ms, view, series });
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
