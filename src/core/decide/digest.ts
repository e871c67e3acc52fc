/** What the next digest tells: faults that were not worth a mail by themselves, and what was told by mail meanwhile. */
import type { Fault } from '../types.ts';

/** Noticed faults kept for the next digest; beyond it the oldest leave and are counted. */
export const MAX_NOTICED = 60;
/** Mails named in a digest; of the rest only their number is told. */
export const MAX_MAILS = 20;
const DAY_MS = 86_400_000;

export interface Noticed {
  readonly fault: string;
  readonly watch: string;
  readonly since: number;
  readonly endedAt?: number | undefined;
  /** A digest said that it began. */
  readonly isTold?: boolean | undefined;
  /** One sentence, with what it was at worst. Log text in it is harmless already. */
  readonly said: string;
}

export interface ToldByMail {
  readonly at: number;
  readonly watch: string;
  readonly said: string;
}

export interface DigestState {
  /** Local day, counted from the hour of the digest, up to which it is told; undefined before the first step. */
  readonly day?: number | undefined;
  /** The hour it is counted from: local time of day, ms. */
  readonly hourMs?: number | undefined;
  /** When the last day ended. */
  readonly since?: number | undefined;
  /** Oldest first. */
  readonly noticed: readonly Noticed[];
  readonly noticedDropped: number;
  readonly mails: readonly ToldByMail[];
  readonly mailsDropped: number;
}

export function emptyDigest(): DigestState {
  return { noticed: [], noticedDropped: 0, mails: [], mailsDropped: 0 };
}

/** With a fault that fires, or what became of it. One that a mail told, or that left, is not taken up again. */
export function withNoticed(digest: DigestState, fault: Fault, said: string): DigestState {
  const before = digest.noticed.find((one) => one.fault === fault.id);
  if (before === undefined && fault.state !== 'firing') return digest;
  const since = fault.first.since;
  const endedAt = fault.state === 'resolved' ? (fault.wellSince ?? fault.resolvedAt) : undefined;
  const now = {
    ...before,
    fault: fault.id,
    watch: fault.watch,
    since,
    said,
    ...(endedAt !== undefined && { endedAt }),
  };
  const all = before ? digest.noticed.map((one) => (one === before ? now : one)) : [...digest.noticed, now];
  const over = Math.max(0, all.length - MAX_NOTICED);
  return { ...digest, noticed: all.slice(over), noticedDropped: digest.noticedDropped + over };
}

/** A mail told of it, and named these faults: they need no digest. */
export function withMail(digest: DigestState, mail: ToldByMail, named: readonly Fault[]): DigestState {
  const ids = new Set(named.map(({ id }) => id));
  const mails = [...digest.mails, mail];
  const over = Math.max(0, mails.length - MAX_MAILS);
  return {
    ...digest,
    noticed: digest.noticed.filter(({ fault }) => !ids.has(fault)),
    mails: mails.slice(over),
    mailsDropped: digest.mailsDropped + over,
  };
}

/** Where its hour has come: what was gathered since the last one, and what is kept for the next. Nothing to tell is no digest. */
export function stepDigest(
  digest: DigestState,
  at: { readonly now: number; readonly offsetMs: number; readonly hourMs: number },
): { readonly digest: DigestState; readonly due?: DigestState } {
  const { now, offsetMs, hourMs } = at;
  const day = Math.floor((now + offsetMs - hourMs) / DAY_MS);
  // Of another hour too the first day is waited for: set to one that comes later today, it is told today.
  if (digest.day === undefined || digest.hourMs !== hourMs)
    return { digest: { ...digest, day, hourMs, since: digest.since ?? now } };
  // Where clocks are set back the same day comes again.
  if (day <= digest.day) return { digest };
  const open = digest.noticed.filter(({ endedAt }) => endedAt === undefined);
  const kept = open.map((one) => ({ ...one, isTold: true }));
  const next = { ...emptyDigest(), day, hourMs, since: now, noticed: kept };
  const isNews = digest.noticed.some(({ isTold, endedAt }) => !isTold || endedAt !== undefined);
  return isNews ? { digest: next, due: digest } : { digest: next };
}
