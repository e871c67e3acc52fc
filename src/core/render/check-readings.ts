/** What the readings of a check say around its fault: how many failed, and when it was last well. */
import { CHECK_SERIES } from '../check.ts';
import { CONFIRM_OF } from '../decide/confirm.ts';
import { type Reading, readingsBack } from '../detect/readings.ts';
import { parseSeriesKey } from '../observe/series.ts';
import type { EvidenceView, WatchSpec } from '../plugin.ts';
import type { CheckReadings, Fault, MailModel } from '../types.ts';

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
  const looked = readingsBack(view, series, { from: since, to: at, limit });
  const last = countsOf(looked);
  const { count, sum } = transition === 'resolved' ? view.sum(series, since, at) : last;
  if (count === 0) return undefined;
  const [before] = readingsBack(view, series, { from: view.from, to: since, limit: 1 });
  const { every } = watch.options;
  return {
    failed: sum,
    of: count,
    ...(looked.length > 1 && { withinMs: spanOf(looked) }),
    ...(typeof every === 'number' && { everyMs: every }),
    ...(before?.isWrong === false && { lastWell: before.time }),
  };
}

function spanOf(readings: readonly Reading[]): number {
  return (readings[0]?.time ?? 0) - (readings.at(-1)?.time ?? 0);
}

function countsOf(readings: readonly Reading[]): { readonly count: number; readonly sum: number } {
  return { count: readings.length, sum: readings.filter(({ isWrong }) => isWrong).length };
}
