/** What the readings of a check say around its fault: how many failed, and when it was last well. */
import { CHECK_SERIES } from '../check.ts';
import { parseSeriesKey } from '../observe/series.ts';
import type { EvidenceView, WatchSpec } from '../plugin.ts';
import type { CheckReadings, Fault, MailModel } from '../types.ts';

/** As far as a view reaches for certain. */
const LOOKED_BACK_MS = 2 * 3_600_000;
const SECOND_MS = 1_000;
/** Where a watch does not say how many of its readings make a fault. */
const CONFIRM_OF = 3;

/** Undefined for what is no check, and where its readings are not kept any more. */
export function checkReadingsOf(
  fault: Fault,
  watch: WatchSpec,
  { view, at, transition }: { view: EvidenceView; at: number; transition: MailModel['transition'] },
): CheckReadings | undefined {
  const { series } = fault.last;
  const { since } = fault.first;
  if (parseSeriesKey(series).name !== CHECK_SERIES) return undefined;
  const limit = watch.confirm?.of ?? CONFIRM_OF;
  const last = countsOf(readingsBack(view, series, { from: since, to: at, limit }));
  const { count, sum } = transition === 'resolved' ? view.sum(series, since, at) : last;
  if (count === 0) return undefined;
  const [before] = readingsBack(view, series, { from: since - LOOKED_BACK_MS, to: since, limit: 1 });
  const { every } = watch.options;
  return {
    failed: sum,
    of: count,
    ...(typeof every === 'number' && { everyMs: every }),
    ...(before?.isWrong === false && { lastWell: before.time }),
  };
}

interface Reading {
  readonly time: number;
  readonly isWrong: boolean;
}

/** Newest first. */
function readingsBack(
  view: EvidenceView,
  series: string,
  { from, to, limit }: { readonly from: number; readonly to: number; readonly limit: number },
): readonly Reading[] {
  const found: Reading[] = [];
  let end = to;
  while (found.length < limit) {
    const time = view.lastSeen(series, from, end);
    if (time === undefined) break;
    found.push({ time, isWrong: view.sum(series, time, time + SECOND_MS).sum > 0 });
    end = time;
  }
  return found;
}

function countsOf(readings: readonly Reading[]): { readonly count: number; readonly sum: number } {
  return { count: readings.length, sum: readings.filter(({ isWrong }) => isWrong).length };
}
