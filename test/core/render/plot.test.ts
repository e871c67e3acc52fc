import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { renderPlot } from '../../../src/core/render/plot.ts';
import { createPlotPoints, PLOT_POINTS } from '../../../src/core/render/plot-points.ts';
import { readXml } from '../../support/strict-xml.ts';

const START = Date.UTC(2026, 5, 1);

test('however long the series, so many points are kept, and no peak is lost', () => {
  const plot = createPlotPoints();
  for (let row = 0; row < 50_000; row += 1) plot.add(valueAt(row, row === 31_415 ? 99 : row % 3), true);

  const points = plot.points();

  assert.ok(points.length <= PLOT_POINTS && points.length > PLOT_POINTS / 2 - 1);
  assert.deepEqual([points[0]?.from, points.at(-1)?.to], [START, START + 49_999 * 60_000]);
  assert.equal(Math.max(...points.map(({ high }) => high)), 99);
  assert.equal(Math.min(...points.map(({ low }) => low)), 0);
});

test('a title is text and nothing else', () => {
  const svg = renderPlot({ ...empty(), title: '<script>alert(1)</script>"\u202e.csv' });

  assert.doesNotMatch(svg, /<script|\u202e/);
  assert.match(svg, /&lt;script&gt;/);
});

test('whatever the values, it is XML without a figure that is none', () => {
  const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), fc.constant(0));
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 30 }), (values) => {
      const plot = createPlotPoints();
      for (const [row, one] of values.entries()) plot.add({ ...valueAt(row, one), isAlarm: row % 7 === 3 }, row > 3);

      const svg = renderPlot({
        ...empty(),
        points: plot.points(),
        alarms: plot.alarms(),
        labels: [{ from: START, to: START }],
      });

      assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
      readXml(svg.replace(/<style>[^<]*<\/style>/, '').replace(/ [a-zA-Z][\w-]*="[^"<]*"/g, ''));
    }),
    // Apart by less than numbers can be divided by.
    { numRuns: 50, examples: [[[-2e-323, 0]], [[0, 5e-324]], [[1, 1 + Number.EPSILON]]] },
  );
});

test('values that cannot be told apart are drawn in the middle, as one that stays the same', () => {
  const plot = createPlotPoints();
  for (const [row, value] of [5e6, 5e6 + 1e-9, 5e6].entries()) plot.add(valueAt(row, value), false);

  const svg = renderPlot({ ...empty(), points: plot.points() });
  const heights = [...(/class="value" points="([^"]+)"/.exec(svg)?.[1] ?? '').matchAll(/,([\d.]+)/g)];

  assert.equal(new Set(heights.map(([, height]) => height)).size, 1);
});

function empty() {
  return { title: 'cpu.csv', points: [], alarms: [], labels: [], timezone: 'UTC' };
}

function valueAt(row: number, value: number) {
  const range = { low: value - 1, high: value + 1 };
  const unused = { expected: value, usual: range, score: 0, side: 'high', record: undefined, isRepeat: false } as const;
  return { ...unused, time: START + row * 60_000, value, band: range, isAlarm: false };
}
