/** Builds the tally of one chunk after the other. Everything in it is bounded; what is over a bound is counted. */
import type { LineTotal, SkipReason, Tally } from '../types.ts';
import { createDistinctList, type DistinctList } from './distinct-list.ts';
import { type Admitted, createLabelledSeries, type LabelledSeries } from './labelled-series.ts';
import { seriesKey } from './series.ts';
import { createTallySeries, type TallySeries } from './tally-series.ts';
import type { Texts } from './texts.ts';
import { createTopList, type SpareLists, type TopList } from './top-list.ts';

/** Different series a tally holds; further label values count as `other`. */
export const MAX_SERIES = 2_000;
/** Different values of one label name in a tally. */
export const MAX_LABEL_VALUES = 200;
export const MAX_EXEMPLARS = 200;
export const EXEMPLAR_CHARS = 500;

export interface TallyBuilder {
  countLines(pattern: string, status: string, count: number): void;
  skip(reason: SkipReason, count?: number): void;
  /** Series of a total, made at its first use in a tally. */
  total(name: string): TallySeries;
  labelled(name: string, label: string): LabelledSeries;
  top(series: string, by: string): TopList;
  distinct(series: string, by: string): DistinctList;
  /** True where the series and the tally have room for a line in this minute; then it must be kept. */
  wants(series: TallySeries, minute: number): boolean;
  /** Gives ids anew where it is time to. Between two blocks only. */
  renewTexts(): void;
  /** Ends the tally; the next one begins. */
  build(facts: { readonly timeMax: number | undefined; readonly latenessMs: number }): Tally;
}

export function createTallyBuilder(texts: Texts): TallyBuilder {
  const labelled = new Map<string, LabelledSeries>();
  const tops = new Map<string, TopList>();
  const spares: SpareLists = [];
  const distincts = new Map<string, DistinctList>();
  const counts = { tops: { parts: 0 }, distincts: { parts: 0 }, spreads: { parts: 0 } };
  const series = new Map<string, TallySeries>();
  const labelValues = new Map<string, Set<string>>();
  const totals = new Map<string, Map<string, number>>();
  let skipped: Partial<Record<SkipReason, number>> = {};
  let lines = 0;
  let exemplars = 0;

  function skip(reason: SkipReason, count = 1): void {
    if (count > 0) skipped[reason] = (skipped[reason] ?? 0) + count;
  }

  function seriesOf(key: string): TallySeries {
    return inner(series, key, () => createTallySeries(key, counts.spreads));
  }

  function admits(label: string, value: string): boolean {
    const values = inner(labelValues, label, () => new Set<string>());
    if (values.has(value)) return series.size < MAX_SERIES;
    if (values.size >= MAX_LABEL_VALUES || series.size >= MAX_SERIES) return false;
    values.add(value);
    return true;
  }

  function admit(name: string, label: string, value: string): Admitted {
    const key = seriesKey(name, { [label]: value });
    const isIn = series.has(key) || admits(label, value);
    return { series: seriesOf(isIn ? key : seriesKey(name, { [label]: 'other' })), isIn };
  }

  function reset(): void {
    for (const one of labelled.values()) one.forget();
    for (const list of [...tops.values(), ...distincts.values()]) list.clear();
    for (const count of Object.values(counts)) count.parts = 0;
    for (const map of [series, labelValues, totals]) map.clear();
    skipped = {};
    lines = 0;
    exemplars = 0;
  }

  return {
    countLines(pattern, status, count) {
      lines += count;
      const ofPattern = inner(totals, pattern, () => new Map<string, number>());
      ofPattern.set(status, (ofPattern.get(status) ?? 0) + count);
    },
    skip,
    total: seriesOf,
    labelled: (name, label) =>
      inner(labelled, `${name} ${label}`, () =>
        createLabelledSeries({
          texts,
          admit: (value) => admit(name, label, value),
          onOther: () => skip('series_over_limit'),
        }),
      ),
    top: (name, by) => inner(tops, `${name} ${by}`, () => createTopList(name, by, counts.tops, spares)),
    distinct: (name, by) => inner(distincts, `${name} ${by}`, () => createDistinctList(name, by, counts.distincts)),
    wants(one, minute) {
      if (exemplars >= MAX_EXEMPLARS || !one.wants(minute)) return false;
      exemplars += 1;
      return true;
    },
    renewTexts() {
      if (!texts.isFull()) return;
      texts.renew();
      for (const one of labelled.values()) one.forget();
    },
    build({ timeMax, latenessMs }) {
      const all = [...series.values()];
      const tally = {
        lines,
        totals: toTotals(totals),
        cells: all.flatMap((one) => one.cells()),
        tops: byName(tops).flatMap((list) => list.cells()),
        histograms: all.flatMap((one) => one.histograms()),
        distincts: byName(distincts).flatMap((list) => list.cells()),
        exemplars: all.flatMap((one) => one.exemplars()),
        skipped,
        timeMax,
        latenessMs,
      };
      reset();
      return tally;
    },
  };
}

function inner<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}

/** Lists stay from tally to tally: their order must not tell which was met first. */
function byName<List>(lists: ReadonlyMap<string, List>): readonly List[] {
  return [...lists].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, list]) => list);
}

function toTotals(totals: ReadonlyMap<string, ReadonlyMap<string, number>>): LineTotal[] {
  return [...totals].flatMap(([pattern, counts]) => [...counts].map(([status, count]) => ({ pattern, status, count })));
}
