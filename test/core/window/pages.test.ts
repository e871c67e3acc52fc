/** Properties of stored pages: bytes and back, any split of the same observations, bounds whatever comes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { addDistinct, distinctHash, REGISTERS } from '../../../src/core/observe/distinct.ts';
import { BUCKETS } from '../../../src/core/observe/histogram.ts';
import { seriesKey } from '../../../src/core/observe/series.ts';
import { type AnyPage, decodePage, encodePage } from '../../../src/core/window/codec.ts';
import { PAGE_BYTES } from '../../../src/core/window/room.ts';
import { TOP_KEYS } from '../../../src/core/window/top-list.ts';
import { type Added, createWindows } from '../../../src/core/window/windows.ts';

const T0 = Date.UTC(2026, 10, 25, 3, 0, 0);
/** Enough for the lines of a chunk to reach over several pages of every ring but the hours. */
const SPAN_MS = 3 * 60_000;

const text = fc.string({ unit: 'binary', maxLength: 12 });
const time = fc.nat(SPAN_MS - 1).map((ms) => T0 + ms);
const count = fc.oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 2 ** 40 }));
const series = fc.oneof(
  fc.constantFrom('http.requests', 'http.5xx'),
  text.map((value) => seriesKey('http.requests', { vhost: value })),
);

const cell = fc.record({ series, time: time.map(floorTo(1_000)), count, sum: count });
const top = fc.record({
  ...{ series: fc.constantFrom('http.requests', 'http.5xx'), by: fc.constantFrom('route', 'client') },
  time: time.map(floorTo(10_000)),
  entries: fc.array(fc.tuple(text, count), { maxLength: 8 }),
});
const histogram = fc.record({
  series,
  time: time.map(floorTo(10_000)),
  buckets: fc.uniqueArray(fc.tuple(fc.nat(BUCKETS - 1), count), { maxLength: 20, selector: ([bucket]) => bucket }),
});
const distinct = fc.record({
  ...{ series, by: fc.constantFrom('client', 'agent'), time: time.map(floorTo(10_000)) },
  registers: fc.array(text, { maxLength: 400 }).map(registersOf),
});
const exemplar = fc.record({ series, time, line: fc.string({ unit: 'binary', maxLength: 40 }) });
const tally: fc.Arbitrary<Required<Added>> = fc.record({
  cells: fc.array(cell, { maxLength: 30 }),
  tops: fc.array(top, { maxLength: 5 }),
  histograms: fc.array(histogram, { maxLength: 4 }),
  distincts: fc.array(distinct, { maxLength: 3 }),
  exemplars: fc.array(exemplar, { maxLength: 10 }),
});

test('a page is the same after its bytes, whatever is in it', () => {
  fc.assert(
    fc.property(tally, (added) => {
      for (const bytes of Object.values(pagesOf([added]))) {
        const page = decodePage(bytes) as AnyPage;
        assert.deepEqual(encodePage(page), bytes);
        assert.deepEqual(decodePage(encodePage(page)), page);
      }
    }),
    { numRuns: 60 },
  );
});

test('the same observations in any parts, with restarts between, make the same pages', () => {
  fc.assert(
    fc.property(fc.array(tally, { minLength: 1, maxLength: 5 }), fc.array(fc.boolean()), (parts, restarts) => {
      const whole = contentsOf(pagesOf([joined(parts)]));
      const apart = contentsOf(pagesOf(parts, restarts));

      assert.deepEqual(apart, whole);
    }),
    { numRuns: 60 },
  );
});

