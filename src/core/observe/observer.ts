/** Turns the rows of a block into observations in a tally, column by column. */
import { ABSENT_TEXT, type Block, type Rows } from './block.ts';
import type { ListedTexts } from './listed-texts.ts';
import { type FieldOfSeries, isObserved, type ObservationSpec, type SeriesSpec } from './observation.ts';
import { createRowFilter } from './row-filter.ts';
import { createRuns, findRuns, type Runs } from './runs.ts';
import { sortBySeries } from './sorted-rows.ts';
import type { TallyBuilder } from './tally-builder.ts';
import type { TallySeries } from './tally-series.ts';
import type { Texts } from './texts.ts';

/** Observes the rows that are in the block now. Fields that it does not have are absent. */
export type Observer = () => void;

export interface ObserverParts {
  readonly observation: ObservationSpec;
  readonly block: Block;
  readonly texts: Texts;
  readonly builder: TallyBuilder;
}

/** Rows of a block, which may be as many. */
export function createObserver(parts: ObserverParts): Observer {
  const { block, observation } = parts;
  const timed: Rows = { at: new Int32Array(block.times.length), count: 0 };
  const rows: Rows = { at: new Int32Array(block.times.length), count: 0 };
  const runs = createRuns(block.times.length);
  const sorted = sortBySeries(observation.series, block);
  const series = observation.series.map((spec) => {
    const first = sorted.firstOf.get(spec);
    return { taken: first?.rows ?? timed, observeSeries: compileSeries(spec, parts, { runs, isDone: first?.isDone }) };
  });
  return () => {
    takeTimed(block, timed);
    sorted.sort(timed);
    for (const { taken, observeSeries } of series) {
      if (taken.count === 0) continue;
      observeSeries(taken === timed ? copied(timed, rows) : taken);
    }
  };
}

/** Those of all series, since one leaves only its own. */
function copied({ at, count }: Rows, rows: Rows): Rows {
  rows.at.set(at);
  rows.count = count;
  return rows;
}

function takeTimed({ times, rows: filled }: Block, rows: Rows): void {
  const { at } = rows;
  const end = filled();
  let count = 0;
  for (let row = 0; row < end; row += 1) {
    if (Number.isNaN(times[row])) continue;
    at[count] = row;
    count += 1;
  }
  rows.count = count;
}

interface Prepared {
  /** Made anew for each series. */
  readonly runs: Runs;
  /** A condition that the rows fulfil already. */
  readonly isDone: SeriesSpec['when'][number] | undefined;
}

function compileSeries(spec: SeriesSpec, parts: ObserverParts, { runs, isDone }: Prepared): (rows: Rows) => void {
  const { observation, block, texts, builder } = parts;
  const { seconds } = block;
  const left = spec.when.filter((one) => one !== isDone);
  const filters = left.map(({ field, condition }) => createRowFilter(field, condition, block, texts));
  const values = spec.value === undefined ? undefined : valuesOf(spec.value, block, texts);
  const labels = spec.by.flatMap((label) => {
    const ids = block.texts.get(label);
    return ids ? [{ ids, series: builder.labelled(spec.name, label) }] : [];
  });
  const tops = listed(observation.tops, spec.name, block).map(({ by, listed }) => ({
    texts: listed,
    list: builder.top(spec.name, by),
  }));
  const distincts = listed(observation.distincts ?? [], spec.name, block).map(({ by, listed }) => ({
    texts: listed,
    list: builder.distinct(spec.name, by),
  }));
  const lists = [...tops, ...distincts];

  /** What is told of each line by itself: that there are few such lines, or that their values spread. */
  function addEach(rows: Rows, seriesAt: (row: number) => TallySeries | undefined, numbers?: Float64Array): void {
    if (spec.evidence) keepLines(rows, seriesAt, parts);
    if (spec.histogram && numbers) builder.skip('series_over_limit', spreadRows(rows, seriesAt, seconds, numbers));
  }

  function addEachToTotal(rows: Rows, total: TallySeries, numbers?: Float64Array): void {
    if (spec.evidence) keepLines(rows, () => total, parts);
    if (spec.histogram && numbers) builder.skip('series_over_limit', total.spreadRows(rows, seconds, numbers));
  }

  return (rows) => {
    for (const filter of filters) filter(rows);
    const numbers = values?.();
    if (numbers) takeObserved(rows, numbers);
    if (rows.count === 0) return;
    const total = builder.total(spec.name);
    addTotal(total, rows, seconds, numbers);
    addEachToTotal(rows, total, numbers);
    for (const { ids, series } of labels) {
      series.add(rows, ids, seconds, numbers);
      addEach(rows, (row) => series.of(ids[row] as number), numbers);
    }
    if (lists.length > 0) findRuns(rows, seconds, runs);
    for (const { texts: listed, list } of lists) {
      listed.make?.(rows);
      builder.skip('series_over_limit', list.add(rows, runs, listed));
    }
  };
}

