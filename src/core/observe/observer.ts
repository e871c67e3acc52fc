/** Turns the fields of lines into observations in a tally. */
import type { FieldValue } from '../types.ts';
import { fulfils } from './condition.ts';
import type { ObservationSpec, SeriesSpec } from './observation.ts';
import type { TallyBuilder } from './tally-builder.ts';
import type { TallySeries } from './tally-series.ts';

/** Reads one field of a line. */
export type FieldReader<Line> = (line: Line) => FieldValue | undefined;

export interface Observer<Line> {
  /** `text` is the line as it stood in the log, for evidence. */
  observe(line: Line, time: number, text: string): void;
}

/** One observer a pattern and tally. Fields without a reader are absent. */
export function createObserver<Line>(
  observation: ObservationSpec,
  readerOf: (field: string) => FieldReader<Line> | undefined,
  builder: TallyBuilder,
): Observer<Line> {
  const series = observation.series.map((spec) => compileSeries(spec, observation, readerOf, builder));
  return {
    observe(line, time, text) {
      for (const observeSeries of series) observeSeries(line, time, text);
    },
  };
}

function compileSeries<Line>(
  spec: SeriesSpec,
  observation: ObservationSpec,
  readerOf: (field: string) => FieldReader<Line> | undefined,
  builder: TallyBuilder,
): (line: Line, time: number, text: string) => void {
  const absent = () => undefined;
  const conditions = spec.when.map(({ field, condition }) => ({ condition, read: readerOf(field) ?? absent }));
  const readValue = spec.value === undefined ? undefined : (readerOf(spec.value) ?? absent);
  const labels = knownFields(spec.by, readerOf).map(({ name, read }) => ({
    read,
    of: builder.labelled(spec.name, name),
  }));
  const fields = observation.tops.filter(({ series }) => series === spec.name).map(({ by }) => by);
  const tops = knownFields(fields, readerOf).map(({ name, read }) => ({ read, add: builder.top(spec.name, name) }));
  let total: TallySeries | undefined;

  function add(series: TallySeries, time: number, value: number, text: string): void {
    series.add(time, value);
    if (spec.evidence) builder.keep(series, time, text);
  }

  return (line, time, text) => {
    for (const { condition, read } of conditions) if (!fulfils(condition, read(line))) return;
    const value = readValue ? Number(readValue(line)) : 1;
    if (!Number.isFinite(value)) return;
    total ??= builder.total(spec.name);
    add(total, time, value, text);
    for (const { read, of } of labels) {
      const label = read(line);
      if (label !== undefined) add(of(String(label)), time, value, text);
    }
    for (const { read, add: addTop } of tops) {
      const key = read(line);
      if (key !== undefined) addTop(time, String(key));
    }
  };
}

function knownFields<Line>(
  names: readonly string[],
  readerOf: (field: string) => FieldReader<Line> | undefined,
): { readonly name: string; readonly read: FieldReader<Line> }[] {
  return names.flatMap((name) => {
    const read = readerOf(name);
    return read ? [{ name, read }] : [];
  });
}
