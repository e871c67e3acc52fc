/** What an attacker writes into labels, keys and lines cannot make pages grow, nor take the room of who was there before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REGISTERS } from '../../../src/core/observe/distinct.ts';
import { BUCKETS } from '../../../src/core/observe/histogram.ts';
import type { Cell } from '../../../src/core/types.ts';
import { type AnyPage, decodePage } from '../../../src/core/window/codec.ts';
import { EXEMPLAR_BYTES } from '../../../src/core/window/exemplar-room.ts';
import { RINGS } from '../../../src/core/window/rings.ts';
import { LABELLED_BYTES, MAX_SERIES_PER_PAGE, PAGE_BYTES } from '../../../src/core/window/room.ts';
import { DISTINCT_BYTES, HISTOGRAM_BYTES, TOPS_BYTES } from '../../../src/core/window/sketch-writer.ts';
import { type Added, createWindows } from '../../../src/core/window/windows.ts';

const T0 = Date.UTC(2026, 10, 25, 3, 0, 0);
const SKETCH_BYTES = TOPS_BYTES + HISTOGRAM_BYTES + DISTINCT_BYTES + 64;
/** Sizes in which Redis' allocator (jemalloc) gives memory from 16 KiB on: four for each doubling. */
const classOf = (bytes: number): number => {
  const step = 2 ** (Math.ceil(Math.log2(bytes)) - 3);
  return Math.ceil(bytes / step) * step;
};

test('all pages of all rings, each as full as can be, are less than 16 MB in Redis', () => {
  const [seconds, minutes, sketches] = RINGS;
  const sums = ((seconds?.pages ?? 0) + (minutes?.pages ?? 0)) * classOf(PAGE_BYTES + 64);
  // Exemplars are bounded by the minute: at worst they make each page of it need the next size.
  const each = classOf(SKETCH_BYTES + EXEMPLAR_BYTES / 6 + 64);

  assert.ok(sums + (sketches?.pages ?? 0) * each < 16_000_000, `${sums} + ${(sketches?.pages ?? 0) * each}`);
});

test('no page outgrows its bytes, whatever is counted by label, in tops, in sketches and as lines', () => {
  const windows = createWindows();
  let fullest = 0;
  for (let round = 0; round < 20; round += 1) {
    windows.add(flood(round, T0 + round * 5_000));
    for (const { bytes } of windows.takeChanged()) {
      const page = decodePage(bytes) as AnyPage;
      if (page.ring === 't') assert.ok(bytes.length <= SKETCH_BYTES + EXEMPLAR_BYTES, `${bytes.length}`);
      else assert.ok(bytes.length <= PAGE_BYTES, `${bytes.length}`);
      if (page.ring !== 't') fullest = Math.max(fullest, bytes.length);
    }
  }
  // Else nothing was tested.
  assert.ok(fullest > LABELLED_BYTES, `${fullest}`);
});

test('the lines of one minute take no more than their bytes', () => {
  const windows = createWindows();
  for (let round = 0; round < 12; round += 1) windows.add(flood(round, T0 + round * 5_000));

  const lines = windows
    .takeChanged()
    .map(({ bytes }) => decodePage(bytes) as AnyPage)
    .flatMap((page) => (page.ring === 't' ? page.exemplars : []));
  const bytes = lines.reduce((sum, { line, series }) => sum + Buffer.byteLength(line) + Buffer.byteLength(series), 0);
  assert.ok(bytes > EXEMPLAR_BYTES / 2 && bytes <= EXEMPLAR_BYTES, `${bytes}`);
});

test('label values that were there before keep their series, and no observation is lost', () => {
  for (const isRestarted of [false, true]) {
    let windows = createWindows();
    const stored = new Map<string, Uint8Array>();
    for (let minute = 0; minute < 4; minute += 1) {
      const time = T0 + minute * 60_000;
      // A busy minute of 40 vhosts first, then three in which 6,000 fresh ones come before each of them.
      if (minute > 0) windows.add(only(fresh(minute, time, 6_000)));
      windows.add(only(known(time)));
      for (const { name, bytes } of windows.takeChanged()) stored.set(name, bytes);
      if (!isRestarted) continue;
      windows = createWindows();
      windows.load([...stored.values()]);
    }

    const pages = [...stored.values()].map((bytes) => decodePage(bytes) as AnyPage);
    for (let minute = 0; minute < 4; minute += 1) {
      const page = pages.find((one) => one.ring === 's' && one.page === T0 / 60_000 + minute);
      assert.ok(page && page.ring === 's');
      for (const { series } of known(T0)) assert.equal(countOf(page, series), 60, series);
      const all = [...page.series.keys()].reduce((sum, series) => sum + countOf(page, series), 0);
      assert.equal(all, 40 * 60 + (minute > 0 ? 6_000 : 0));
    }
  }
});

