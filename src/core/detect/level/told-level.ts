/**
 * What a level was told at, while its fault is open: what is learnt meanwhile must not make it well. After a day the
 * level is usual if it lasted, as after a deploy.
 */
import type { Finding } from '../../finding.ts';

/** So long a level stays odd that lasts. */
export const HOLD_MS = 24 * 3_600_000;

export interface ToldLevel extends Pick<Finding, 'usual' | 'record' | 'isRepeat'> {
  /** End of the step at which it was told first. */
  readonly time: number;
  readonly side: 'high' | 'low';
  readonly expected: number;
  readonly limit: number;
  readonly score: number;
}

/** As what was told first: what is learnt of it meanwhile is no record to hold it against. */
export function recordOf({ record }: ToldLevel, value: number): Finding['record'] {
  if (record === undefined) return undefined;
  const isBeyond = record.side === 'high' ? value > record.next : value < record.next;
  return isBeyond ? record : undefined;
}

/** Undefined once its fault is over, or too old to hold. */
export function heldLevel(
  told: ToldLevel | undefined,
  { now, open }: { readonly now: number; readonly open: boolean },
): ToldLevel | undefined {
  return told !== undefined && open && now >= told.time && now - told.time < HOLD_MS ? told : undefined;
}

/** `leave`: part of the way from the expected value to the limit, from where on it is well again. */
export function verdictOn(value: number, told: ToldLevel, leave: number): 'bad' | 'well' | 'unclear' {
  const sign = told.side === 'high' ? 1 : -1;
  const beside = sign * (value - told.expected);
  const limit = sign * (told.limit - told.expected);
  return beside >= limit ? 'bad' : beside <= leave * limit ? 'well' : 'unclear';
}