/** The fields that are listed for a series, with their columns. */
function listed(
  lists: readonly FieldOfSeries[],
  name: string,
  block: Block,
): { readonly by: string; readonly listed: ListedTexts }[] {
  return lists.flatMap(({ series, by }) => {
    const listed = series === name ? block.listed.get(by) : undefined;
    return listed ? [{ by, listed }] : [];
  });
}

/** The column of a field that is added up, as it is when the block is full; NaN where a text is no number. */
function valuesOf(field: string, block: Block, texts: Texts): () => Float64Array {
  const numbers = block.numbers.get(field);
  if (numbers) return () => numbers;
  const ids = block.texts.get(field);
  const read = new Float64Array(block.times.length).fill(Number.NaN);
  return () => {
    for (let row = 0; ids && row < block.rows(); row += 1) {
      const id = ids[row] as number;
      read[row] = id === ABSENT_TEXT ? Number.NaN : Number(texts.textOf(id));
    }
    return read;
  };
}

function takeObserved(rows: Rows, values: Float64Array): void {
  const { at, count } = rows;
  let left = 0;
  for (let index = 0; index < count; index += 1) {
    const row = at[index] as number;
    if (!isObserved(values[row] as number)) continue;
    at[left] = row;
    left += 1;
  }
  rows.count = left;
}

/** Lines come mostly in order: a second is looked up once, not once a line. */
function addTotal({ add }: TallySeries, { at, count }: Rows, seconds: Float64Array, values?: Float64Array): void {
  let second = Number.NaN;
  let lines = 0;
  let sum = 0;
  for (let index = 0; index < count; index += 1) {
    const row = at[index] as number;
    if (seconds[row] !== second) {
      if (lines > 0) add(second, lines, sum);
      second = seconds[row] as number;
      lines = 0;
      sum = 0;
    }
    lines += 1;
    sum += values ? (values[row] as number) : 1;
  }
  add(second, lines, sum);
}

/** Returns how many values found no room. */
function spreadRows(
  { at, count }: Rows,
  seriesAt: (row: number) => TallySeries | undefined,
  seconds: Float64Array,
  values: Float64Array,
): number {
  let dropped = 0;
  for (let index = 0; index < count; index += 1) {
    const row = at[index] as number;
    const isIn = seriesAt(row)?.spread(seconds[row] as number, values[row] as number) ?? true;
    if (!isIn) dropped += 1;
  }
  return dropped;
}

const MINUTE_MS = 60_000;

function keepLines(
  { at, count }: Rows,
  seriesAt: (row: number) => TallySeries | undefined,
  { block, builder }: ObserverParts,
): void {
  let second = Number.NaN;
  let minute = Number.NaN;
  for (let index = 0; index < count; index += 1) {
    const row = at[index] as number;
    if (block.seconds[row] !== second) {
      second = block.seconds[row] as number;
      minute = Math.floor(second / MINUTE_MS);
    }
    const series = seriesAt(row);
    if (series && builder.wants(series, minute)) series.keep(minute, block.times[row] as number, block.lineAt(row));
  }
}
