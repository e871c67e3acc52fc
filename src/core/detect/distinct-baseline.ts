/**
 * What the distinct detector remembers: the usual number of different values in its window at this time of the week. Sketches are
 * gone after a quarter of an hour, so figures wait here until they are old enough to be learnt.
 */
import type { JudgeInput } from '../plugin.ts';
import { isOddAt } from './count-baseline.ts';
import { createRecords, type Records } from './count-record.ts';
import { addToSpread, createSpreads, type Spreads, spreadAt } from './count-spread.ts';
import { type CountWindow, scoredWindow } from './count-windows.ts';
import { type FaultMemory, followFault } from './fault-memory.ts';
import { daysKnown } from './season/season.ts';
import { GAP_MS } from './season/usual-counts.ts';
import {
  createUsualRate,
  LEARN_LATE_MS,
  learnRate,
  leastAt,
  mostAt,
  rateAt,
  type UsualRate,
  youthAt,
} from './season/usual-rate.ts';

const FORGET_MS = LEARN_LATE_MS + 900_000;

export interface DistinctBaseline extends FaultMemory {
  readonly usual: UsualRate;
  readonly spreads: Spreads;
  readonly records: Records;
  /** Figures of whole windows, oldest first: half an hour of them. */
  readonly waiting: readonly Figure[];
  /** Seen without a gap since then. */
  readonly from: number;
  readonly seen: number;
}

interface Figure {
  /** End of its window. */
  readonly time: number;
  readonly localMs: number;
  readonly value: number;
}

export type DistinctStep = Pick<JudgeInput, 'now' | 'baseline' | 'open' | 'offsetMs'> & {
  readonly windowMs: number;
  /** Different values in the window up to now. */
  readonly value: number;
};

/** The baseline at this step; the figure of a window that ends here is put to those that wait. */
export function learnDistinct(step: DistinctStep): DistinctBaseline {
  const before = followed(step);
  const { now, windowMs, value, offsetMs, open } = step;
  if (now <= before.seen) return before;
  const placed = { ...before, seen: now };
  if (now % windowMs !== 0 || now - windowMs < before.from) return placed;
  const waiting = [...before.waiting, { time: now, localMs: now - windowMs / 2 + offsetMs, value }];
  const due = waiting.filter(({ time }) => time <= now - LEARN_LATE_MS);
  let { usual } = before;
  for (const { time, localMs, value: amount } of due) {
    const isOdd = isOddAt(before, time, now);
    usual = learnRate(usual, { localMs, lengthMs: windowMs, amount, exposure: 1, isOdd });
  }
  const expected = rateAt(usual, now - windowMs / 2 + offsetMs);
  const spreads = before.spreads.slice();
  if (expected && !open) addToSpread(spreads, { window: 0, windowMs, count: value, expected });
  return { ...placed, usual, spreads, waiting: waiting.slice(due.length) };
}

/** The window up to now against what is usual; undefined while nothing is known, or it reaches into a gap or the last fault. */
export function distinctWindow(baseline: DistinctBaseline, step: Omit<DistinctStep, 'open'>): CountWindow | undefined {
  const { now, windowMs, value: count, offsetMs } = step;
  if (now - windowMs < Math.max(baseline.from, baseline.over ?? 0)) return undefined;
  const { usual } = baseline;
  const middle = now - windowMs / 2 + offsetMs;
  const low = leastAt(usual, middle);
  if (!low) return undefined;
  // An hour of the day that was not seen yet may well have more.
  const high = daysKnown(usual.season, middle) > 0 ? mostAt(usual, middle) : undefined;
  return scoredWindow({
    ms: windowMs,
    count,
    spread: spreadAt(baseline.spreads, 0) + youthAt(usual, now + offsetMs),
    low,
    high,
  });
}

function followed({ baseline, now, open }: DistinctStep): DistinctBaseline {
  const before = asDistinctBaseline(baseline, now);
  const isGap = Math.abs(now - before.seen) > GAP_MS;
  return followFault(isGap ? { ...before, from: now, seen: now, waiting: [] } : before, now, open, FORGET_MS);
}

function asDistinctBaseline(stored: unknown, now: number): DistinctBaseline {
  if (typeof stored === 'object' && stored !== null && 'waiting' in stored) return stored as DistinctBaseline;
  const nothing = { usual: createUsualRate(), spreads: createSpreads(1), records: createRecords() };
  return { ...nothing, waiting: [], from: now, seen: now };
}
