import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkOptions } from '../../src/config/options.ts';
import type { Options } from '../../src/core/plugin.ts';
import { detector } from '../../src/detectors/fill.ts';
import { type Gauge, judgeGauge } from './gauge-view.ts';
import { chance, gaussian, T0 } from './traffic.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;

for (const perHour of [0.5, 1, 2, 5, 15]) {
  test(`a disk that fills by ${perHour} points an hour is told at least four hours ahead, with the time it is full`, () => {
    const random = chance(perHour * 10);
    const begins = 2 * DAY;
    const fullAt = begins + (50 / perHour) * HOUR;
    const judged = judge(fullAt, (second) => 50 + Math.max(0, ((second - begins) / HOUR) * perHour) + noise(random));

    const told = judged.find(({ verdict }) => verdict === 'bad');
    const aheadH = (fullAt - (told?.at ?? fullAt)) / HOUR;
    // What takes less than four hours in all cannot be told four hours ahead: then an hour and a half after it began.
    const wanted = Math.min(4, 50 / perHour - 1.5);
    assert.ok(told && told.at > begins && aheadH >= wanted, `${aheadH} h ahead`);
    const late = ((told.finding?.fullAt ?? 0) - T0) / 1_000 - fullAt;
    assert.ok(Math.abs(late) < (0.3 * aheadH + 0.5) * HOUR, `off by ${late / HOUR} h, ${aheadH} h ahead`);
    assert.equal(told.finding?.urgent, aheadH < 4);
  });
}

test('a steady rise from the first minute on is told at least four hours ahead, though its days are unknown', () => {
  const judged = judge(10 * HOUR, (second) => 50 + (second / HOUR) * 5);

  const told = judged.find(({ verdict }) => verdict === 'bad');
  assert.ok(told && told.at <= 6 * HOUR, `at ${told?.at}`);
});

for (const [name, gauge] of Object.entries<Gauge>({
  'a daily sawtooth from 40 to 90': (second) => 40 + 50 * ((second % DAY) / DAY),
  'a backup that takes 45 points in an hour each night': (second) => {
    const hour = (second % DAY) / HOUR;
    return hour < 2 || hour > 5 ? 50 : hour < 3 ? 50 + 45 * (hour - 2) : 95 - 45 * ((hour - 3) / 2);
  },
  'a single jump from 50 to 80': (second) => (second < 2.5 * DAY ? 50 : 80),
  'a jump to 97': (second) => (second < 2.5 * DAY ? 50 : 97),
})) {
  for (const seed of [1, 2]) {
    test(`${name} is silent from its second day on (${seed})`, () => {
      const random = chance(seed);
      const judged = judge(6 * DAY, (second) => (gauge(second) ?? 0) + noise(random));

      assert.deepEqual(badAfter(judged, 1.2 * DAY), []);
    });
  }
}

test('noise is silent, however full it is', () => {
  for (const level of [50, 90, 97]) {
    const random = chance(level);
    const judged = judge(5 * DAY, () => level + gaussian(random));

    assert.deepEqual(badAfter(judged, 0), []);
  }
});

test('a fill-up on top of a daily sawtooth is told', () => {
  const judged = judge(4 * DAY, (second) => {
    const extra = second < 3 * DAY ? 0 : ((second - 3 * DAY) / HOUR) * 6;
    return 40 + 20 * ((second % DAY) / DAY) + extra;
  });

  const told = badAfter(judged, 0)[0];
  assert.ok(told !== undefined && told > 3 * DAY && told < 3 * DAY + 4 * HOUR, `at ${told}`);
});

test('once emptied it is well, and what is full is not', () => {
  const judged = judge(4 * DAY, (second) => {
    const risen = 50 + Math.max(0, ((second - 2 * DAY) / HOUR) * 5);
    return second > 3 * DAY ? 50 : Math.min(100, risen);
  });

  const verdictAt = (at: number) => judged.find((one) => one.at === at)?.verdict;
  assert.notEqual(verdictAt(2.75 * DAY), 'well');
  assert.equal(verdictAt(3.25 * DAY), 'well');
});

test('it says what it needs', () => {
  const judged = judge(3 * HOUR, () => 50);

  assert.equal(judged[0]?.note, 'needs 60 more min of values');
  assert.equal(judged.at(-1)?.note, 'needs 22 more h of values to know a daily rise');
});

test('gaps of days, clocks that jump and any finite value make no finding that is not finite', () => {
  const piece = fc.record({
    hours: fc.integer({ min: 1, max: 40 }),
    value: fc.option(fc.double({ min: -1e30, max: 1e30, noNaN: true }), { nil: undefined }),
    perHour: fc.double({ min: -10, max: 10, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), (pieces) => {
      const ends = pieces.map((_, i) => pieces.slice(0, i + 1).reduce((sum, { hours }) => sum + hours * HOUR, 0));
      const gauge: Gauge = (second) => {
        const i = ends.findIndex((end) => second < end);
        const { value, perHour = 0 } = pieces[i] ?? {};
        return value === undefined ? undefined : value + (perHour * second) / HOUR;
      };
      for (const { finding } of judge(ends.at(-1) ?? 0, gauge)) {
        if (!finding) continue;
        assert.ok([finding.value, finding.expected, finding.fullAt].every(Number.isFinite), JSON.stringify(finding));
        assert.ok((finding.fullAt ?? 0) >= finding.time);
      }
    }),
    { numRuns: 10 },
  );
});

test('a baseline that was stored and read back changes nothing', () => {
  const gauge: Gauge = (second) => (second % 50_000 < 3_000 ? undefined : 40 + second / HOUR);

  const plain = judge(2 * DAY, gauge);
  const stored = judgeGauge(compile({}), 2 * DAY, gauge, (baseline) => structuredClone(baseline));

  assert.deepEqual(stored, plain);
  assert.ok(plain.some(({ verdict }) => verdict === 'bad'));
});

test('urgent is not longer than within', () => {
  assert.throws(() => compile({ within: '4h', urgent: '5h' }), /urgent is longer than within/);
});

function compile(options: Options) {
  return detector.compile(checkOptions(detector.options, { series: 'host.disk.used', ...options }).options);
}

function judge(seconds: number, gauge: Gauge) {
  return judgeGauge(compile({}), seconds, gauge);
}

function badAfter(judged: ReturnType<typeof judge>, second: number): number[] {
  return judged.filter(({ at, verdict }) => at > second && verdict === 'bad').map(({ at }) => at);
}

function noise(random: () => number): number {
  return 0.2 * gaussian(random);
}
