/** What a reading of a check becomes: numbers of the machine's source, with what was said as their lines. */
import { CAUSE_SERIES, CHANGE_SERIES, CHECK_SERIES, type CheckReading } from '../../core/check.ts';
import { seriesKey } from '../../core/observe/series.ts';
import type { Measurement } from '../../core/plugin.ts';
import type { KnownCheck } from '../knowing/checks.ts';

/** Sentences of one reading that are kept. */
const LINES_MAX = 5;

export function measurementsOf(
  { name, kind }: Pick<KnownCheck, 'name' | 'kind'>,
  { cause, said, lines = [], figures = {}, changes = [] }: CheckReading,
): readonly Measurement[] {
  const labels = { check: name };
  const failed = { series: seriesKey(CHECK_SERIES, labels), value: cause === undefined ? 0 : 1 };
  return [
    cause === undefined ? failed : { ...failed, lines: [said, ...lines].slice(0, LINES_MAX) },
    ...(cause === undefined ? [] : [{ series: seriesKey(CAUSE_SERIES, { ...labels, cause }), value: 1 }]),
    ...Object.entries(figures).map(([figure, value]) => ({ series: seriesKey(`check.${figure}`, labels), value })),
    ...changesOf(kind, changes),
  ];
}

function changesOf(kind: string, changes: readonly string[]): readonly Measurement[] {
  if (changes.length === 0) return [];
  const lines = changes.slice(0, LINES_MAX);
  return [{ series: seriesKey(CHANGE_SERIES, { kind }), value: changes.length, lines }];
}
