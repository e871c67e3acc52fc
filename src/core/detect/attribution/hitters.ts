/** Heavy hitters of one field over some time, with how far they may be off. */
import { TOP_CAPACITY } from '../../observe/space-saving.ts';
import type { EvidenceView } from '../../plugin.ts';
import { SKETCH_STEP_MS } from '../sketched.ts';

export interface Span {
  /** Whole ten seconds. */
  readonly from: number;
  readonly to: number;
}

export interface Hitters {
  /** Observations of the series, listed or not. */
  readonly total: number;
  readonly listed: number;
  /** Every key is listed with all that it had: what is not listed lacks the field. */
  readonly isExact: boolean;
  /** Most first. */
  readonly keys: readonly string[];
  /** At least so many were of this key. */
  least(key: string): number;
  /** And at most so many. */
  most(key: string): number;
}

/** Lists are cut to their room of bytes too: keys that are longer all in all may be lists that were cut. */
const EXACT_CHARS = 600;

/**
 * Space-Saving counts a key too low by no more than total / capacity (Metwally et al. 2005), and no key can have more of what is
 * unlisted than there is.
 */
export function hittersOf(entries: readonly (readonly [key: string, count: number])[], total: number): Hitters {
  const counts = new Map(entries);
  const listed = entries.reduce((sum, [, count]) => sum + count, 0);
  const whole = Math.max(total, listed);
  const chars = entries.reduce((sum, [key]) => sum + key.length, 0);
  const isExact = entries.length < TOP_CAPACITY && chars <= EXACT_CHARS;
  const slack = isExact ? 0 : Math.min(whole - listed, whole / TOP_CAPACITY);
  const least = (key: string) => counts.get(key) ?? 0;
  return { total: whole, listed, isExact, keys: [...counts.keys()], least, most: (key) => least(key) + slack };
}

/** By field; none where nothing is listed of the series. */
export function hittersBy(view: EvidenceView, series: string, { from, to }: Span): ReadonlyMap<string, Hitters> {
  if (to <= from) return new Map();
  const total = view.sum(series, from, to).count;
  return new Map(view.tops(series, from, to).map(({ by, entries }) => [by, hittersOf(entries, total)]));
}

export interface Spans {
  /** From the first bad second on, as far as sketches are kept. */
  readonly now: Span;
  /** The ten minutes ahead of it; undefined where they are not kept any more. */
  readonly before?: Span | undefined;
}

const BEFORE_MS = 600_000;
/** Less is no past to compare with. */
const BEFORE_LEAST_MS = 120_000;

/** `from` and `to` are those of the fault, `kept` the oldest time of which everything is kept. */
export function spansOf(from: number, to: number, kept: number): Spans {
  const oldest = up(kept);
  const start = down(from);
  const now = { from: Math.max(start, oldest), to: up(to) };
  const before = { from: Math.max(start - BEFORE_MS, oldest), to: start };
  return before.to - before.from < BEFORE_LEAST_MS ? { now } : { now, before };
}

function down(time: number): number {
  return Math.floor(time / SKETCH_STEP_MS) * SKETCH_STEP_MS;
}

function up(time: number): number {
  return Math.ceil(time / SKETCH_STEP_MS) * SKETCH_STEP_MS;
}
