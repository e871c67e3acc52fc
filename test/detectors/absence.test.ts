import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pack } from '../../src/core/detect/packed.ts';
import type { UsualCounts } from '../../src/core/detect/season/usual-counts.ts';
import type { Judgement, WindowView } from '../../src/core/plugin.ts';
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

test('in its first half hour it tells silence that is three times as long', () => {
  const traffic = (second: number) => ({ 'http.requests': second >= 300 && second < 600 ? 0 : 20 });
  const judged = judgeTraffic(detector.compile(OPTIONS), HOUR, traffic, { clients: 30 });

  const bad = judged.find(({ verdict }) => verdict === 'bad');
  assert.ok(bad && bad.at >= 300 + 179 && bad.at < 300 + 190, `at ${bad?.at}`);
  assert.equal(judged.find(({ at }) => at === 601)?.verdict, 'well');
});

test('in its first half hour it says nothing of few observations, nor after four minutes', () => {
  assert.ok(judge(HOUR, (second) => (second < 1200 && second % 5 === 0 ? 1 : 0)).every(isUnclear));
  assert.ok(judge(HOUR, (second) => (second < 200 ? 20 : 0)).every(isUnclear));
});

test('in its first half hour the end of one client is no silence', () => {
  const most = (count: number) => [['198.51.100.7', count]] as const;
  const stop = (heaviest: number) => firstStop((all) => most(Math.round(all * heaviest)));

  assert.equal(stop(0.9), undefined);
  assert.equal(stop(0.1), 180);
});

test('in its first half hour the end of what nobody is known to ask for is no silence: it may be a job', () => {
  assert.equal(
    firstStop(() => []),
    undefined,
  );
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
  const { weekly, ...gaps } = (judged.at(-1) as Judgement).baseline as { weekly: UsualCounts };
  assert.ok(JSON.stringify(gaps).length < 1000);
  assert.ok(pack(weekly).length < 2200);
});

test('a site that is shut at once each night is told on its first nights, and not once they are known', () => {
  const told = judgeDays(5, (second) => !isShut(second)).filter(({ verdict }) => verdict === 'bad');

  assert.deepEqual([...new Set(told.map(({ at }) => Math.floor(at / HOUR / 24)))], [0, 1]);
});

test('where the nights are known, a site that stays shut is told in the morning', () => {
  const opens = 4 * 24 * HOUR + 19.7 * HOUR;
  const judged = judgeDays(5, (second) => !isShut(second) && second < opens);
  const told = judged.find(({ at, verdict }) => verdict === 'bad' && at > 2 * 24 * HOUR);

  assert.ok(told && told.at > opens && told.at < opens + 2 * HOUR, `${told?.at}, opens ${opens}`);
});

test('where the nights are known, silence by day is told as soon as before', () => {
  const judged = judgeDays(5, (second) => !isShut(second) && second < 4 * 24 * HOUR + 6 * HOUR);
  const told = judged.find(({ at, verdict }) => verdict === 'bad' && at > 2 * 24 * HOUR);

  assert.ok(told && told.at < 4 * 24 * HOUR + 6 * HOUR + 200, `${told?.at}`);
});

/** From 12:24 to 19:42 of the wall clock of these tests. */
test('where nobody looked for ten minutes, silence counts from when somebody looks again', () => {
  const runner = detector.compile(OPTIONS);
  const end = T0 + 2 * HOUR * 1_000;
  const again = end + 600_000;
  let baseline: unknown;
  for (let now = T0 + 5_000; now <= end; now += 5_000) baseline = judgeAt(runner, now, end, baseline).baseline;

  const bad: number[] = [];
  for (let now = again; now <= again + 300_000; now += 5_000) {
    const judged = judgeAt(runner, now, end, baseline);
    baseline = judged.baseline;
    if (judged.verdict === 'bad') bad.push((now - again) / 1_000);
  }

  assert.equal(bad[0], 60);
});

