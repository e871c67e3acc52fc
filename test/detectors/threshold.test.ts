import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Options } from '../../src/core/plugin.ts';
import { detector } from '../../src/detectors/threshold.ts';
import { judgeTraffic, T0 } from './traffic.ts';

test('three or more in a minute is told at once, two are not', () => {
  const options = { series: 'x', statistic: 'count', window: 60_000, above: 3, unit: 'count' };

  const judged = judge(options, 200, (second) =>
    second === 70 || second === 80 || second === 129 || second === 131 ? 1 : 0,
  );

  const bad = judged.filter(({ verdict }) => verdict === 'bad');
  assert.equal(bad[0]?.at, 129);
  assert.equal(bad[0]?.finding?.value, 3);
  assert.equal(bad[0]?.finding?.urgent, true);
  // The one of second 70 has left the window by 130, the four never stand together again.
  assert.ok(bad.every(({ at }) => at === 129 || at === 131 || at < 140));
});

test('a mean needs half of its window and waits for confirmation', () => {
  const judged = judgeGauge(
    { series: 'x', statistic: 'mean', window: 60_000, above: 90, leave: 75, unit: 'percent' },
    120,
    () => 95,
  );

  assert.equal(judged.find(({ verdict }) => verdict === 'bad')?.at, 29);
  assert.equal(judged.find(({ finding }) => finding)?.finding?.urgent, false);
});

test('between the limits to enter and to leave it is neither bad nor well', () => {
  const value = (second: number) => (second < 60 ? 95 : second < 180 ? 80 : 70);
  const judged = judgeGauge(
    { series: 'x', statistic: 'mean', window: 10_000, above: 90, leave: 75, unit: 'percent' },
    240,
    value,
  );

  assert.equal(judged.find(({ at }) => at === 30)?.verdict, 'bad');
  assert.equal(judged.find(({ at }) => at === 150)?.verdict, 'unclear');
  assert.equal(judged.find(({ at }) => at === 220)?.verdict, 'well');
});

test('a sum that is measured as zero until something happens began when it happened', () => {
  const options = { series: 'x', statistic: 'sum', window: 90_000, above: 1, leave: 0.5, unit: 'count' };
  const judged = judgeGauge(options, 200, (second) => (second >= 120 ? 1 : 0));

  const bad = judged.filter(({ verdict }) => verdict === 'bad');
  assert.equal(bad[0]?.finding?.since, T0 + 120_000);
  assert.ok(bad.every(({ finding }) => finding?.since === T0 + 120_000));
});

test('below works the other way round', () => {
  const judged = judgeGauge(
    { series: 'x', statistic: 'mean', window: 10_000, below: 10, leave: 15, unit: 'percent' },
    30,
    () => 8,
  );

  assert.ok(judged.some(({ verdict }) => verdict === 'bad'));
});

test('nothing observed is a count of nothing, and a mean of unknown', () => {
  const count = judge({ series: 'x', statistic: 'count', window: 60_000, below: 0, unit: 'count' }, 20, () => 0);
  const mean = judge({ series: 'x', statistic: 'mean', window: 60_000, below: 0, unit: 'count' }, 20, () => 0);

  assert.deepEqual([count.at(-1)?.verdict, count.at(-1)?.finding?.value], ['bad', 0]);
  assert.deepEqual([mean.at(-1)?.verdict, mean.at(-1)?.note], ['unclear', 'its window is less than half full']);
});

test('a sum adds the values, and a finding says all it stands on', () => {
  const options = { series: 'x', statistic: 'sum', window: 10_000, above: 50, unit: 'bytes' };
  const judged = judgeGauge(options, 20, () => 5);

  const first = judged.find(({ verdict }) => verdict === 'bad');
  assert.equal(first?.at, 9);
  assert.deepEqual(first?.finding, {
    ...{ source: 'nginx', series: 'x', labels: {}, time: T0 + 10_000, since: T0, value: 50, expected: 0, limit: 50 },
    ...{ unit: 'bytes', windowMs: 10_000, score: 999, urgent: true },
  });
});

test('both limits, none, or a way out on the bad side are refused', () => {
  const common = { series: 'x', statistic: 'mean', window: 10_000, unit: 'percent' };

  assert.throws(() => detector.compile({ ...common, above: 1, below: 2 }), /above or below/);
  assert.throws(() => detector.compile(common), /above or below/);
  assert.throws(() => detector.compile({ ...common, above: 90, leave: 95 }), /bad side of 90/);
});

function judge(options: Options, seconds: number, count: (second: number) => number) {
  return judgeTraffic(detector.compile(options), seconds, (second) => ({ x: count(second) }));
}

/** One figure every second, of this value. */
function judgeGauge(options: Options, seconds: number, value: (second: number) => number) {
  return judgeTraffic(detector.compile(options), seconds, () => ({ x: 1 }), { value });
}
