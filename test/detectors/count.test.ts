import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detector } from '../../src/detectors/count.ts';
import { chance, judgeTraffic, poisson, T0 } from './traffic.ts';

const HOUR = 3_600;
const OPTIONS = { ...{ series: 'http.requests', side: 'both', minTimes: 4, maxTimes: 0.25, minCount: 20 } };
const MORE = { minExpected: 30, minWindow: 10_000, leave: 0.5 };

test('in its first hour and a half it says that it warms up', () => {
  const judged = judge(1.4 * HOUR, (second) => (second < HOUR ? 5 : 0));

  assert.ok(judged.every(({ verdict, note }) => verdict === 'unclear' && note === 'warm-up'));
});

test('nine of ten requests missing are told within a minute, and it is well when they are back', () => {
  const random = chance(5);
  const isOut = (second: number) => second >= 3 * HOUR && second < 3 * HOUR + 600;
  const judged = judge(3.5 * HOUR, (second) => poisson(isOut(second) ? 0.2 : 2, random));

  const bad = judged.filter(({ verdict }) => verdict === 'bad');
  assert.ok(bad[0] && bad[0].at >= 3 * HOUR && bad[0].at < 3 * HOUR + 60, `at ${bad[0]?.at}`);
  assert.ok(bad.every(({ at }) => at < 3 * HOUR + 660));
  assert.equal(judged.at(-1)?.verdict, 'well');
});

test('a finding says what came, what is usual, and from where on it is told', () => {
  const finding = judge(3 * HOUR + 120, (second) => (second < 3 * HOUR ? 2 : 20)).at(-1)?.finding;

  assert.ok(finding?.usual && finding.agreeing);
  assert.ok(finding.value >= finding.limit && finding.limit > finding.usual.high);
  assert.ok(Math.abs(finding.expected / ((2 * finding.windowMs) / 1_000) - 1) < 0.05);
  assert.equal(finding.windowMs, finding.agreeing[0]);
  assert.equal(finding.since, T0 + (3 * HOUR + 120) * 1_000 - finding.windowMs);
  assert.equal(finding.unit, 'count');
});

test('a hundred hits of what comes once an hour are told, and five are not', () => {
  const rare = (second: number) => (second % HOUR === 0 ? 1 : 0);
  const burst = judge(4 * HOUR, (second) => (second === 3.7 * HOUR ? 100 : rare(second)), { side: 'high' });
  const few = judge(4 * HOUR, (second) => (second === 3.7 * HOUR ? 5 : rare(second)), { side: 'high' });

  assert.ok(burst.some(({ verdict, at }) => verdict === 'bad' && at < 3.7 * HOUR + 10));
  assert.ok(few.every(({ verdict }) => verdict !== 'bad'));
});

test('where too few are usual it says how many more it needs', () => {
  const last = judge(3 * HOUR, (second) => (second % 60 === 0 ? 1 : 0), { side: 'low' }).at(-1);

  assert.equal(last?.verdict, 'unclear');
  assert.match(last?.note ?? '', /^needs 1[456] more in its usual 15 min to judge$/);
});

test('a score given on the watch is the limit, and the test spends nothing then', () => {
  const traffic = (second: number) => (second < 3 * HOUR ? 2 : 20);

  assert.ok(judge(3 * HOUR + 300, traffic, { score: 300 }).every(({ verdict }) => verdict !== 'bad'));
  assert.equal(detector.compile({ ...OPTIONS, ...MORE, score: 8 }).spends, false);
  assert.equal(detector.compile({ ...OPTIONS, ...MORE }).spends, true);
});

function judge(seconds: number, count: (second: number) => number, more: Record<string, string | number> = {}) {
  const runner = detector.compile({ ...OPTIONS, ...MORE, ...more });
  return judgeTraffic(runner, seconds, (second) => ({ 'http.requests': count(second) })).filter(
    ({ at }) => (at + 1) % 10 === 0,
  );
}
