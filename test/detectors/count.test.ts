import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { scoreOf } from '../../src/core/detect/count-windows.ts';
import { pack, unpack } from '../../src/core/detect/packed.ts';
import type { WindowView } from '../../src/core/plugin.ts';
import { detector } from '../../src/detectors/count.ts';
import { chance, judgeTraffic, poisson, T0 } from './traffic.ts';

const HOUR = 3_600;
const OPTIONS = { ...{ series: 'http.requests', side: 'both', minTimes: 4, maxTimes: 0.25, minCount: 20 } };
const MORE = { minExpected: 30, minWindow: 10_000, leave: 0.5, silence: true };

test('in its first five minutes it says that it warms up', () => {
  const judged = judge(300, (second) => (second < 200 ? 5 : 0));

  assert.ok(judged.every(({ verdict, note }) => verdict === 'unclear' && note === 'warm-up'));
});

test('a stop ten minutes after the first start is told within a minute', () => {
  const random = chance(4);
  const judged = judge(900, (second) => (second < 600 ? poisson(20, random) : 0), { side: 'low' });

  const bad = judged.filter(({ verdict }) => verdict === 'bad');
  assert.ok(bad[0] && bad[0].at >= 600 && bad[0].at < 660, `at ${bad[0]?.at}`);
});

test('the first hours of an evening that grows quiet tell nothing', () => {
  const random = chance(3);
  const judged = judge(3 * HOUR, (second) => poisson(20 * 10 ** (-second / (4 * HOUR)), random));

  assert.ok(judged.every(({ verdict }) => verdict !== 'bad'));
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

test('a first morning with ten times as much an hour is no spike, nor is what comes back after a silence', () => {
  const random = chance(7);
  const rate = (second: number) => 0.05 * 10 ** Math.min(2, Math.max(0, (second - 4 * HOUR) / HOUR));
  const isSilent = (second: number) => second >= 8 * HOUR && second < 10 * HOUR;
  const judged = judge(11 * HOUR, (second) => (isSilent(second) ? 0 : poisson(rate(second), random)), { side: 'high' });

  assert.ok(judged.every(({ verdict }) => verdict !== 'bad'));
});

test('on the first day what is ten times as much from one minute to the next is told', () => {
  const random = chance(8);
  const rate = (second: number) => (second >= 5 * HOUR && second < 5.5 * HOUR ? 20 : 2);
  const judged = judge(6 * HOUR, (second) => poisson(rate(second), random), { side: 'high' });

  const bad = judged.filter(({ verdict }) => verdict === 'bad');
  assert.ok(bad[0] && bad[0].at >= 5 * HOUR && bad[0].at < 5 * HOUR + 60, `at ${bad[0]?.at}`);
  assert.ok((bad.at(-1)?.at ?? 0) > 5.5 * HOUR - 60, 'it is told as long as it lasts');
  assert.equal(judged.at(-1)?.verdict, 'well');
});

test('a silence is too few, or left to a watch with absence; a drop is told by both', () => {
  const random = chance(6);
  const run = (left: number, silence: boolean) =>
    judge(3.4 * HOUR, (second) => poisson(second < 3 * HOUR ? 2 : left, random), { side: 'low', silence });

  assert.ok(run(0, true).some(({ verdict }) => verdict === 'bad'));
  const left = run(0, false);
  assert.ok(left.every(({ verdict }) => verdict !== 'bad'));
  assert.equal(left.at(-1)?.verdict, 'unclear');
  assert.ok(run(0.2, false).some(({ verdict }) => verdict === 'bad'));
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

test('chances of healthy counts are conservatively uniform', () => {
  const random = chance(9);
  for (const [mean, spread] of [
    [3, 0.0025],
    [40, 0.0025],
    [40, 0.1],
    [400, 0.05],
  ] as const) {
    const shape = Math.round(1 / spread);
    const counts = Array.from({ length: 4_000 }, () => poisson((mean * erlang(shape, random)) / shape, random));
    for (const side of ['high', 'low'] as const) {
      const scores = counts.map((count) => scoreOf({ count, expected: mean, spread }, side));
      for (const score of [1.5, 2, 2.5]) {
        const due = counts.length * 10 ** -score;
        const seen = scores.filter((one) => one >= score).length;
        assert.ok(seen <= due + 4 * Math.sqrt(due), `${seen} of ${due} at ${score}, ${mean}, ${spread}, ${side}`);
      }
    }
  }
});

test('clocks that jump, gaps of days, steps that come twice and states read back are survived', () => {
  const jump = fc.oneof(
    fc.constantFrom(0, 10_000, -3_600_000, 3_600_000, 3 * 86_400_000),
    fc.integer({ min: -1e9, max: 1e9 }),
  );
  const count = fc.constantFrom(0, 1, 20, 1_000_000);
  fc.assert(
    fc.property(fc.array(fc.tuple(jump, count), { minLength: 1, maxLength: 8 }), (parts) => {
      const runner = detector.compile({ ...OPTIONS, ...MORE });
      let [now, kept, read] = [T0, undefined as unknown, undefined as unknown];
      for (const [jumpMs, each] of parts) {
        now = Math.floor((now + jumpMs) / 10_000) * 10_000;
        const view = viewOf((from, to) => (each * (to - from)) / 10_000);
        for (let step = 0; step < 700; step += 1) {
          now += 10_000;
          const input = { now, source: 'nginx', view, open: step % 400 > 390, budget: 0.05, offsetMs: 3_600_000 };
          const one = runner.judge({ ...input, baseline: kept });
          const other = runner.judge({ ...input, baseline: read });
          assert.deepEqual(unpack(pack(other)), unpack(pack(one)));
          assert.ok(Number.isFinite(one.score ?? 0) && areFinite(one.finding));
          [kept, read] = [one.baseline, unpack(pack(other.baseline))];
        }
      }
    }),
    { numRuns: 4 },
  );
});

/** Mean of a gamma distribution with a whole shape, times the shape. */
function erlang(shape: number, random: () => number): number {
  let sum = 0;
  for (let i = 0; i < shape; i += 1) sum -= Math.log(1 - random());
  return sum;
}

function areFinite(finding: object | undefined): boolean {
  return Object.values(finding ?? {}).every((one) => typeof one !== 'number' || Number.isFinite(one));
}

function viewOf(count: (from: number, to: number) => number): WindowView {
  const none = { keys: () => [], top: () => [], quantile: () => undefined, distinct: () => undefined };
  const seen = { firstSeen: () => undefined, lastSeen: () => undefined, from: 0 };
  return { ...none, ...seen, sum: () => ({ count: 0, sum: 0 }), count: (_, from, to) => count(from, to) };
}

function judge(
  seconds: number,
  count: (second: number) => number,
  more: Record<string, string | number | boolean> = {},
) {
  const runner = detector.compile({ ...OPTIONS, ...MORE, ...more });
  return judgeTraffic(runner, seconds, (second) => ({ 'http.requests': count(second) })).filter(
    ({ at }) => (at + 1) % 10 === 0,
  );
}
