/** Reads the time that a container runtime or log daemon put on a line. */
import { createTimeReader } from '../timestamp.ts';
import type { WrapperStamp } from './wrapped.ts';

/** Epoch ms; undefined where it is no time. `near` is a time known to be close: syslog's stamps have no year. */
export type WrapperClock = (stamp: WrapperStamp, near: number | undefined) => number | undefined;

/** `timezone` (IANA) is for stamps without a zone. */
export function createWrapperClock(timezone: string): WrapperClock {
  const readIso = createTimeReader('iso8601', timezone);
  const readSyslog = createTimeReader('syslog', timezone);
  return ({ format, text }, near) => {
    if (format === 'micros') return readMicros(text);
    return format === 'iso8601' ? readIso(text, near) : readSyslog(text, near);
  };
}

function readMicros(text: string): number | undefined {
  return /^\d{1,16}$/.test(text) ? Math.floor(Number(text) / 1_000) : undefined;
}
