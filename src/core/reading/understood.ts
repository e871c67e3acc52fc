/** Whether lines are still understood: a log whose format was changed goes on, and nothing of it is observed. */
import type { LineTotal } from '../types.ts';

/** Lines are looked at over this long. */
export const UNDERSTOOD_WINDOW_MS = 5 * 60_000;
/** Fewer lines say nothing. */
const LINES_MIN = 100;
/** A source that was never understood better than this has lines of its own; they are no change. */
const UNPARSED_BEFORE_MAX = 0.1;
const BAD_SHARE = 0.5;
const WELL_SHARE = 0.2;

interface Count {
  readonly at: number;
  readonly lines: number;
  readonly unparsed: number;
}

/** What was counted over the last minutes, oldest first, and whether the format is known to have changed. */
export interface Understood {
  readonly counts: readonly Count[];
  /** Share of unparsed lines before the change; undefined while there is none. */
  readonly before?: number | undefined;
}

export interface UnparsedShare {
  /** Of the lines in the window. */
  readonly share: number;
  readonly lines: number;
  readonly unparsed: number;
  readonly before: number;
}

export function unparsedOf(totals: readonly LineTotal[]): number {
  return totals.reduce((sum, { pattern, count }) => (pattern === 'unmatched' ? sum + count : sum), 0);
}

/** Called from time to time with the totals since the first start. */
export function understand(known: Understood, totals: readonly LineTotal[], now: number): Understood {
  const lines = totals.reduce((sum, { count }) => sum + count, 0);
  const kept = known.counts.filter(({ at }) => at >= now - UNDERSTOOD_WINDOW_MS);
  const counts = [...kept, { at: now, lines, unparsed: unparsedOf(totals) }];
  const window = windowOf(counts);
  if (!window) return { counts, before: known.before };
  if (known.before !== undefined) return { counts, before: window.share <= WELL_SHARE ? undefined : known.before };
  const first = counts[0] as Count;
  const wasUnderstood = first.lines - first.unparsed >= LINES_MIN && window.before <= UNPARSED_BEFORE_MAX;
  return { counts, before: wasUnderstood && window.share > BAD_SHARE ? window.before : undefined };
}

/** Undefined where nothing can be said: too few lines, or much of the source was never understood. */
export function unparsedShare({ counts, before }: Understood): UnparsedShare | undefined {
  const window = windowOf(counts);
  if (!window) return undefined;
  if (before !== undefined) return { ...window, before };
  return window.share <= WELL_SHARE ? window : undefined;
}

function windowOf(counts: readonly Count[]): UnparsedShare | undefined {
  const [first] = counts;
  const last = counts.at(-1);
  if (!first || !last || last.lines - first.lines < LINES_MIN) return undefined;
  const lines = last.lines - first.lines;
  const unparsed = last.unparsed - first.unparsed;
  return { lines, unparsed, share: unparsed / lines, before: first.lines === 0 ? 0 : first.unparsed / first.lines };
}
