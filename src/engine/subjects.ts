/** What a watch is judged for at a step: the total, or each value of its label. */
import { parseSeriesKey, seriesKey } from '../core/observe/series.ts';
import type { EvidenceView, JudgeInput, WatchSpec } from '../core/plugin.ts';
import type { Fault } from '../core/types.ts';

/** Label values one watch judges at a step, those with the most observations. */
export const MAX_JUDGED_LABELS = 50;
/** Label values whose names are kept from step to step; beyond it they are made anew. */
const MAX_KEPT = 200;

export interface Subject {
  /** Dedup key of its fault. */
  readonly key: string;
  /** Under which its baseline is kept: the label value, '' for the total. */
  readonly name: string;
  readonly label: JudgeInput['label'];
}

export interface Subjects {
  /** Open faults are judged even when their label went silent. */
  at(view: EvidenceView, now: number, open: readonly Fault[]): readonly Subject[];
}

/** Of one watch on one source. `input` is the series whose label values count. */
export function createSubjects(watch: WatchSpec, source: string, input: string): Subjects {
  const { by } = watch;
  if (by === undefined) {
    const total = [{ key: `${watch.name} ${source}`, name: '', label: undefined }];
    return { at: () => total };
  }
  const kept = new Map<string, Subject>();
  let last: { keys: readonly string[]; subjects: readonly Subject[] } = { keys: [], subjects: [] };

  function subjectOf(value: string, label: string): Subject {
    const known = kept.get(value);
    if (known) return known;
    if (kept.size >= MAX_KEPT) kept.clear();
    const key = `${watch.name} ${source} ${seriesKey('', { [label]: value })}`;
    const subject = { key, name: value, label: { name: label, value } };
    kept.set(value, subject);
    return subject;
  }

  return {
    at(view, now, open) {
      const keys = view.keys(input, by, now, MAX_JUDGED_LABELS);
      // A view gives the same list again while the label values are the same.
      if (keys !== last.keys) {
        last = { keys, subjects: keys.map((key) => subjectOf(parseSeriesKey(key).labels[by] ?? '', by)) };
      }
      if (open.length === 0) return last.subjects;
      return [...new Set([...last.subjects, ...open.map((fault) => subjectOf(fault.first.labels[by] ?? '', by))])];
    },
  };
}
