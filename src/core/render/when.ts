/** Instants as people near the machine write them. */

/** '2026-11-25 03:12:05 UTC', or with 'GMT+1', 'EST' in another zone. A zone nobody knows counts as UTC: the mail must go out. */
export function timestamp(time: number, timezone: string): string {
  const { year, month, day, hour, minute, second, timeZoneName } = partsOf(time, timezone);
  return `${year}-${month}-${day} ${hour}:${minute}:${second} ${timeZoneName}`;
}

/** '03:12:05', where the day and the zone were said already. */
export function clock(time: number, timezone: string): string {
  return timestamp(time, timezone).slice(11, 19);
}

function partsOf(time: number, timezone: string): Readonly<Record<string, string>> {
  const parts = formatOf(timezone).formatToParts(time);
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const options = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone: timezone });
  } catch {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
  }
}
