/** From what stands in the files to the data the core works with. */
import type { FieldOfSeries, ObservationSpec } from '../core/observe/observation.ts';
import type { PatternSpec } from '../core/parse/pattern.ts';
import type { WatchSpec } from '../core/plugin.ts';
import type { ObservationFile, PatternFile } from './pattern-schema.ts';

const NOTHING: ObservationFile = { series: [], tops: [], distincts: [], watches: [] };

/** The observation stands in the pattern itself, or is the shared one given. */
export function toPatternSpec(file: PatternFile, shared: ObservationFile | undefined): PatternSpec {
  const { observe, samples, expressions = [], ...rest } = file;
  const observation = typeof observe === 'object' ? observe : (shared ?? NOTHING);
  return { ...rest, expressions, samples, observation: toObservationSpec(observation) };
}

export function toObservationSpec(file: ObservationFile): ObservationSpec {
  return {
    series: file.series.map(({ when, ...rest }) => ({
      ...rest,
      when: Object.entries(when).map(([field, condition]) => ({ field, condition })),
    })),
    tops: file.tops.flatMap(toFieldsOfSeries),
    distincts: file.distincts.flatMap(toFieldsOfSeries),
  };
}

function toFieldsOfSeries({ series, by }: ObservationFile['tops'][number]): readonly FieldOfSeries[] {
  return series.flatMap((name) => by.map((field) => ({ series: name, by: field })));
}

export function toWatchSpec(watch: ObservationFile['watches'][number]): WatchSpec {
  const { clearAfter, ...rest } = watch;
  return { ...rest, clearAfterMs: clearAfter };
}
