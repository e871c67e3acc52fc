/** Reads the stamps of log lines. */
import { flatCopy } from '../observe/flat-copy.ts';
import { createLocalClock, type LocalClock } from './local-time.ts';

/** clf: 25/Nov/2026:05:22:42 +0000; iso8601: 2026-11-25T05:22:42.123Z; nginx-error: 2026/11/25 05:22:42. */
export const TIME_FORMATS = ['clf', 'iso8601', 'nginx-error'] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

/** Epoch ms, undefined where the text is no such time. `after` is the stamp before it: it decides in doubled hours. */
export type TimeReader = (text: string, after: number | undefined) => number | undefined;

/** `timezone` (IANA) is for stamps without a zone. One reader a pattern: it keeps the last stamp, lines mostly share it. */
export function createTimeReader(format: TimeFormat, timezone: string): TimeReader {
  const clock = createLocalClock(timezone);
  const read = READERS[format];
  let lastText = '';
  let lastWall: Wall | undefined;
  return (text, after) => {
    if (text !== lastText) {
      lastWall = read(text);
      lastText = flatCopy(text);
    }
    return lastWall && toEpoch(lastWall, clock, after);
  };
}

interface Wall {
  /** The time written, read as UTC. */
  readonly wall: number;
  /** Ms east of Greenwich; undefined where the stamp has no zone. */
  readonly offset: number | undefined;
}

function toEpoch({ wall, offset }: Wall, clock: LocalClock, after: number | undefined): number {
  return offset === undefined ? clock.toEpoch(wall, after) : wall - offset;
}

const READERS: Readonly<Record<TimeFormat, (text: string) => Wall | undefined>> = {
  clf: readClf,
  iso8601: readIso,
  'nginx-error': readNginxError,
};

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const CLF = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})$/;
const ISO = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(Z|[+-]\d\d:?\d\d)?$/;
const NGINX_ERROR = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)$/;

function readClf(text: string): Wall | undefined {
  const [whole, day, month = '', year, hour, minute, second, zone = ''] = CLF.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const wall = toWall([year, MONTHS.indexOf(month) + 1, day, hour, minute, second]);
  return wall === undefined ? undefined : { wall, offset: zoneMs(zone) };
}

function readIso(text: string): Wall | undefined {
  const [whole, year, month, day, hour, minute, second, fraction = '', zone] = ISO.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const wall = toWall([year, month, day, hour, minute, second]);
  if (wall === undefined) return undefined;
  return {
    wall: wall + Number(fraction.slice(0, 3).padEnd(3, '0')),
    offset: zone === undefined ? undefined : zoneMs(zone),
  };
}

function readNginxError(text: string): Wall | undefined {
  const [whole, ...parts] = NGINX_ERROR.exec(text) ?? [];
  const wall = whole === undefined ? undefined : toWall(parts);
  return wall === undefined ? undefined : { wall, offset: undefined };
}

/** Undefined for days and hours that do not exist; a leap second counts into the next minute. */
function toWall(parts: readonly (string | number | undefined)[]): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  if (!isDay || year < 1970 || hour > 23 || minute > 59 || second > 60) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function daysOf(year: number, month: number): number {
  return (Date.UTC(year, month) - Date.UTC(year, month - 1)) / DAY_MS;
}

const DAY_MS = 86_400_000;

function zoneMs(zone: string): number {
  if (zone === 'Z') return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000;
}
