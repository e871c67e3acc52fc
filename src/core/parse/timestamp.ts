/** Reads the stamps of log lines. */
import { flatCopy } from '../observe/flat-copy.ts';
import { createLocalClock, type LocalClock } from './local-time.ts';
import { STAMP_READERS, type Stamp, type TimeFormat, type YearlessStamp } from './stamps.ts';

/**
 * Epoch ms, undefined where the text is no such time. `after` is the stamp before it: it decides in doubled hours. Stamps
 * without a year are of the year that brings them nearest to it, or to `near`, any time that is close, where `after` is
 * unknown or long before that.
 */
export type TimeReader = (text: string, after: number | undefined, near?: number) => number | undefined;

/**
 * `timezone` (IANA) is for stamps without a zone; of several formats the first that reads the text counts. One reader a
 * pattern: it keeps the last stamp, lines mostly share it.
 */
export function createTimeReader(format: TimeFormat | readonly TimeFormat[], timezone: string): TimeReader {
  const clock = createLocalClock(timezone);
  const formats = typeof format === 'string' ? [format] : format;
  let lastText = '';
  let last: Stamp | undefined;
  return (text, after, near) => {
    if (text !== lastText) {
      last = readStamp(formats, text);
      lastText = flatCopy(text);
    }
    return last && toEpoch(last, clock, { after, near });
  };
}

function readStamp(formats: readonly TimeFormat[], text: string): Stamp | undefined {
  for (const format of formats) {
    const stamp = STAMP_READERS[format](text);
    if (stamp) return stamp;
  }
  return undefined;
}

interface Times {
  readonly after: number | undefined;
  readonly near: number | undefined;
}

function toEpoch(stamp: Stamp, clock: LocalClock, { after, near }: Times): number | undefined {
  if ('month' in stamp) {
    const close = closeTime(after, near);
    const wall = close === undefined ? undefined : nearestWall(stamp, close);
    return wall === undefined ? undefined : clock.toEpoch(wall, after);
  }
  return stamp.offset === undefined ? clock.toEpoch(stamp.wall, after) : stamp.wall - stamp.offset;
}

/** In a replay `near` may lie a year ahead. */
const LONG_BEFORE_MS = 2 * 366 * 86_400_000;

/** One line with a stamp of another year, as that of a program whose clock is wrong, must not date all that follow it. */
function closeTime(after: number | undefined, near: number | undefined): number | undefined {
  if (after === undefined || near === undefined) return after ?? near;
  return Number.isFinite(near) && near - after > LONG_BEFORE_MS ? near : after;
}

/** Undefined where none of the years around has that day. */
function nearestWall({ month, day, ofDay }: YearlessStamp, near: number): number | undefined {
  const year = new Date(near).getUTCFullYear();
  const walls = [year - 1, year, year + 1]
    .map((one) => Date.UTC(one, month - 1, day))
    .filter((midnight) => new Date(midnight).getUTCDate() === day)
    .map((midnight) => midnight + ofDay);
  return walls.toSorted((a, b) => Math.abs(a - near) - Math.abs(b - near))[0];
}
