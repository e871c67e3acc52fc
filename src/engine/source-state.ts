/** What a source remembers, and how a tally changes it. */
import type { ByteReason, Ledger, LineTotal, SkipCounts, SkipReason, SourceState, Tally } from '../core/types.ts';

/**
 * Lines behind by one second are not late: stamps are whole seconds, Nginx workers each cache theirs, so lines at the
 * border change places. Such a line still counts in every later window; waiting for it would cost a second each time.
 */
const BORDER_MS = 1_000;
/** Steps are kept open at most this long: a file that is written by fits must not hold back all judging. */
export const LATENESS_MAX_MS = 10_000;

/** What remains of the lateness shown, for each minute of event time without such a line. */
const LATENESS_KEPT_A_MINUTE = 0.9;

export function emptySourceState(): SourceState {
  return { version: 1, files: [], totals: [], skipped: {}, latenessMs: 0 };
}

export function withTally(state: SourceState, tally: Tally, seriesOver: number): SourceState {
  const skipped = seriesOver > 0 ? addSkipped(tally.skipped, { series_over_limit: seriesOver }) : tally.skipped;
  const watermark = tally.timeMax === undefined ? state.watermark : Math.max(state.watermark ?? 0, tally.timeMax);
  return {
    ...state,
    totals: addTotals(state.totals, tally.totals),
    skipped: addSkipped(state.skipped, skipped),
    watermark,
    latenessMs: latenessAfter(state, watermark, tally.latenessMs),
  };
}

function latenessAfter(state: SourceState, watermark: number | undefined, shownMs: number): number {
  const minutes = Math.floor((watermark ?? 0) / 60_000) - Math.floor((state.watermark ?? watermark ?? 0) / 60_000);
  const kept = state.latenessMs * LATENESS_KEPT_A_MINUTE ** minutes;
  return Math.min(LATENESS_MAX_MS, Math.max(kept, shownMs - BORDER_MS, 0));
}

export function addTotals(totals: readonly LineTotal[], more: readonly LineTotal[]): readonly LineTotal[] {
  const sums = new Map(totals.map((total) => [`${total.pattern}\0${total.status}`, total]));
  for (const total of more) {
    const key = `${total.pattern}\0${total.status}`;
    sums.set(key, { ...total, count: total.count + (sums.get(key)?.count ?? 0) });
  }
  return [...sums.values()];
}

export function addSkipped(counts: SkipCounts, more: SkipCounts): SkipCounts {
  const sums: Partial<Record<SkipReason, number>> = { ...counts };
  for (const [reason, count] of Object.entries(more) as [SkipReason, number][])
    sums[reason] = (sums[reason] ?? 0) + count;
  return sums;
}

export function addLedger(ledger: Ledger | undefined, more: Ledger): Ledger {
  const skipped: Partial<Record<ByteReason, number>> = { ...ledger?.skipped };
  for (const [reason, bytes] of Object.entries(more.skipped) as [ByteReason, number][])
    skipped[reason] = (skipped[reason] ?? 0) + bytes;
  return { present: (ledger?.present ?? 0) + more.present, taken: (ledger?.taken ?? 0) + more.taken, skipped };
}
