/** Builds the tally of one chunk. Everything in it is bounded; what is over a bound is counted. */
import type { LineTotal, SkipReason, Tally, TopCell } from '../types.ts';
import { flatCopy } from './flat-copy.ts';
import { LABEL_CHARS, seriesKey } from './series.ts';
import { createSpaceSaving, type SpaceSaving } from './space-saving.ts';
import { createTallySeries, type TallySeries } from './tally-series.ts';

/** Different series a tally holds; further label values count as `other`. */
export const MAX_SERIES = 2_000;
/** Different values of one label name in a tally. */
export const MAX_LABEL_VALUES = 200;
export const MAX_EXEMPLARS = 200;
export const EXEMPLAR_CHARS = 500;

const TOP_STEP_MS = 10_000;

export interface TallyBuilder {
  countLine(pattern: string, status: string): void;
  skip(reason: SkipReason): void;
  /** Series of a total, made at its first use. */
  total(name: string): TallySeries;
  /** Gives the series of each value of this label. */
  labelled(name: string, label: string): (value: string) => TallySeries;
  /** Adds keys to the heavy hitters of a series by a field. */
  top(series: string, by: string): (time: number, key: string) => void;
  /** Keeps the line for the series if there is room. */
  keep(series: TallySeries, time: number, line: string): void;
  build(facts: { readonly timeMax: number | undefined; readonly latenessMs: number }): Tally;
}

interface TopList {
  readonly series: string;
  readonly by: string;
  /** By the start of the ten seconds. */
  readonly steps: Map<number, SpaceSaving>;
}

export function createTallyBuilder(): TallyBuilder {
  const totals = new Map<string, Map<string, number>>();
  const series = new Map<string, TallySeries>();
  const labelValues = new Map<string, Set<string>>();
  const tops: TopList[] = [];
  const skipped: Partial<Record<SkipReason, number>> = {};
  let lines = 0;
  let exemplars = 0;
  let lastLine = '';
  let lastCopy = '';

  function skip(reason: SkipReason): void {
    skipped[reason] = (skipped[reason] ?? 0) + 1;
  }

  function admits(label: string, value: string): boolean {
    const values = inner(labelValues, label, () => new Set<string>());
    if (values.has(value)) return series.size < MAX_SERIES;
    if (values.size >= MAX_LABEL_VALUES || series.size >= MAX_SERIES) return false;
    values.add(value);
    return true;
  }

  function labelledSeries(known: Map<string, TallySeries>, name: string, label: string, value: string): TallySeries {
    const key = seriesKey(name, { [label]: value });
    // A long value may share its key with one that is already there.
    const isIn = series.has(key) || admits(label, value);
    if (!isIn) skip('series_over_limit');
    const admitted = isIn ? key : seriesKey(name, { [label]: 'other' });
    const made = inner(series, admitted, () => createTallySeries(admitted));
    if (isIn) known.set(value, made);
    return made;
  }

  return {
    countLine(pattern, status) {
      lines += 1;
      const ofPattern = inner(totals, pattern, () => new Map<string, number>());
      ofPattern.set(status, (ofPattern.get(status) ?? 0) + 1);
    },
    skip,
    total: (name) => inner(series, name, () => createTallySeries(name)),
    labelled(name, label) {
      const known = new Map<string, TallySeries>();
      return (value) => known.get(value) ?? labelledSeries(known, name, label, value);
    },
    top(name, by) {
      const found = tops.find((list) => list.series === name && list.by === by);
      const list = found ?? { series: name, by, steps: new Map<number, SpaceSaving>() };
      if (!found) tops.push(list);
      let start = Number.NaN;
      let step = createSpaceSaving();
      return (time, key) => {
        const current = time - (time % TOP_STEP_MS);
        // Lines come mostly in order: the ten seconds are looked up once, not once a line.
        if (current !== start) step = inner(list.steps, current, createSpaceSaving);
        start = current;
        step.add(key.length > LABEL_CHARS ? key.slice(0, LABEL_CHARS) : key);
      };
    },
    keep(one, time, line) {
      if (exemplars >= MAX_EXEMPLARS || !one.wants(time)) return;
      exemplars += 1;
      // One line is mostly kept for several series: they share the copy.
      if (line !== lastLine) lastCopy = flatCopy(line.slice(0, EXEMPLAR_CHARS).toWellFormed());
      lastLine = line;
      one.keep(time, lastCopy);
    },
    build: ({ timeMax, latenessMs }) => ({
      lines,
      totals: toTotals(totals),
      cells: [...series.values()].flatMap((one) => one.cells()),
      tops: toTopCells(tops),
      histograms: [],
      distincts: [],
      exemplars: [...series.values()].flatMap((one) => one.exemplars()),
      skipped,
      timeMax,
      latenessMs,
    }),
  };
}

function inner<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

function toTotals(totals: ReadonlyMap<string, ReadonlyMap<string, number>>): LineTotal[] {
  return [...totals].flatMap(([pattern, counts]) => [...counts].map(([status, count]) => ({ pattern, status, count })));
}

function toTopCells(tops: readonly TopList[]): TopCell[] {
  return tops.flatMap(({ series, by, steps }) =>
    [...steps].map(([time, list]) => ({
      series,
      by,
      time,
      entries: list.entries().map(([key, count]) => [flatCopy(key.toWellFormed()), count] as const),
    })),
  );
}
