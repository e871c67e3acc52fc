/** Reads the time that a container runtime or log daemon put on a line. */
import { createLocalClock } from '../local-time.ts';
import { createTimeReader } from '../timestamp.ts';
import type { WrapperStamp } from './wrapped.ts';

/** Epoch ms; undefined where it is no time. `near` is a time known to be close: syslog's stamps have no year. */
export type WrapperClock = (stamp: WrapperStamp, near: number | undefined) => number | undefined;

/** `timezone` (IANA) is for stamps without a zone. */
export function createWrapperClock(timezone: string): WrapperClock {
  const readIso = createTimeReader('iso8601', timezone);
  const clock = createLocalClock(timezone);
  return ({ format, text }, near) => {
    if (format === 'iso8601') return readIso(text, near);
    if (format === 'micros') return readMicros(text);
    const wall = near === undefined ? undefined : readSyslog(text, near);
    return wall === undefined ? undefined : clock.toEpoch(wall, near);
  };
}

function readMicros(text: string): number | undefined {
  return /^\d{1,16}$/.test(text) ? Math.floor(Number(text) / 1_000) : undefined;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const SYSLOG = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)$/;

/** In the year that brings it nearest. */
function readSyslog(text: string, near: number): number | undefined {
  const [whole, name = '', ...numbers] = SYSLOG.exec(text) ?? [];
  const month = MONTHS.indexOf(name);
  const [day = 0, hour = 0, minute = 0, second = 0] = numbers.map(Number);
  if (whole === undefined || month === -1 || hour > 23 || minute > 59 || second > 60) return undefined;
  const year = new Date(near).getUTCFullYear();
  const walls = [year - 1, year, year + 1]
    .filter((one) => new Date(Date.UTC(one, month, day)).getUTCDate() === day)
    .map((one) => Date.UTC(one, month, day, hour, minute, second));
  return walls.toSorted((a, b) => Math.abs(a - near) - Math.abs(b - near))[0];
}
