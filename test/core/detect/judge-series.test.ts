import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSeriesJudge, type JudgedValue } from '../../../src/core/detect/judge-series.ts';
import { chance, gaussian } from '../../detectors/traffic.ts';

const STEP_MS = 300_000;
const START = Date.UTC(2026, 5, 1);

test('a spike in an even series is an alarm, its usual range and band lie below it', () => {
  const random = chance(1);
  const judged = judge(1, (row) => (row === 900 ? 90 : 50 + gaussian(random)), 1_000);

  assert.deepEqual(
    judged.flatMap(({ isAlarm }, row) => (isAlarm ? [row] : [])),
    [900],
  );
  const [spike] = judged.filter(({ isAlarm }) => isAlarm) as [JudgedValue];
  assert.equal(spike.side, 'high');
  assert.ok(spike.usual.high < 60 && spike.band.high < 60 && spike.record?.side === 'high');
});

test('an incident that grows worse for hours is one alarm, and the next one another', () => {
  const random = chance(1);
  const grows = (row: number) => (row >= 900 && row < 960 ? 20 * (1 + Math.floor((row - 900) / 3)) : 0);
  const again = (row: number) => (row >= 1_200 && row < 1_210 ? 900 : 0);
  const judged = judge(1, (row) => 50 + gaussian(random) + grows(row) + again(row), 1_400);

  assert.deepEqual(
    judged.flatMap(({ isAlarm }, row) => (isAlarm ? [row] : [])),
    [900, 1_200],
  );
});

test('what lasts is told once', () => {
  const random = chance(1);
  const judged = judge(1, (row) => (row < 900 ? 50 : 90) + gaussian(random), 1_800);

  assert.deepEqual(
    judged.flatMap(({ isAlarm }, row) => (isAlarm ? [row] : [])),
    [900],
  );
});

test('most values of an even series lie in its band', () => {
  const random = chance(2);
  const judged = judge(1, () => 50 + gaussian(random), 1_500).slice(500);

  const inside = judged.filter(({ value, band }) => value >= band.low && value <= band.high).length;
  assert.ok(inside / judged.length > 0.95 && inside < judged.length);
});

test('who accepts fewer false alarms has a higher limit', () => {
  const limits = [4, 1, 0.1].map((falseAlarms) => createSeriesJudge(falseAlarms, () => 0).limit);

  assert.deepEqual(
    limits,
    limits.toSorted((a, b) => a - b),
  );
  assert.ok((limits[0] ?? 0) < (limits[2] ?? 0));
});

test('no figure of any finite series is anything but finite', () => {
  const odd = [0, 1e308, -1e308, 5e-324, 1, 1, 1];
  for (const { expected, score, band, usual } of judge(1, (row) => odd[row % odd.length] as number, 300))
    for (const figure of [expected, score, usual.low, usual.high, band.low, band.high])
      assert.ok(Number.isFinite(figure));
});

function judge(falseAlarms: number, value: (row: number) => number, rows: number): readonly JudgedValue[] {
  const series = createSeriesJudge(falseAlarms, () => 0);
  return Array.from({ length: rows }, (_, row) => series.next(START + row * STEP_MS, value(row)));
}
