import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detector } from '../../src/detectors/ratio.ts';
import { chance, gaussian, judgeTraffic, poisson, type Second } from './traffic.ts';

const OPTIONS = {
  ...{
    part: 'http.5xx',
    whole: 'http.requests',
    score: 6,
    urgentScore: 9,
    minPart: 5,
    minShare: 0.02,
    minTimes: 1.5,
    leave: 0.5,
  },
};

test('30% errors at 40 requests a second fire beyond doubt within two seconds', () => {
  const judged = judge(120, (second) => ({ 'http.requests': 40, 'http.5xx': second >= 60 ? 12 : 0 }));

  const urgent = judged.find(({ finding }) => finding?.urgent);
  assert.ok(urgent && urgent.at <= 61, `at ${urgent?.at}`);
  assert.equal(judged.find(({ verdict }) => verdict === 'bad')?.finding?.expected, 0.005);
});

test('once over it is well within the time that the shortest window needs', () => {
  const judged = judge(300, (second) => ({ 'http.requests': 40, 'http.5xx': second >= 60 && second < 150 ? 12 : 0 }));

  const lastBad = judged.findLast(({ verdict }) => verdict === 'bad');
  const firstWell = judged.find(({ at, verdict }) => at > 150 && verdict === 'well');
  assert.ok((lastBad?.at ?? 0) <= 165, `bad until ${lastBad?.at}`);
  assert.ok((firstWell?.at ?? 999) <= 170, `well from ${firstWell?.at}`);
});

test('ten requests a minute that all fail are found within a minute', () => {
  const judged = judge(900, (second) =>
    second % 6 === 0 ? { 'http.requests': 1, 'http.5xx': second >= 600 ? 1 : 0 } : {},
  );

  const bad = judged.find(({ verdict }) => verdict === 'bad');
  assert.ok(bad && bad.at >= 600 && bad.at < 660, `at ${bad?.at}`);
});

test('after an outage at ten requests a minute it is well within eight minutes', () => {
  const judged = judge(3600, (second) =>
    second % 6 === 0 ? { 'http.requests': 1, 'http.5xx': second >= 600 && second < 1200 ? 1 : 0 } : {},
  );

  const lastBad = judged.findLast(({ verdict }) => verdict === 'bad');
  assert.ok((lastBad?.at ?? 9999) < 1200 + 480, `bad until ${lastBad?.at}`);
  assert.ok(judged.filter(({ at }) => at > 1700).every(({ verdict }) => verdict === 'well'));
});

test('five errors in a minute at twenty requests a minute and a usual half percent are a finding', () => {
  const judged = judge(7200, (second) => {
    if (second % 3 !== 0) return {};
    const isUsual = second % 600 === 0;
    return { 'http.requests': 1, 'http.5xx': isUsual || (second > 7100 && second % 9 === 0) ? 1 : 0 };
  });

  const bad = judged.filter(({ verdict }) => verdict === 'bad');
  assert.ok(bad.length > 0 && (bad[0]?.at ?? 0) > 7100);
});

test('a site with a request every twelve minutes and one error is silent', () => {
  const judged = judge(7200, (second) =>
    second % 720 === 0 ? { 'http.requests': 1, 'http.5xx': second === 1440 ? 1 : 0 } : {},
  );

  assert.deepEqual(
    judged.filter(({ verdict }) => verdict === 'bad'),
    [],
  );
  assert.ok(judged.some(({ note }) => note?.includes('more requests to judge')));
});

test('at ten thousand a second a wander from 0.5% to 0.9% is silent', () => {
  const judged = judge(5400, (second) => ({ 'http.requests': 10_000, 'http.5xx': second % 1200 < 600 ? 50 : 90 }));

  assert.deepEqual(judged.filter(({ verdict }) => verdict === 'bad').length, 0);
});

test('never bad below its floors', () => {
  const judged = judge(600, (second) => ({ 'http.requests': 300, 'http.5xx': second % 60 === 0 ? 4 : 0 }));

  assert.deepEqual(
    judged.filter(({ verdict }) => verdict === 'bad'),
    [],
  );
});

test('a long window full of old errors does not bring a fault back', () => {
  const judged = judge(3600, (second) => ({ 'http.requests': 2, 'http.5xx': second >= 600 && second < 1200 ? 1 : 0 }));

  const late = judged.filter(({ at, verdict }) => at > 1260 + 60 && verdict === 'bad');
  assert.deepEqual(
    late.map(({ at }) => at),
    [],
  );
  assert.ok(judged.some(({ at, verdict }) => at > 1210 && at < 1300 && verdict === 'well'));
});

test('an incident is learnt only in part, and what is learnt stays small', () => {
  const judged = judge(3 * 3600, (second) => ({
    'http.requests': 5,
    'http.5xx': second >= 1800 && second < 5400 ? 3 : 0,
  }));

  const learnt = judged[judged.length - 1]?.baseline as { k: number; n: number } | undefined;
  assert.ok(learnt && learnt.k / learnt.n < 0.05, JSON.stringify(learnt));
  assert.ok(JSON.stringify(learnt).length < 200);
});

for (const rate of [0.2, 2, 40]) {
  test(`a healthy day of ${rate} requests a second whose error share wanders makes no finding`, () => {
    const random = chance(7 + rate * 10);
    let share = 0.005;
    const seconds = rate > 10 ? 6 * 3600 : 86_400;

    const judged = judge(seconds, (second) => {
      if (second % 600 === 0) share = 0.005 * Math.exp(0.5 * gaussian(random) - 0.125);
      const requests = poisson(rate, random);
      return { 'http.requests': requests, 'http.5xx': Math.min(requests, poisson(requests * share, random)) };
    });

    assert.deepEqual(
      judged.filter(({ verdict }) => verdict === 'bad').map(({ at, finding }) => [at, finding?.part, finding?.whole]),
      [],
    );
  });
}

test('a creep to ten times the usual over three hours is found', () => {
  const random = chance(11);
  const judged = judge(5 * 3600, (second) => {
    const share = second < 7200 ? 0.005 : 0.005 * 10 ** ((second - 7200) / 10_800);
    const requests = poisson(20, random);
    return { 'http.requests': requests, 'http.5xx': Math.min(requests, poisson(requests * share, random)) };
  });

  const bad = judged.find(({ verdict }) => verdict === 'bad');
  assert.ok(bad && bad.at > 7200, `at ${bad?.at}`);
});

function judge(seconds: number, traffic: (second: number) => Second) {
  return judgeTraffic(detector.compile(OPTIONS), seconds, traffic);
}
