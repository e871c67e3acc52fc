/** The marks of time that the lines of a chunk leave, in their order. */
import type { SkipReason } from '../types.ts';

/** Stamps further ahead of now are the writer's clock, not time: they count in the totals only. */
export const OFF_CLOCK_MS = 60_000;
/** Lines further behind the newest stamp count in the totals only; the one-second windows do not reach back further. */
export const LATE_MS = 15 * 60_000;
const SECOND_MS = 1_000;

export interface ParseLimits {
  /** Lines stamped at or after this are left. */
  readonly until: number;
  readonly now: number;
  readonly watermark: number | undefined;
  /** A time close to that of the lines, for stamps without a year; absent: now. */
  readonly near?: number | undefined;
}

/** By which stamps without a year are read, where no stamp came before. */
export function nearOf({ near, now }: Pick<ParseLimits, 'near' | 'now'>): number {
  return near ?? now;
}

export interface Marks {
  /** Moves to a line with this stamp, or none. False where the line is left. */
  moveTo(stamp: number | undefined): boolean;
  /** Moves to a line with the stamp of the line before. */
  stay(): void;
  /** Of the line: NaN where it counts in the totals only. */
  time(): number;
  /** Start of its second. */
  second(): number;
  /** Last stamp taken, off-clock stamps left out; what came before if there was none. */
  lastTime(): number | undefined;
  facts(): MarkFacts;
}

export interface MarkFacts {
  /** Newest and oldest stamp taken, off-clock stamps left out. */
  readonly timeMax: number | undefined;
  readonly timeMin: number | undefined;
  readonly latenessMs: number;
  /** Stamp of the line that was left. */
  readonly nextTime: number | undefined;
  /** Of the last stamped line taken, also where it lies in the future. */
  readonly lastStamp: number | undefined;
}

export function createMarks(
  lastTime: number | undefined,
  limits: ParseLimits,
  skip: (reason: SkipReason) => void,
): Marks {
  const offClock = limits.now + OFF_CLOCK_MS;
  let newest = limits.watermark ?? Number.NEGATIVE_INFINITY;
  let last = lastTime;
  let timeMax: number | undefined;
  let timeMin: number | undefined;
  let latenessMs = 0;
  let nextTime: number | undefined;
  let lastStamp: number | undefined;
  let reason: SkipReason | undefined;
  let time = Number.NaN;
  let second = Number.NaN;

  /** Lines that are too late must not hold steps open. */
  function advance(stamp: number): void {
    last = stamp;
    timeMax = Math.max(timeMax ?? stamp, stamp);
    timeMin = Math.min(timeMin ?? stamp, stamp);
    if (newest - stamp <= LATE_MS) latenessMs = Math.max(latenessMs, newest - stamp);
    newest = Math.max(newest, stamp);
  }

  function leave(why: SkipReason): void {
    reason = why;
    time = Number.NaN;
    skip(why);
  }

  return {
    moveTo(stamp) {
      reason = undefined;
      if (stamp !== undefined && stamp > offClock) {
        lastStamp = stamp;
        leave('off_clock');
        return true;
      }
      if (stamp !== undefined && stamp >= limits.until) {
        nextTime = stamp;
        return false;
      }
      if (stamp !== undefined) {
        lastStamp = stamp;
        advance(stamp);
      }
      time = last ?? Number.NaN;
      second = time - (time % SECOND_MS);
      if (newest - time > LATE_MS) leave('late');
      return true;
    },
    stay() {
      if (reason) skip(reason);
    },
    time: () => time,
    second: () => second,
    lastTime: () => last,
    facts: () => ({ timeMax, timeMin, latenessMs, nextTime, lastStamp }),
  };
}