test('damaged bytes are no page, or some page, and never throw', () => {
  const cut = fc.record({ at: fc.nat(), value: fc.nat(255), length: fc.nat() });

  fc.assert(
    fc.property(tally, fc.array(cut, { minLength: 1, maxLength: 4 }), (added, cuts) => {
      for (const bytes of Object.values(pagesOf([added]))) {
        for (const { at, value, length } of cuts) {
          const damaged = bytes.slice(0, 1 + (length % bytes.length));
          damaged[at % damaged.length] = value;
          const page = decodePage(damaged);
          if (page) createWindows().load([damaged]);
          assert.equal(decodePage(bytes.subarray(0, at % bytes.length)), undefined);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('random bytes are no page', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2_000 }), fc.constantFrom('s', 'm', 't'), (bytes, ring) => {
      const page = encodePage(ring === 't' ? emptySketches() : { ring: ring as 's', page: 7, series: new Map() });
      // Behind a true header, so that it is read on.
      decodePage(Uint8Array.of(...page.subarray(0, 10), ...bytes));
      decodePage(bytes);
    }),
  );
});

test('the heaviest keys of a list are kept, each with what is known of it', () => {
  const windows = createWindows();
  for (let i = 0; i < 100; i += 1) {
    const entries = Array.from({ length: TOP_KEYS }, (_, k) => [`k${k < 4 ? k : i * 32 + k}`, 40 - k] as const);
    windows.add({ cells: [], exemplars: [], tops: [{ series: 'x', by: 'client', time: T0, entries }] });
  }

  const [page] = windows.takeChanged().map(({ bytes }) => decodePage(bytes));
  assert.ok(page?.ring === 't');
  const kept = [...(page.tops.get('x|client') ?? [])].sort(([, a], [, b]) => b - a);
  assert.equal(kept.length, TOP_KEYS);
  assert.deepEqual(
    kept.slice(0, 4),
    [0, 1, 2, 3].map((k) => [`k${k}`, 100 * (40 - k)]),
  );
});

test('a page of stamps before 1970 is one as any other', () => {
  const windows = createWindows();
  windows.add({ cells: [{ series: 'x', time: -5_000, count: 2, sum: 2 }], tops: [], exemplars: [] });

  for (const { name, bytes } of windows.takeChanged()) {
    const page = decodePage(bytes);
    assert.match(name, /^w:[sm]:\d+$/);
    assert.equal(page?.page, -1);
    assert.ok(bytes.length < PAGE_BYTES);
  }
});

function floorTo(step: number): (value: number) => number {
  return (value) => value - (value % step);
}

function registersOf(texts: readonly string[]): Uint8Array {
  const registers = new Uint8Array(REGISTERS);
  for (const one of texts) addDistinct(registers, distinctHash(one));
  return registers;
}

/** Bytes by name. Where `restarts` says so, a new writer goes on from what was stored. */
function pagesOf(parts: readonly Added[], restarts: readonly boolean[] = []): Record<string, Uint8Array> {
  const stored: Record<string, Uint8Array> = {};
  let windows = createWindows();
  parts.forEach((part, i) => {
    windows.add(part);
    for (const { name, bytes } of windows.takeChanged()) stored[name] = bytes;
    if (restarts[i] !== true) return;
    windows = createWindows();
    windows.load(Object.values(stored));
  });
  return stored;
}

/** In an order of its own: series enter a page in the order in which they came. Heavy hitters and exemplars depend on it. */
function contentsOf(pages: Record<string, Uint8Array>): unknown {
  return Object.keys(pages)
    .sort()
    .map((name) => {
      const page = decodePage(pages[name] as Uint8Array) as AnyPage;
      if (page.ring !== 't') return [name, page.page, [...page.series].sort(byKey)];
      const histograms = [...page.histograms].map(([key, buckets]) => [key, [...buckets].sort(([a], [b]) => a - b)]);
      return [name, page.page, histograms.sort(byKey as never), [...page.distincts].sort(byKey)];
    });
}

function byKey([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

function joined(parts: readonly Required<Added>[]): Added {
  return {
    cells: parts.flatMap(({ cells }) => cells),
    tops: parts.flatMap(({ tops }) => tops),
    histograms: parts.flatMap(({ histograms }) => histograms),
    distincts: parts.flatMap(({ distincts }) => distincts),
    exemplars: parts.flatMap(({ exemplars }) => exemplars),
  };
}

function emptySketches(): AnyPage {
  return { ring: 't', page: 7, tops: new Map(), histograms: new Map(), distincts: new Map(), exemplars: [] };
}
