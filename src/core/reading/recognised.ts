/** Whether lines are understood at all, and whether they still are, however slowly they come. What changes within minutes says understood.ts. */
import type { LineTotal } from '../types.ts';
import { unparsedOf } from './understood.ts';

/** Fewer lines say nothing. */
export const LINES_MIN = 20;
const BAD_SHARE = 0.5;
const WELL_SHARE = 0.2;
/** Of a source that was understood: a scanner's garbage is over sooner, and on a quiet site nothing else comes meanwhile. */
const LASTS_MS = 30 * 60_000;

interface Counted {
  readonly lines: number;
  readonly unparsed: number;
}

export interface Recognised {
  /** As of this start of linesman. */
  readonly start: Counted;
  readonly last: Counted;
  /** Since a line of the pattern that took most came last: when the first and the last of the lines since then came. */
  readonly run: Counted & { readonly main: number; readonly at: number; readonly lastAt: number };
  /** While it is not: from when on it is looked whether it is well again, and the share that is told. */
  readonly lost?: (Counted & { readonly share: number; readonly of: number }) | undefined;
  /** It was lost and is well again: what was counted before says nothing any more. */
  readonly isMended: boolean;
}

/** Called from time to time with the totals since the first start. */
export function recognise(known: Recognised | undefined, totals: readonly LineTotal[], now: number): Recognised {
  const last = { lines: totals.reduce((sum, { count }) => sum + count, 0), unparsed: unparsedOf(totals) };
  const run = { ...last, main: mainOf(totals), at: now, lastAt: now };
  // A store that went back in time begins anew.
  if (!known || last.lines < known.last.lines) return { start: last, last, run, isMended: false };
  const next = { ...known, last, run: known.run.main === run.main ? longer(known, last, now) : run };
  if (!known.lost) return { ...next, lost: newlyLost(next) };
  const lost = stillLost(known.lost, last);
  return lost ? { ...next, lost } : { start: last, last, run, isMended: true };
}

/** Lines of the pattern that took most: where a format changes they end, while an error log beside it is understood as before. */
function mainOf(totals: readonly LineTotal[]): number {
  const sums = new Map<string, number>();
  for (const { pattern, count } of totals)
    if (pattern !== 'unmatched') sums.set(pattern, (sums.get(pattern) ?? 0) + count);
  return Math.max(0, ...sums.values());
}

function longer({ run, last: before }: Recognised, last: Counted, now: number): Recognised['run'] {
  if (last.lines === before.lines) return run;
  return { ...run, at: run.lines === before.lines ? now : run.at, lastAt: now };
}

function newlyLost({ start, last, run, isMended }: Recognised): Recognised['lost'] {
  const isNever = !isMended && last.unparsed > last.lines - last.unparsed;
  const since = isNever ? start : run;
  const of = last.lines - since.lines;
  const share = shareSince(since, last);
  const lasts = isNever || run.lastAt - run.at >= LASTS_MS;
  return of >= LINES_MIN && share > BAD_SHARE && lasts ? { ...last, share, of } : undefined;
}

function stillLost(lost: NonNullable<Recognised['lost']>, last: Counted): Recognised['lost'] {
  const of = last.lines - lost.lines;
  if (of < LINES_MIN) return lost;
  const share = shareSince(lost, last);
  return share <= WELL_SHARE ? undefined : { ...last, share: Math.max(share, lost.share), of };
}

function shareSince(since: Counted, last: Counted): number {
  return (last.unparsed - since.unparsed) / Math.max(1, last.lines - since.lines);
}
