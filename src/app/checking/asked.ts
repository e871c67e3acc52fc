/** What is known of a check between its readings: when it is due, whether it ever was well, what its last readings were. */
import { isDeepStrictEqual } from 'node:util';
import type { CheckReading } from '../../core/check.ts';
import type { KnownCheck } from '../knowing/checks.ts';

/** Two readings of one check lie in two seconds, which are judged apart. */
export const APART_MS = 1_000;
/** First readings are spread over so much. */
const SPREAD_MS = 5_000;
/**
 * While something is suspected, what is wrong is asked again so soon, until it is confirmed or well: a fault of a log takes two
 * more seconds to be sure, and what is restarted by a deployment is back before.
 */
const AGAIN_MS = 8_000;
/** One that is asked rarely is no more often asked than this, whatever is suspected. */
const RARE_MS = 60_000;

export interface Asked {
  readonly check: KnownCheck;
  dueAt: number;
  /** Undefined: not yet. */
  answeredAt: number | undefined;
  wasWell: boolean;
  /** The last ones, newest last: whether each was wrong. */
  wrong: readonly boolean[];
  /** Being asked, or waiting to be. */
  isBusy: boolean;
  /** It was asked then, and has not ended. */
  hangsSince: number | undefined;
}

/** Those that are the same as before go on as they are; the others begin, spread. */
export function withChecks(before: readonly Asked[], checks: readonly KnownCheck[], now: number): readonly Asked[] {
  return checks.map((check, index) => {
    const same = before.find((one) => isDeepStrictEqual(one.check.config, check.config));
    return same ?? begun(check, now + (index * SPREAD_MS) / checks.length);
  });
}

function begun(check: KnownCheck, dueAt: number): Asked {
  return { check, dueAt, answeredAt: undefined, wasWell: false, wrong: [], isBusy: false, hangsSince: undefined };
}

/** On its own grid, so that what a reading takes does not add up. */
export function nextDue({ check, dueAt }: Asked, now: number): number {
  const passed = Math.max(0, Math.floor((now - dueAt) / check.everyMs));
  return dueAt + (passed + 1) * check.everyMs;
}

/** True where it counts: what is wrong soon after a start, and was not well yet, may only be starting too. */
export function take(
  asked: Asked,
  reading: CheckReading,
  at: { readonly now: number; readonly startedAt: number },
): boolean {
  const isWrong = reading.cause !== undefined;
  asked.wasWell ||= !isWrong;
  if (!asked.wasWell && at.now - at.startedAt < asked.check.settleMs) return false;
  asked.wrong = [...asked.wrong, isWrong].slice(-asked.check.confirm.of);
  return true;
}

/** Wrong, and neither confirmed nor refuted: another reading says more. */
export function isDoubtful({ wrong, check }: Asked): boolean {
  return wrong.at(-1) === true && wrong.filter(Boolean).length < check.confirm.bad;
}

/** It is to be asked as soon as may be, unless it just is. */
export function hurry(asked: Asked, now: number): void {
  const { isBusy, answeredAt = Number.NEGATIVE_INFINITY, check } = asked;
  if (isBusy) return;
  const usualMs = check.everyMs > RARE_MS ? RARE_MS : APART_MS;
  const restMs = isDoubtful(asked) ? Math.max(usualMs, AGAIN_MS) : usualMs;
  asked.dueAt = Math.min(asked.dueAt, Math.max(now, answeredAt + restMs));
}

/** The same for one whose last reading is in doubt. */
export function askAgain(asked: Asked, now: number): void {
  asked.dueAt = Math.min(asked.dueAt, now + AGAIN_MS);
}
