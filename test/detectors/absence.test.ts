import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detector } from '../../src/detectors/absence.ts';
import { chance, judgeTraffic, poisson, T0 } from './traffic.ts';

const OPTIONS = { series: 'http.requests', minSilence: 60_000 };
const HOUR = 3600;

test('a busy site that falls silent is found within 65 seconds and is well when it speaks again', () => {
  const judged = judge(2 * HOUR, (second) => (second >= HOUR && second < HOUR + 600 ? 0 : 5));

  const bad = judged.find(({ verdict }) => verdict === 'bad');
  assert.ok(bad && bad.at >= HOUR + 59 && bad.at < HOUR + 65, `at ${bad?.at}`);
  assert.equal(bad.finding?.urgent, true);
  assert.equal(judged.find(({ at }) => at === HOUR + 601)?.verdict, 'well');
});

test('a finding says how long it has been silent, what is usual, and since when', () => {
  const finding = judge(1.5 * HOUR, (second) => (second >= HOUR ? 0 : second % 2)).at(-1)?.finding;

  assert.equal(finding?.value, 1800);
  assert.equal(finding?.expected, 2);
  assert.equal(finding?.since, T0 + HOUR * 1000);
  assert.ok(finding && finding.limit < 120 && finding.score > 6 && finding.unit === 'seconds');
});

test('a line every ten minutes is no reason to complain after twenty', () => {
  const judged = judge(30 * HOUR, (second) => (second % 600 === 0 && second < 29 * HOUR ? 1 : 0));

  assert.deepEqual(
    judged.filter(({ at, verdict }) => verdict === 'bad' && at < 29 * HOUR + 1200),
    [],
  );
});

test('the silence of an outage does not teach that silence is usual', () => {
  const isOut = (second: number) =>
    (second >= HOUR && second < HOUR + 1800) || (second >= 2 * HOUR && second < 2 * HOUR + 300);
  const judged = judge(2.5 * HOUR, (second) => (isOut(second) ? 0 : 5));

  assert.ok(judged.some(({ at, verdict }) => verdict === 'bad' && at > 2 * HOUR && at <= 2 * HOUR + 70));
});

test('in its first half hour it says nothing', () => {
  const judged = judge(HOUR, (second) => (second < 1200 ? 5 : 0));

  assert.ok(judged.every(({ verdict }) => verdict === 'unclear'));
});

test('a day of ten a minute and a night of one in three minutes are silent', () => {
  const random = chance(10);
  const judged = judge(26 * HOUR, (second) => {
    const hour = (second / HOUR + 12) % 24;
    const share = hour < 6 ? 1 / 30 : 1 / 30 + (29 / 30) * Math.sin((Math.PI * (hour - 6)) / 18) ** 2;
    return poisson((10 / 60) * share, random);
  });

  assert.deepEqual(
    judged.filter(({ verdict }) => verdict === 'bad').map(({ at, finding }) => [at / HOUR, finding?.value]),
    [],
  );
  assert.ok(JSON.stringify(judged[judged.length - 1]?.baseline).length < 1000);
});

function judge(seconds: number, count: (second: number) => number) {
  return judgeTraffic(detector.compile(OPTIONS), seconds, (second) => ({ 'http.requests': count(second) }));
}