/** Five a second up to `end`. */
function judgeAt(runner: ReturnType<typeof detector.compile>, now: number, end: number, baseline: unknown): Judgement {
  const view: WindowView = {
    ...{ from: T0, keys: () => [], quantile: () => undefined, distinct: () => undefined, lastSeen: () => undefined },
    ...{ sum: () => ({ count: 0, sum: 0 }), top: () => [] },
    count: (_, from, to) => (Math.max(0, Math.min(to, end) - Math.max(T0, from)) / 1_000) * 5,
    firstSeen: (_, from, to) => (from < Math.min(to, end) ? from : undefined),
  };
  return runner.judge({ now, source: 'nginx', view, baseline, open: false, budget: 1, offsetMs: 0 });
}

function isShut(second: number): boolean {
  return (second / HOUR) % 24 >= 12.4 && (second / HOUR) % 24 < 19.7;
}

/** Days of one request in two seconds, judged every five seconds, the fault as long as it is bad. */
function judgeDays(days: number, isSpeaking: (second: number) => boolean) {
  const seconds = days * 24 * HOUR;
  const times = Array.from({ length: seconds / 2 }, (_, i) => 2 * i).filter(isSpeaking);
  const before = (time: number) => lowerBound(times, (time - T0) / 1_000);
  const view = {
    ...{ from: 0, keys: () => [], top: () => [], quantile: () => undefined, distinct: () => undefined },
    ...{ lastSeen: () => undefined, sum: () => ({ count: 0, sum: 0 }) },
    count: (_: string, from: number, to: number) => before(to) - before(from),
    firstSeen(_: string, from: number, to: number) {
      const at = T0 + (times[before(from)] ?? Number.POSITIVE_INFINITY) * 1_000;
      return at < to ? at : undefined;
    },
  };
  const runner = detector.compile(OPTIONS);
  let last: Judgement = { verdict: 'unclear', baseline: undefined };
  return Array.from({ length: seconds / 5 }, (_, i) => {
    const now = T0 + (i + 1) * 5_000;
    const more = { source: 'nginx', budget: 1, offsetMs: 0, open: last.verdict === 'bad' };
    last = runner.judge({ ...more, now, view, baseline: last.baseline });
    return { verdict: last.verdict, at: (now - T0) / 1_000 };
  });
}

function lowerBound(sorted: readonly number[], value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function judge(seconds: number, count: (second: number) => number) {
  return judgeTraffic(detector.compile(OPTIONS), seconds, (second) => ({ 'http.requests': count(second) }));
}

function isUnclear({ verdict }: { readonly verdict: string }): boolean {
  return verdict === 'unclear';
}

/** Seconds of silence after which it is told that twenty a second stopped after five minutes. */
function firstStop(top: (all: number) => ReturnType<WindowView['top']>): number | undefined {
  const runner = detector.compile(OPTIONS);
  const end = T0 + 300_000;
  const count = (from: number, to: number) => (Math.max(0, Math.min(to, end) - Math.max(T0, from)) / 1_000) * 20;
  let baseline: unknown;
  for (let now = T0 + 5_000; now <= end + HOUR * 1_000; now += 5_000) {
    const view: WindowView = {
      ...{ from: T0, keys: () => [], quantile: () => undefined, distinct: () => undefined, lastSeen: () => undefined },
      ...{ sum: () => ({ count: 0, sum: 0 }), count: (_, from, to) => count(from, to) },
      firstSeen: (_, from, to) => (from < Math.min(to, end) ? from : undefined),
      // They are kept for a quarter of an hour.
      top: (_, __, from, to) => (from < now - 1_000_000 ? [] : top(count(from, to))),
    };
    const judged = runner.judge({ now, source: 'nginx', view, baseline, open: false, budget: 1, offsetMs: 0 });
    baseline = judged.baseline;
    if (judged.verdict === 'bad') return judged.finding?.value;
  }
  return undefined;
}
