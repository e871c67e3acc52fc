/**
 * Silence in the first half hour, while the gaps of a series are hardly known: three times as much of it is wanted, and that it is not
 * the end of one client, as of a scanner that came just when linesman was started, or of somebody who tries it.
 */
import type { WindowView } from '../plugin.ts';
import type { Gaps } from './gaps.ts';

/** Seen so long, and with so many observations. */
const SEEN_MS = 4 * 60_000;
const LINES = 300;
/** Times the silence that is told later. */
const TIMES = 3;
/** Where it takes longer there is too little traffic to say so before it is known. Heavy hitters are kept for longer than that and BEFORE_MS. */
const LIMIT_MAX_MS = 600_000;
const STEP_MS = 10_000;
const BEFORE_MS = 300_000;
const BY = 'client';
/** A client with so much of the last minutes may be all there was. */
const ONE_SHARE = 0.5;

interface FirstSilence {
  readonly gaps: Gaps;
  /** From which it is told later. */
  readonly limitMs: number;
  readonly view: Pick<WindowView, 'count' | 'top'>;
  readonly series: string;
  /** It was told: who asked before it is not asked again, and not known for long. */
  readonly isOpen: boolean;
}

/** Milliseconds of silence from which it is told; undefined where nothing can be said yet. */
export function firstLimitMs({ gaps, limitMs, view, series, isOpen }: FirstSilence): number | undefined {
  if (gaps.last - gaps.start < SEEN_MS || gaps.lines < LINES || limitMs * TIMES > LIMIT_MAX_MS) return undefined;
  return isOpen || areMany(gaps, view, series) ? limitMs * TIMES : undefined;
}

/** Of a log that does not say who asks, as that of a job which just ended, nobody knows. */
function areMany({ last }: Gaps, view: FirstSilence['view'], series: string): boolean {
  const to = (Math.floor(last / STEP_MS) + 1) * STEP_MS;
  const [busiest] = view.top(series, BY, to - BEFORE_MS, to);
  return busiest !== undefined && busiest[1] <= view.count(series, to - BEFORE_MS, to) * ONE_SHARE;
}

/** Longer than this it is not begun to be told: who asked before it is not known any more. */
export const FIRST_MAX_MS = LIMIT_MAX_MS;
