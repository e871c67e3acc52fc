/** What the stamps of programs look like, and what is written in them. Another format is an entry here. */

const FORMATS = {
  /** 25/Nov/2026:05:22:42 +0000 */
  clf: readClf,
  /** 2026-11-25T05:22:42.123Z, 2026-11-25 05:22:42,123 UTC; without a zone it is the configured one. */
  iso8601: (text) => readIso(text, undefined),
  /** The same; without a zone it is UTC. */
  'iso8601-utc': (text) => readIso(text, 0),
  /** 2026/11/25 05:22:42 */
  'nginx-error': readNginxError,
  /** Seconds, ms, us or ns since 1970. */
  epoch: readEpoch,
  /** Nov 25 05:22:42 */
  syslog: readSyslog,
  /** Wed Nov 25 05:22:42.123456 2026 */
  'apache-error': readApacheError,
  /** 25/Nov/2026:05:22:42.123 */
  haproxy: readHaproxy,
  /** 25 Nov 2026 05:22:42.123, and with dashes as Tomcat writes it. */
  redis: readRedis,
  /** 261125 05:22:42, as MySQL and MariaDB wrote it up to 5.6 and 10.1. */
  'mysql-old': readOldMysql,
} as const satisfies Readonly<Record<string, (text: string) => Stamp | undefined>>;

export type TimeFormat = keyof typeof FORMATS;
export const TIME_FORMATS = Object.keys(FORMATS) as unknown as readonly [TimeFormat, ...TimeFormat[]];
/** Undefined where the text is no such stamp. */
export const STAMP_READERS: Readonly<Record<TimeFormat, (text: string) => Stamp | undefined>> = FORMATS;

/** What is written in a stamp. */
export type Stamp = WholeStamp | YearlessStamp;

interface WholeStamp {
  /** The time written, read as UTC. */
  readonly wall: number;
  /** Ms east of Greenwich; undefined where the stamp has no zone. */
  readonly offset: number | undefined;
}

/** A stamp without year and zone. */
export interface YearlessStamp {
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  /** Ms since midnight. */
  readonly ofDay: number;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const CLF = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-]\d{4})$/;
// MariaDB writes the hours before ten with a space.
const ISO = /^(\d{4})-(\d\d)-(\d\d)[T \t]([ \d]\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))? ?(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/;
const NGINX_ERROR = /^(\d{4})\/(\d\d)\/(\d\d) (\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?$/;
const EPOCH = /^(\d{1,19})(?:\.(\d{1,20}))?$/;
const SYSLOG = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)$/;
const APACHE_ERROR = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) ([ \d]\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? (\d{4})$/;
const HAPROXY = /^(\d\d)\/([A-Z][a-z]{2})\/(\d{4}):(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?$/;
const REDIS = /^(\d\d)[ -]([A-Z][a-z]{2})[ -](\d{4}) (\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?$/;
const OLD_MYSQL = /^(\d\d)(\d\d)(\d\d) ([ \d]\d):(\d\d):(\d\d)$/;

function readClf(text: string): Stamp | undefined {
  const [whole, day, month, year, hour, minute, second, zone = ''] = CLF.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return toStamp([year, monthOf(month), day, hour, minute, second], undefined, zoneMs(zone));
}

function readIso(text: string, otherwise: number | undefined): Stamp | undefined {
  const [whole, year, month, day, hour, minute, second, fraction, zone] = ISO.exec(text) ?? [];
  if (whole === undefined) return undefined;
  return toStamp([year, month, day, hour, minute, second], fraction, zone === undefined ? otherwise : zoneMs(zone));
}

function readNginxError(text: string): Stamp | undefined {
  const [whole, year, month, day, hour, minute, second, fraction] = NGINX_ERROR.exec(text) ?? [];
  return whole === undefined ? undefined : toStamp([year, month, day, hour, minute, second], fraction);
}

function readApacheError(text: string): Stamp | undefined {
  const [whole, month, day, hour, minute, second, fraction, year] = APACHE_ERROR.exec(text) ?? [];
  return whole === undefined ? undefined : toStamp([year, monthOf(month), day, hour, minute, second], fraction);
}

function readHaproxy(text: string): Stamp | undefined {
  const [whole, day, month, year, hour, minute, second, fraction] = HAPROXY.exec(text) ?? [];
  return whole === undefined ? undefined : toStamp([year, monthOf(month), day, hour, minute, second], fraction);
}

function readRedis(text: string): Stamp | undefined {
  const [whole, day, month, year, hour, minute, second, fraction] = REDIS.exec(text) ?? [];
  return whole === undefined ? undefined : toStamp([year, monthOf(month), day, hour, minute, second], fraction);
}

function readOldMysql(text: string): Stamp | undefined {
  const [whole, year, month, day, hour, minute, second] = OLD_MYSQL.exec(text) ?? [];
  return whole === undefined ? undefined : toStamp([`20${year}`, month, day, hour, minute, second], undefined);
}

/** A leap year, so that its 29th of February is a day. */
const ANY_YEAR = 2_000;

function readSyslog(text: string): Stamp | undefined {
  const [whole, name, day, hour, minute, second] = SYSLOG.exec(text) ?? [];
  const month = monthOf(name);
  const wall = whole === undefined ? undefined : toWall([ANY_YEAR, month, day, hour, minute, second]);
  if (wall === undefined) return undefined;
  return { month, day: Number(day), ofDay: wall - Date.UTC(ANY_YEAR, month - 1, Number(day)) };
}

/** From here on a number counts the next smaller unit: as seconds it would be after the year 5138. */
const SECONDS_BELOW = 1e11;

function readEpoch(text: string): Stamp | undefined {
  const [whole, digits = '', fraction = ''] = EPOCH.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const number = Number(digits);
  if (number < SECONDS_BELOW) return { wall: number * 1_000 + fractionMs(fraction), offset: 0 };
  const perMs = number < SECONDS_BELOW * 1e3 ? 1 : number < SECONDS_BELOW * 1e6 ? 1e3 : 1e6;
  return { wall: Math.floor(number / perMs), offset: 0 };
}

function monthOf(name: string | undefined): number {
  return MONTHS.indexOf(name ?? '') + 1;
}

function fractionMs(fraction: string): number {
  return Number(fraction.slice(0, 3).padEnd(3, '0'));
}

type Parts = readonly (string | number | undefined)[];

function toStamp(parts: Parts, fraction: string | undefined, offset?: number): Stamp | undefined {
  const wall = toWall(parts);
  return wall === undefined ? undefined : { wall: wall + fractionMs(fraction ?? ''), offset };
}

/** Undefined for days and hours that do not exist; a leap second counts into the next minute. */
function toWall(parts: Parts): number | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map(Number);
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  if (!isDay || year < 1970 || hour > 23 || minute > 59 || second > 60) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function daysOf(year: number, month: number): number {
  return (Date.UTC(year, month) - Date.UTC(year, month - 1)) / DAY_MS;
}

const DAY_MS = 86_400_000;

/** Of Z, UTC, GMT, +01, +0100 and +01:00. */
function zoneMs(zone: string): number {
  const [, sign, hours, minutes = 0] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  if (hours === undefined) return 0;
  const ms = (Number(hours) * 60 + Number(minutes)) * 60_000;
  return sign === '-' ? -ms : ms;
}
