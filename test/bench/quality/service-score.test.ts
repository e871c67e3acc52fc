import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LabelledSeries } from './labelled-series.ts';
import { recallAt, scoreService } from './service-score.ts';

const HOUR_MS = 3_600_000;
/** Two weeks and the three days that are exempt. */
const ROWS = 17 * 24 + 1;

test('an alarm one row before an event and five after it finds it, one later is a false alarm', () => {
  const found = [99, 107].map((row) => scoreService([hourly([[100, 102]])], [alarmOn({ [row]: 1 })]));
  const late = scoreService([hourly([[100, 102]])], [alarmOn({ 108: 1 })]);

  assert.deepEqual(
    found.map(({ area }) => area),
    [1, 1],
  );
  assert.deepEqual(late.curve, [{ threshold: 1, precision: 0, recall: 0, falseRate: 0.5 }]);
});

test('alarms and events of the exempt days do not count', () => {
  const { events, curve } = scoreService(
    [
      hourly([
        [10, 12],
        [100, 102],
      ]),
    ],
    [alarmOn({ 11: 9, 100: 1 })],
  );

  assert.equal(events, 1);
  assert.deepEqual(
    curve.map(({ threshold, precision }) => ({ threshold, precision })),
    [{ threshold: 1, precision: 1 }],
  );
});

test('the area adds each gain of recall at its precision', () => {
  // In falling order: found, false, found.
  const { area } = scoreService(
    [
      hourly([
        [100, 102],
        [200, 202],
      ]),
    ],
    [alarmOn({ 100: 3, 150: 2, 200: 1 })],
  );

  assert.ok(Math.abs(area - (0.5 * 1 + 0.5 * (2 / 3))) < 1e-12);
});

test('recall at a rate of false alarms is that of the best threshold with no more of them', () => {
  const result = scoreService(
    [
      hourly([
        [100, 102],
        [200, 202],
      ]),
    ],
    [alarmOn({ 100: 3, 150: 2, 200: 1 })],
  );

  assert.deepEqual(
    [0.1, 0.5].map((rate) => recallAt(result, rate)),
    [0.5, 1],
  );
});

function hourly(events: readonly (readonly [number, number])[]): LabelledSeries {
  return {
    name: 'hourly',
    times: Float64Array.from({ length: ROWS }, (_, row) => row * HOUR_MS),
    values: new Float64Array(ROWS),
    spans: events.map(([first, last]) => ({ first, last })),
  };
}

function alarmOn(scores: Readonly<Record<number, number>>): Float64Array {
  return Float64Array.from({ length: ROWS }, (_, row) => scores[row] ?? 0);
}
