/** A time zone by name for stamps that have none of their own, so that a remedy can be typed as it stands. */

/** Servers mostly run in UTC; then zones most people live in, one an offset at least. The first that fits is an example. */
const ZONES = [
  ...['UTC', 'Europe/London', 'Europe/Berlin', 'Europe/Athens', 'Europe/Moscow', 'America/New_York'],
  ...['America/Chicago', 'America/Denver', 'America/Los_Angeles', 'America/Sao_Paulo', 'Asia/Dubai', 'Asia/Karachi'],
  ...['Asia/Kolkata', 'Asia/Dhaka', 'Asia/Bangkok', 'Asia/Shanghai', 'Asia/Tokyo', 'Australia/Adelaide'],
  ...['Australia/Sydney'],
];
const MINUTE_MS = 60_000;

export interface FittingZone {
  readonly name: string;
  /** East of UTC. */
  readonly minutes: number;
}

/** Of stamps that are so far ahead of the clock when they are read in this zone; UTC where none of those we know fits. */
export function fittingZone(zone: string, aheadMs: number, now: number): FittingZone {
  const minutes = offsetMinutes(zone, now) + aheadMs / MINUTE_MS;
  return { name: ZONES.find((one) => offsetMinutes(one, now) === minutes) ?? 'UTC', minutes };
}

function offsetMinutes(zone: string, now: number): number {
  const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(now);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -size : size;
}
