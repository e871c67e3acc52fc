/**
 * When is a firing fault over? When it was judged well for clearAfterMs with no bad step in between. An unclear step
 * stops the clock and does not set it back: a site with little traffic collects its well steps between silences, while
 * silence alone adds nothing. What is not observed at all any more ends at a bound, and says so.
 */
import type { Verdict } from '../types.ts';
import type { FollowedFault } from './book.ts';

/** One well step stands for at most this much time, however long ago the step before was; on a grid for its step, where that is longer. */
export const WELL_STEP_MAX_MS = 10_000;
/** A label value that vanished, or a watch that is gone. Long enough for a vhost without visitors at night to come back. */
export const UNOBSERVED_LABEL_MS = 30 * 60_000;
/** A whole source without a verdict: silent after a fault it may well be down, so it is kept far longer. */
export const UNOBSERVED_MS = 24 * 3_600_000;
/** What is read once a day may miss a reading. */
export const UNOBSERVED_READINGS = 3;
/** A reading stands in the second in which it was taken. */
const READING_MS = 1_000;

type WellTime = Pick<FollowedFault, 'wellMs' | 'observedAt' | 'judgedAt'> & { readonly wellSince?: number };

/** What was said of a fault at a step. */
interface Said {
  readonly verdict: Verdict;
  /** Length of the step, where its watch judges a grid of its own. */
  readonly stepMs?: number | undefined;
}

/** The run of well steps after this verdict. wellSince is absent while there is none. */
export function countWell(fault: FollowedFault, now: number, said: Said): WellTime {
  const { verdict } = said;
  if (verdict === 'bad') return { wellMs: 0, observedAt: now, judgedAt: now };
  if (verdict === 'unclear') {
    const since = fault.wellSince === undefined ? {} : { wellSince: fault.wellSince };
    return { wellMs: fault.wellMs, observedAt: fault.observedAt, judgedAt: now, ...since };
  }
  const { standsForMs, isSinceMs } = fault.readingMs === undefined ? ofStep(fault, now, said) : ofReading(fault, now);
  return {
    wellMs: fault.wellMs + standsForMs,
    observedAt: now,
    judgedAt: now,
    wellSince: fault.wellSince ?? now - isSinceMs,
  };
}

function ofStep(fault: FollowedFault, now: number, { stepMs: gridMs = 0 }: Said) {
  const stepMs = Math.max(0, Math.min(now - fault.judgedAt, Math.max(WELL_STEP_MAX_MS, gridMs)));
  return { standsForMs: stepMs, isSinceMs: stepMs };
}

/** For the time between two readings as it is meant: so many well readings are enough, whether each came a moment early or late. */
function ofReading({ judgedAt, readingMs = 0 }: FollowedFault, now: number) {
  return { standsForMs: readingMs, isSinceMs: Math.max(0, Math.min(now - judgedAt, READING_MS)) };
}

/** Why a firing fault is over, undefined while it is not. unobservedMs: how long it may go without a verdict. */
export function clearReason(fault: FollowedFault, now: number, unobservedMs: number): string | undefined {
  if (fault.wellMs >= fault.clearAfterMs) return `well for ${durationText(fault.clearAfterMs)}`;
  if (now - fault.observedAt >= unobservedMs) return unobservedReason(unobservedMs);
  return undefined;
}

/** How long a fault whose source, or whose check, says nothing is kept. */
export function unobservedMsOf({ readingMs = 0 }: FollowedFault): number {
  return Math.max(UNOBSERVED_MS, UNOBSERVED_READINGS * readingMs);
}

export function unobservedReason(unobservedMs: number): string {
  return `no longer observed for ${durationText(unobservedMs)}`;
}

function durationText(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms > 60_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${ms / 1_000} s`;
}
