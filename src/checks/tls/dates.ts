/** How long a certificate is still valid, and from when on that is worth telling. */

const DAY_MS = 24 * 3_600_000;
/**
 * ACME clients renew when a third of a certificate's life is left, 30 days of 90: at 21 days renewal has failed for nine of them. Of shorter
 * lives (45 and 6 days) the limits are shorter too.
 */
const WARN = { ms: 21 * DAY_MS, share: 1 / 4 };
const CRITICAL = { ms: 7 * DAY_MS, share: 1 / 12 };

export interface Limits {
  /** As somebody wrote it, whatever the certificate's life. */
  readonly warnMs?: number | undefined;
  readonly criticalMs?: number | undefined;
}

export interface Validity {
  /** Times, ms. */
  readonly from: number;
  readonly until: number;
}

export type DateCause = 'expired' | 'not-yet-valid' | 'expires-soon' | 'expires';

/** Undefined: it is valid for long enough. At the limit itself it is told. */
export function dateCause({ from, until }: Validity, limits: Limits, now: number): DateCause | undefined {
  const life = until - from;
  const left = until - now;
  if (left <= 0) return 'expired';
  if (from > now) return 'not-yet-valid';
  if (left <= (limits.criticalMs ?? Math.min(CRITICAL.ms, life * CRITICAL.share))) return 'expires-soon';
  if (left <= warnAheadMs({ from, until }, limits)) return 'expires';
  return undefined;
}

/** So long before its end it is told first. */
export function warnAheadMs({ from, until }: Validity, { warnMs }: Limits): number {
  return warnMs ?? Math.min(WARN.ms, (until - from) * WARN.share);
}

/** Of a short life nobody expects when that is, and asks why a certificate of five days is well. */
export function isShortLife({ from, until }: Validity, { warnMs }: Limits): boolean {
  return warnMs === undefined && (until - from) * WARN.share < WARN.ms;
}

/** '20 days', '36 hours', '50 minutes': rounded down, so that nobody relies on what is not there. */
export function span(ms: number): string {
  const units = [
    [2 * DAY_MS, DAY_MS, 'days'],
    [2 * 3_600_000, 3_600_000, 'hours'],
    [0, 60_000, 'minutes'],
  ] as const;
  const [, unitMs, unit] = units.find(([from]) => ms >= from) ?? units[2];
  return `${Math.floor(ms / unitMs)} ${unit}`;
}

/** '2026-11-28 12:00 UTC'. */
export function utc(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
