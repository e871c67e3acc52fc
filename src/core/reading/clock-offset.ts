/**
 * How far the stamps of lines are from the clock here, by pattern: a wrong time zone, or a wrong clock.
 *
 * Lines that wait in Nginx' own buffer (`access_log … buffer= flush=`) come late, and that is no clock. The delay of the
 * last line of a read then differs from read to read: it is the whole of `flush` only where each line waited alone. Reads
 * that come much more often than the delay is long, all late by the same time, would take more workers than Nginx has:
 * each holds one line at a time that waits alone. So of reads that come more often by far, a few will do.
 */

import { OFF_CLOCK_MS } from '../parse/marks.ts';

/** Delays looked at: the newest. Nothing but a clock makes a line come before its stamp, so there fewer will do. */
const DELAYS_MAX = 40;
const BEHIND_DELAYS_MIN = 40;
const AHEAD_DELAYS_MIN = 10;
/** Patterns of one source that are followed; a source has a few. */
const PATTERNS_MAX = 8;
const SPAN_MIN_MS = 60_000;
/** So far apart are two that are kept: those of a busy log would else never reach over the span. */
const APART_MIN_MS = 2_000;
/** What is off less is in no window's way; lines from the future are in none sooner. */
const BEHIND_MIN_MS = 120_000;
const AHEAD_MIN_MS = OFF_CLOCK_MS;
const ZONE_STEP_MS = 15 * 60_000;
const ZONE_NEAR_MS = 60_000;
/** So alike are delays of a wrong clock, but for this share. */
const ALIKE_MS = 5_000;
const ALIKE_SHARE = 0.9;
/** A delay is this many times as long as the time between two reads. With less, simulated buffers of 64 workers looked like clocks. */
const READS_IN_DELAY = 16;
/** With so many lines at a time, each alone with its worker, it would take more workers than Nginx is given: no need for many reads. */
const READS_IN_SURE_DELAY = 128;
const SURE_DELAYS_MIN = 12;

/** Of the last stamped line of a read that left nothing of its file unread, as the one before it did. */
export interface Delay {
  readonly pattern: string;
  /** When it was read. */
  readonly at: number;
  /** Read minus stamp; negative where the stamp lies in the future. */
  readonly ms: number;
}

export type Delays = Readonly<Record<string, readonly Delay[]>>;

export interface ClockOffset {
  readonly pattern: string;
  /** Stamp minus clock: positive where lines are stamped ahead. A zone's is whole quarters of an hour. */
  readonly aheadMs: number;
  readonly isZone: boolean;
}

export function addDelays(known: Delays, fresh: readonly Delay[]): Delays {
  const next: Record<string, readonly Delay[]> = { ...known };
  for (const delay of fresh) {
    const before = next[delay.pattern];
    if (!before && Object.keys(next).length >= PATTERNS_MAX) continue;
    const newest = before?.at(-1);
    if (newest && delay.at >= newest.at && delay.at - newest.at < APART_MIN_MS) continue;
    next[delay.pattern] = [...(before ?? []), delay].slice(-DELAYS_MAX);
  }
  return next;
}

/** The largest of all patterns; undefined where none is off, or too little is known. */
export function clockOffset(delays: Delays): ClockOffset | undefined {
  const offsets = Object.values(delays).flatMap((some) => offsetOf(some) ?? []);
  return offsets.reduce<ClockOffset | undefined>(
    (most, one) => (most && Math.abs(most.aheadMs) >= Math.abs(one.aheadMs) ? most : one),
    undefined,
  );
}

function offsetOf(delays: readonly Delay[]): ClockOffset | undefined {
  const [first] = delays;
  const last = delays.at(-1);
  if (!first || !last || delays.length < AHEAD_DELAYS_MIN || last.at - first.at < SPAN_MIN_MS) return undefined;
  const middle = medianOf(delays.map(({ ms }) => ms));
  if (middle <= BEHIND_MIN_MS && middle >= -AHEAD_MIN_MS) return undefined;
  const alike = delays.filter(({ ms }) => Math.abs(ms - middle) <= ALIKE_MS).length;
  if (alike < delays.length * ALIKE_SHARE) return undefined;
  if (middle > 0 && !isTooOften(delays.length, (last.at - first.at) / (delays.length - 1), middle)) return undefined;
  const zone = Math.round(middle / ZONE_STEP_MS) * ZONE_STEP_MS;
  const isZone = zone !== 0 && Math.abs(middle - zone) <= ZONE_NEAR_MS;
  return { pattern: first.pattern, aheadMs: -(isZone ? zone : middle), isZone };
}

/** Reads that come so often, and so many of them, are not those of lines that each waited alone in a buffer. */
function isTooOften(reads: number, apartMs: number, delayMs: number): boolean {
  if (reads >= SURE_DELAYS_MIN && apartMs * READS_IN_SURE_DELAY <= delayMs) return true;
  return reads >= BEHIND_DELAYS_MIN && apartMs * READS_IN_DELAY <= delayMs;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
