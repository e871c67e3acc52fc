import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Cell, Tally } from '../../../src/core/types.ts';
import { type AnyPage, decodePage, encodePage } from '../../../src/core/window/codec.ts';
import type { Page } from '../../../src/core/window/page.ts';
import { MAX_SERIES_PER_PAGE } from '../../../src/core/window/room.ts';
import { TOP_KEYS } from '../../../src/core/window/top-list.ts';
import { createView } from '../../../src/core/window/view.ts';
import { createWindows, writableBlobNames } from '../../../src/core/window/windows.ts';

const T0 = Date.UTC(2026, 10, 25, 3, 0, 0);

test('sums of a view are the sums of the cells, over the seconds ring and over minutes', () => {
  const second = fc.integer({ min: 0, max: 14 * 60 - 1 });
  const cell = fc.record({
    at: second,
    count: fc.nat(100_000),
    value: fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
  });

  fc.assert(
    fc.property(fc.array(cell, { maxLength: 60 }), second, second, (cells, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)];
      const added = cells.map(({ at, count, value }) => ({ series: 'x', time: T0 + at * 1000, count, sum: value }));

      const { count, sum } = viewOf(added).sum('x', T0 + low * 1000, T0 + high * 1000);

      const wanted = cells.filter(({ at }) => at >= low && at < high);
      assert.equal(
        count,
        wanted.reduce((total, one) => total + one.count, 0),
      );
      // A step without observations is not stored, so a sum without a count is nothing.
      const counted = wanted.some((one) => one.count === 0)
        ? undefined
        : wanted.reduce((total, one) => total + one.value, 0);
      if (counted !== undefined)
        assert.ok(Math.abs(sum - counted) <= 1e-6 * Math.max(1, ...wanted.map((one) => Math.abs(one.value))) * 60);
    }),
  );
});

test('beyond the fifteen minutes whole minutes answer', () => {
  const cells = [0, 59, 60, 3599].map((at) => ({ series: 'x', time: T0 + at * 1000, count: 1, sum: 1 }));
  const view = viewOf([...cells, { series: 'x', time: T0 + 3_600_000, count: 5, sum: 5 }]);

  assert.equal(view.sum('x', T0, T0 + 60_000).count, 2);
  assert.equal(view.sum('x', T0, T0 + 3_601_000).count, 9);
  assert.equal(view.sum('x', T0 + 60_000, T0 + 3_600_000).count, 2);
});

test('a page survives its bytes, with any text as key and line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(), fc.string({ unit: 'binary' }), (key, count, line) => {
      const windows = createWindows();
      windows.add({
        cells: [{ series: key, time: T0, count: count + 1, sum: 0.5 }],
        tops: [{ series: 'x', by: 'route', time: T0, entries: [[line, 3]] }],
        exemplars: [{ series: 'x', time: T0, line }],
      });

      for (const { bytes } of windows.takeChanged()) {
        const page = decodePage(bytes) as AnyPage;
        assert.deepEqual(encodePage(page), bytes);
        if (page.ring !== 't') assert.equal(page.series.get(key.toWellFormed())?.counts[0], count + 1);
        else assert.deepEqual(page.exemplars, [{ series: 'x', time: T0, line: line.toWellFormed() }]);
      }
    }),
  );
});

test('an old page in the ring does not answer for a new time', () => {
  const hour = 3_600_000;
  const view = viewOf([
    { series: 'x', time: T0, count: 7, sum: 7 },
    { series: 'x', time: T0 + 49 * hour, count: 1, sum: 1 },
  ]);

  assert.equal(view.sum('x', T0 + 49 * hour, T0 + 50 * hour).count, 1);
  assert.equal(view.sum('x', T0, T0 + hour).count, 0);
});

test('series beyond the bound count under other, none is lost', () => {
  const cells = Array.from({ length: MAX_SERIES_PER_PAGE + 50 }, (_, i) => ({
    series: `x{vhost=v${i}}`,
    time: T0,
    count: 1,
    sum: 1,
  }));
  const windows = createWindows();

  const over = windows.add(tallyOf([{ series: 'x{vhost=other}', time: T0, count: 1, sum: 1 }, ...cells]));

  assert.equal(over, 50);
  const page = decodePage(windows.takeChanged()[0]?.bytes ?? new Uint8Array()) as Page;
  assert.equal(page.series.size, MAX_SERIES_PER_PAGE + 1);
  assert.equal(page.series.get('x{vhost=other}')?.counts[0], 51);
});

test('heavy hitters stay bounded and keep the heaviest', () => {
  const windows = createWindows();
  for (let i = 0; i < 500; i += 1) {
    windows.add({
      ...tallyOf([]),
      tops: [
        {
          series: 'x',
          by: 'client',
          time: T0,
          entries: [
            [`10.0.0.${i}`, 1],
            ['10.1.1.1', 3],
          ],
        },
      ],
    });
  }

  const top = createView([decodePage(windows.takeChanged()[0]?.bytes ?? new Uint8Array()) as Page], T0).tops(
    'x',
    T0,
    T0 + 10_000,
  )[0];

  assert.deepEqual(top?.entries[0], ['10.1.1.1', 1500]);
  assert.equal(top?.entries.length, TOP_KEYS);
});

test('keys are listed by how much they count, for the label asked only', () => {
  const view = viewOf([
    { series: 'x', time: T0, count: 9, sum: 9 },
    { series: 'x{vhost=a}', time: T0, count: 1, sum: 1 },
    { series: 'x{vhost=b}', time: T0, count: 2, sum: 2 },
    { series: 'x{upstream=u}', time: T0, count: 3, sum: 3 },
  ]);

  assert.deepEqual(view.keys('x', 'vhost', T0 + 60_000, 10), ['x{vhost=b}', 'x{vhost=a}']);
  assert.deepEqual(view.keys('x', 'vhost', T0 + 60_000, 1), ['x{vhost=b}']);
});

test('what was stored goes on being added to after a restart', () => {
  const first = createWindows();
  first.add(tallyOf([{ series: 'x', time: T0, count: 2, sum: 2 }]));
  const stored = new Map(first.takeChanged().map(({ name, bytes }) => [name, bytes]));
  const second = createWindows();
  second.load(writableBlobNames(T0).map((name) => stored.get(name)));

  second.add(tallyOf([{ series: 'x', time: T0, count: 3, sum: 3 }]));

  const pages = second.takeChanged().map(({ bytes }) => decodePage(bytes) as Page);
  assert.equal(createView(pages, T0).sum('x', T0, T0 + 1000).count, 5);
});

function tallyOf(cells: readonly Cell[]): Pick<Tally, 'cells' | 'tops' | 'exemplars'> {
  return { cells, tops: [], exemplars: [] };
}

function viewOf(cells: readonly Cell[]): ReturnType<typeof createView> {
  const windows = createWindows();
  windows.add(tallyOf(cells));
  const pages = windows.takeChanged().map(({ bytes }) => decodePage(bytes) as Page);
  return createView(pages, Math.max(T0, ...cells.map(({ time }) => time)));
}
