import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkOptions } from '../../src/config/options.ts';
import type { Options } from '../../src/core/plugin.ts';
import { detector } from '../../src/detectors/change.ts';
import { type Gauge, judgeGauge } from './gauge-view.ts';
import { T0 } from './traffic.ts';

const HOUR = 3_600;

test('a value that stood still for hours is told once when it is another one, with what it was', () => {
  const bad = judge(6 * HOUR, (second) => (second < 3 * HOUR ? 4 : 5)).filter(({ verdict }) => verdict === 'bad');

  assert.deepEqual(
    bad.map(({ at, finding }) => [at, finding?.expected, finding?.value, finding?.since]),
    [[3 * HOUR + 10, 4, 5, T0 + 3 * HOUR * 1_000]],
  );
  assert.equal(bad[0]?.finding?.urgent, true);
});

test('a value that never stands still is silent, and says so', () => {
  const judged = judge(6 * HOUR, (second) => Math.floor(second / 600));

  assert.ok(judged.every(({ verdict }) => verdict !== 'bad'));
  assert.ok(judged.some(({ note }) => note === 'does not stand still'));
});

test('to and fro is told once', () => {
  const judged = judge(6 * HOUR, (second) => (second > 3 * HOUR && second < 3 * HOUR + 300 ? 5 : 4));

  assert.equal(judged.filter(({ verdict }) => verdict === 'bad').length, 1);
});

test('a change behind a gap of hours is told', () => {
  const judged = judge(8 * HOUR, (second) => (second < 3 * HOUR ? 4 : second < 6 * HOUR ? undefined : 5));

  const bad = judged.filter(({ verdict }) => verdict === 'bad');
  assert.deepEqual(
    bad.map(({ at }) => at),
    [6 * HOUR + 10],
  );
});

test('means of the same fractions are no change', () => {
  const judged = judge(4 * HOUR, () => 0.1 + 0.2, { statistic: 'mean', window: '2m' });

  assert.ok(judged.every(({ verdict }) => verdict !== 'bad'));
});

for (const statistic of ['mean', 'sum']) {
  test(`the ${statistic} of a window is told as it is after the change, not in between`, () => {
    const judged = judge(6 * HOUR, (second) => (second < 3 * HOUR + 20 ? 4 : 6), { statistic, window: '1m' });

    const bad = judged.filter(({ verdict }) => verdict === 'bad');
    const times = statistic === 'sum' ? 6 : 1;
    assert.deepEqual(
      bad.map(({ finding }) => [finding?.expected, finding?.value, finding?.since]),
      [[4 * times, 6 * times, T0 + (3 * HOUR + 20) * 1_000]],
    );
    assert.ok((bad[0]?.at ?? 0) <= 3 * HOUR + 150, `at ${bad[0]?.at}`);
  });
}

test('a mean that comes back is no change, and one that never settles is not told', () => {
  const back = judge(4 * HOUR, (second) => (second > 3 * HOUR && second < 3 * HOUR + 30 ? 5 : 4), {
    statistic: 'mean',
  });
  const restless = judge(5 * HOUR, (second) => (second < 2 * HOUR ? 4 : second), { statistic: 'mean' });

  for (const judged of [back, restless]) assert.ok(judged.every(({ verdict }) => verdict !== 'bad'));
  assert.equal(back.at(-1)?.verdict, 'well');
  assert.equal(restless.at(-1)?.note, 'does not stand still');
});

test('the first hour is warm-up', () => {
  const judged = judge(2 * HOUR, (second) => (second < 1_800 ? 4 : 5));

  assert.ok(judged.every(({ verdict }) => verdict !== 'bad'));
  assert.equal(judged[0]?.note, 'warm-up');
});

test('whatever the values, a finding is of two different ones, and what is stored changes nothing', () => {
  const values = fc.array(fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: undefined }), {
    ...{ minLength: 2, maxLength: 6 },
  });
  fc.assert(
    fc.property(values, fc.constantFrom('last', 'mean'), (hours, statistic) => {
      const gauge: Gauge = (second) => hours[Math.floor(second / HOUR)];

      const judged = judge(hours.length * HOUR, gauge, { hold: '10m', statistic });

      const stored = judgeGauge(compile({ hold: '10m', statistic }), hours.length * HOUR, gauge, (baseline) =>
        baseline === undefined ? undefined : JSON.parse(JSON.stringify(baseline)),
      );
      assert.deepEqual(stored, judged);
      for (const { finding } of judged) if (finding) assert.notEqual(finding.value, finding.expected);
    }),
    { numRuns: 10 },
  );
});

function compile(options: Options) {
  return detector.compile(checkOptions(detector.options, { series: 'app.version', ...options }).options);
}

function judge(seconds: number, gauge: Gauge, options: Options = {}) {
  return judgeGauge(compile(options), seconds, gauge);
}
