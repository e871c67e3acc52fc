/** What the count detector remembers of a series: what is usual, how far counts scatter, and up to when it has learnt. */
import type { JudgeInput, WindowView } from '../plugin.ts';
import { type CountLately, followLately, LATELY_MS, mostNow } from './count-lately.ts';
import { addToRecords, createRecords, type Records } from './count-record.ts';
import { addToSpread, createSpreads, type Spreads } from './count-spread.ts';
import type { Side } from './count-tail.ts';
import { type FaultMemory, followFault } from './fault-memory.ts';
import { HOUR_MS } from './season/season.ts';
import { afterGap, createUsualCounts, GAP_MS, learnMinutes, type UsualCounts } from './season/usual-counts.ts';
import { LEARN_LATE_MS, leastAt, meanAt, rateAt, type UsualRate } from './season/usual-rate.ts';

/** Short for outages, long for little traffic. */
export const COUNT_WINDOWS_MS = [10_000, 30_000, 60_000, 120_000, 300_000, 900_000] as const;
export const COUNT_STEP_MS = 10_000;

/** A fault this old is what is usual now. */
const FAULT_ODD_MS = 86_400_000;
/** The oddest of a fault is known by then. */
const RECORDED_MS = 900_000;
/** Then all minutes of the last fault have been learnt, and no window reaches into it. */
const FORGET_MS = LEARN_LATE_MS + 900_000;

export interface CountBaseline extends FaultMemory, UsualCounts {
  readonly spreads: Spreads;
  readonly records: Records;
  readonly lately?: CountLately | undefined;
}

export type LearningInput = Pick<JudgeInput, 'now' | 'baseline' | 'open' | 'offsetMs'> & {
  readonly view: Pick<WindowView, 'count'>;
  readonly series: string;
};

/** The baseline at this step, with the minutes that have become old enough. */
export function learnCounts(input: LearningInput): CountBaseline {
  const { now, open } = input;
  const before = followFault(afterGap(asCountBaseline(input.baseline, now), now), now, open, FORGET_MS);
  const learnt = learnMinutes(before, { ...input, isOdd: (minute) => isOddAt(before, minute, now) });
  if (open || learnt === before) return learnt;
  const lately = isSeen(learnt, now, LATELY_MS) ? followLately(learnt.lately, input) : learnt.lately;
  return { ...learnt, lately, spreads: withSpreads(learnt, input) };
}

/** Whether this time is part of a fault, open or just over, that is not yet what is usual. */
export function isOddAt({ openSince, over = 0 }: FaultMemory, time: number, now: number): boolean {
  if (time < over) return true;
  return openSince !== undefined && time >= openSince - GAP_MS && now - openSince < FAULT_ODD_MS;
}

/** Observations to expect in the window up to now; undefined while nothing is known. */
export function expectedIn(usual: UsualRate, localMs: number, windowMs: number): number | undefined {
  const rate = rateAt(usual, localMs - windowMs / 2);
  return rate === undefined ? undefined : (rate * windowMs) / 1_000;
}

/** Observations in the window up to now from which too few are counted: `least` whoever asks, `mean` where many are gone. */
export function fewIn(usual: UsualRate, localMs: number, windowMs: number) {
  const least = leastAt(usual, localMs - windowMs / 2);
  const mean = meanAt(usual, localMs - windowMs / 2);
  if (least === undefined || mean === undefined) return undefined;
  return { least: (least * windowMs) / 1_000, mean: (mean * windowMs) / 1_000 };
}

/** Observations in the window up to now from which too many are counted; undefined where nobody can say. */
export function mostIn(baseline: CountBaseline, localMs: number, windowMs: number): number | undefined {
  const rate = mostNow(baseline, localMs - windowMs / 2);
  return rate === undefined ? undefined : (rate * windowMs) / 1_000;
}

/** The baseline with what the windows of this step said; not of a fault that is older than they are. */
export function withScores<Baseline extends Recorded>(
  baseline: Baseline,
  { now, open, scores, stepMs }: Scored,
): Baseline {
  const { openSince = now, records: before } = baseline;
  // A fault that goes on is not measured by its own beginning.
  const isNewHour = !open && now % HOUR_MS < stepMs;
  const seen = now - openSince > RECORDED_MS ? { high: 0, low: 0 } : scores;
  const records = before.slice();
  addToRecords(records, seen, isNewHour);
  return { ...baseline, records };
}

type Recorded = FaultMemory & { readonly records: Records };

interface Scored {
  readonly now: number;
  readonly open: boolean;
  readonly stepMs: number;
  readonly scores: Readonly<Record<Side, number>>;
}

/** Whether the window lies in what was seen since the last gap and the last fault. */
export function isSeen({ from, over = 0 }: CountBaseline, now: number, windowMs: number): boolean {
  return now - windowMs >= Math.max(from, over);
}

function asCountBaseline(stored: unknown, now: number): CountBaseline {
  const spreads = createSpreads(COUNT_WINDOWS_MS.length);
  const known =
    typeof stored === 'object' && stored !== null && 'spreads' in stored ? (stored as CountBaseline) : undefined;
  // Of a release with other windows: what is usual stays known.
  if (known) return known.spreads.length === spreads.length ? known : { ...known, spreads };
  return { ...createUsualCounts(now), spreads, records: createRecords() };
}

function withSpreads(baseline: CountBaseline, { now, view, series, offsetMs }: LearningInput): Spreads {
  const spreads = baseline.spreads.slice();
  for (const [window, windowMs] of COUNT_WINDOWS_MS.entries()) {
    if (now % windowMs !== 0 || !isSeen(baseline, now, windowMs)) continue;
    const expected = expectedIn(baseline.usual, now + offsetMs, windowMs);
    if (!expected) continue;
    addToSpread(spreads, { window, windowMs, count: view.count(series, now - windowMs, now), expected });
  }
  return spreads;
}
