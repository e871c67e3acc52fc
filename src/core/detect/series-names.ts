/** The series a detector reads, for the total and for each label value, named once: naming one takes longer than judging it. */
import { seriesKey } from '../observe/series.ts';
import type { JudgeInput } from '../plugin.ts';

/** Label values whose names are kept; beyond it they are made anew. */
const MAX_KEPT = 200;

export interface SeriesNames {
  readonly labels: Readonly<Record<string, string>>;
  /** Keys of the detector's series, in their order. */
  readonly keys: readonly string[];
}

export function createSeriesNames(names: readonly string[]): (label: JudgeInput['label']) => SeriesNames {
  const total = { labels: {}, keys: names };
  const kept = new Map<string, SeriesNames>();

  return (label) => {
    if (label === undefined) return total;
    const known = kept.get(label.value);
    if (known && Object.hasOwn(known.labels, label.name)) return known;
    if (kept.size >= MAX_KEPT) kept.clear();
    const labels = { [label.name]: label.value };
    const made = { labels, keys: names.map((name) => seriesKey(name, labels)) };
    kept.set(label.value, made);
    return made;
  };
}
