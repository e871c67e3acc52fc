/** How the judged series of a fault is read for people: as a share, a number, a sum or a mean. */
import { seriesKey } from '../observe/series.ts';
import type { EvidenceView, WatchSpec } from '../plugin.ts';
import type { Fault } from '../types.ts';
import { isSilence } from './wording.ts';

export type Reading = 'share' | 'count' | 'sum' | 'mean';

/** Where a watch does not say, its unit does. */
export function readingOf(fault: Fault, watch: WatchSpec): Reading {
  const { statistic } = watch.options;
  if (wholeName(watch) !== undefined) return 'share';
  if (statistic === 'count' || statistic === 'sum' || statistic === 'mean') return statistic;
  const isCounted = isSilence({ finding: fault.last, detector: watch.detector }) || fault.last.unit === 'count';
  return isCounted ? 'count' : 'mean';
}

/** Null where there was nothing to take a share or a mean of. */
export function readValue(
  view: EvidenceView,
  reading: Reading,
  keys: { readonly series: string; readonly labels: Fault['last']['labels']; readonly whole?: string | undefined },
  { from, to }: { readonly from: number; readonly to: number },
): number | null {
  const { count, sum } = view.sum(keys.series, from, to);
  if (reading === 'count') return count;
  if (reading === 'sum') return sum;
  if (reading === 'mean') return count === 0 ? null : sum / count;
  const all = view.sum(seriesKey(keys.whole ?? '', keys.labels), from, to).count;
  return all === 0 ? null : Math.min(1, count / all);
}

/** Series of all observations, where a share is judged. */
export function wholeName({ options: { whole } }: WatchSpec): string | undefined {
  return typeof whole === 'string' ? whole : undefined;
}
