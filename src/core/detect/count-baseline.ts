/** What the count detector remembers of a series: what is usual, how far counts scatter, and up to when it has learnt. */
import type { JudgeInput, WindowView } from '../plugin.ts';
import { addToSpread, createSpreads, type Spreads } from './count-spread.ts';
import { type FaultMemory, followFault } from './fault-memory.ts';
import { createUsualRate, LEARN_LATE_MS, learnRate, rateAt, type UsualRate } from './season/usual-rate.ts';

/** Short for outages, long for little traffic. */
export const COUNT_WINDOWS_MS = [10_000, 30_000, 60_000, 300_000, 900_000] as const;
export const COUNT_STEP_MS = 10_000;

const MINUTE_MS = 60_000;
/** Not asked for longer than this: what was in between is not known, and windows begin anew. */
const GAP_MS = 300_000;
/** A fault this old is what is usual now. */
const FAULT_ODD_MS = 86_400_000;
/** Then all minutes of the last fault have been learnt, and no window reaches into it. */
const FORGET_MS = LEARN_LATE_MS + 900_000;

export interface CountBaseline extends FaultMemory {
  readonly usual: UsualRate;
  readonly spreads: Spreads;
  /** Seen without a gap since then. */
  readonly from: number;
  /** The last step. */
  readonly seen: number;
  /** End of the last minute learnt. */
  readonly until: number;
}

export type LearningInput = Pick<JudgeInput, 'now' | 'baseline' | 'open' | 'offsetMs'> & {
  readonly view: Pick<WindowView, 'count'>;
  readonly series: string;
};

/** The baseline at this step, with the minutes that have become old enough. */
export function learnCounts(input: LearningInput): CountBaseline {
  const before = followed(input);
  if (input.now <= before.seen) return before;
  const { now, view, series, offsetMs } = input;
  const end = floorMinute(now - LEARN_LATE_MS);
  let { usual } = before;
  for (let minute = before.until; minute < end; minute += MINUTE_MS) {
    usual = learnRate(usual, {
      localMs: minute + MINUTE_MS / 2 + offsetMs,
      lengthMs: MINUTE_MS,
      amount: view.count(series, minute, minute + MINUTE_MS),
      exposure: MINUTE_MS / 1_000,
      isOdd: isOdd(before, minute, now),
    });
  }
  const learnt = { ...before, usual, seen: now, until: Math.max(before.until, end) };
  return input.open ? learnt : { ...learnt, spreads: withSpreads(learnt, input) };
}

/** Observations to expect in the window up to now; undefined while nothing is known. */
export function expectedIn(usual: UsualRate, localMs: number, windowMs: number): number | undefined {
  const rate = rateAt(usual, localMs - windowMs / 2);
  return rate === undefined ? undefined : (rate * windowMs) / 1_000;
}

/** Whether the window lies in what was seen since the last gap and the last fault. */
export function isSeen({ from, over = 0 }: CountBaseline, now: number, windowMs: number): boolean {
  return now - windowMs >= Math.max(from, over);
}

function followed({ baseline, now, open }: LearningInput): CountBaseline {
  const before = asCountBaseline(baseline, now);
  const isGap = Math.abs(now - before.seen) > GAP_MS;
  const placed = isGap ? { ...before, from: now, seen: now, until: ceilMinute(now) } : before;
  return followFault(placed, now, open, FORGET_MS);
}

function asCountBaseline(stored: unknown, now: number): CountBaseline {
  if (typeof stored === 'object' && stored !== null && 'spreads' in stored) return stored as CountBaseline;
  const spreads = createSpreads(COUNT_WINDOWS_MS.length);
  return { usual: createUsualRate(), spreads, from: now, seen: now, until: ceilMinute(now) };
}

function isOdd({ openSince, over = 0 }: CountBaseline, minute: number, now: number): boolean {
  if (minute < over) return true;
  return openSince !== undefined && minute >= openSince - GAP_MS && now - openSince < FAULT_ODD_MS;
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

function floorMinute(time: number): number {
  return Math.floor(time / MINUTE_MS) * MINUTE_MS;
}

function ceilMinute(time: number): number {
  return Math.ceil(time / MINUTE_MS) * MINUTE_MS;
}
