/** Reads the time that a container runtime or log daemon put on a line. */
import { createTimeReader } from '../timestamp.ts';
import type { WrapperStamp } from './wrapped.ts';

/** Epoch ms; undefined where it is no time. `after` is the stamp before it, `near` any time that is close: syslog's have no year. */
export type WrapperClock = (
  stamp: WrapperStamp,
  after: number | undefined,
  near?: number | undefined,
) => number | undefined;

/** `timezone` (IANA) is for stamps without a zone. */
export function createWrapperClock(timezone: string): WrapperClock {
  const readIso = createTimeReader('iso8601', timezone);
  const readSyslog = createTimeReader('syslog', timezone);
  return ({ format, text }, after, near) => {
    if (format === 'micros') return readMicros(text);
    return format === 'iso8601' ? readIso(text, after) : readSyslog(text, after, near);
  };
}

function readMicros(text: string): number | undefined {
  return /^\d{1,16}$/.test(text) ? Math.floor(Number(text) / 1_000) : undefined;
}