test('a value that is fresh finds room again a page after the flood', () => {
  const windows = createWindows();
  for (let minute = 0; minute < 3; minute += 1) windows.add(only(fresh(minute, T0 + minute * 60_000, 6_000)));
  const late = { series: 'http.requests{vhost=new.example.com}', time: T0 + 180_000, count: 1, sum: 1 };

  windows.add(only([late]));

  const pages = windows.takeChanged().map(({ bytes }) => decodePage(bytes));
  const seconds = pages.find((page) => page?.ring === 's' && page.page === T0 / 60_000 + 3);
  assert.ok(seconds?.ring === 's' && seconds.series.has(late.series));
});

test('more short label values than series are allowed count under other', () => {
  const windows = createWindows();
  const cells = Array.from({ length: 5_000 }, (_, i) => cellOf(`x{a=${i}}`, T0));

  const refused = windows.add(only(cells));

  const [page] = windows.takeChanged().map(({ bytes }) => decodePage(bytes));
  assert.ok(page?.ring === 's');
  assert.equal(page.series.size, MAX_SERIES_PER_PAGE + 1);
  assert.equal(countOf(page, 'x{a=other}'), refused);
});

/** 1,000 fresh label values of 100 letters that take nine bytes each, over four seconds, and as many keys and lines. */
function flood(round: number, time: number): Added {
  const value = (i: number) => `${round}.${i}.${'語'.repeat(100)}`;
  const keys = Array.from(
    { length: 1_000 },
    (_, i) => `http.requests{vhost=${i % 2 ? `${i}${'%E8%AA%9E'.repeat(99)}` : `v${round * 1_000 + i}`}}`,
  );
  const ten = time - (time % 10_000);
  const buckets = Array.from({ length: BUCKETS }, (_, bucket) => [bucket, 2 ** 21] as const);
  const registers = new Uint8Array(REGISTERS).map((_, i) => 1 + (i % 23));
  return {
    cells: keys.flatMap((series) =>
      [0, 1_000, 2_000, 3_000].map((ms) => ({ series, time: time + ms, count: 200, sum: 0.1 })),
    ),
    tops: Array.from({ length: 70 }, (_, list) => ({
      ...{ series: 'http.requests', by: `field${list}`, time: ten },
      entries: Array.from({ length: 32 }, (_, i) => [value(i).slice(0, 100), 2 ** 20] as const),
    })),
    histograms: [...keys.slice(0, 20), 'http.time', 'http.slow'].map((series) => ({ series, time: ten, buckets })),
    distincts: [...keys.slice(0, 20), 'http.requests'].map((series) => ({
      series,
      by: 'client',
      time: ten,
      registers,
    })),
    exemplars: keys.slice(0, 200).map((series, i) => ({ series, time, line: `${value(i)}${'語'.repeat(390)}` })),
  };
}

function known(time: number): Cell[] {
  return Array.from({ length: 40 }, (_, i) =>
    Array.from({ length: 60 }, (_, second) =>
      cellOf(`http.requests{vhost=shop${i}.example.com}`, time + second * 1_000),
    ),
  ).flat();
}

function fresh(minute: number, time: number, values: number): Cell[] {
  return Array.from({ length: values }, (_, i) => cellOf(`http.requests{vhost=${minute}x${i}.evil.example}`, time));
}

function cellOf(series: string, time: number): Cell {
  return { series, time, count: 1, sum: 1 };
}

function only(cells: readonly Cell[]): Added {
  return { cells, tops: [], exemplars: [] };
}

function countOf(page: AnyPage, series: string): number {
  if (page.ring === 't') return 0;
  return page.series.get(series)?.counts.reduce((sum, count) => sum + count, 0) ?? 0;
}
