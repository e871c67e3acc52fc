import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CHANNELS } from '../../../../src/core/detect/level/layout.ts';
import {
  copyLevel,
  emptyLevel,
  LEVEL_YOUNG,
  type LevelState,
  type LevelStep,
  stepLevel,
} from '../../../../src/core/detect/level/level.ts';
import { pack, unpack } from '../../../../src/core/detect/packed.ts';

const STEP_MS = 300_000;
const DAY_STEPS = 288;
const BEGIN = 1_600_000_000_000;

/** A daily curve with some noise. */
function curve(i: number): number {
  return 50 + 10 * Math.sin((2 * Math.PI * i) / DAY_STEPS) + ((7_919 * i) % 1_000) / 1_000;
}

function run(state: LevelState, steps: number, value: (i: number) => number): readonly LevelStep[] {
  return Array.from({ length: steps }, (_, i) => stepLevel(state, BEGIN + STEP_MS * i, value(i)));
}

/**
 * The scores by the memory that learns everything, the drift and where it speaks were computed by an independent prototype in
 * float64. It looked at what is left of a value a day later: a day of values more makes less of the dip, by 3%.
 */
test('two spikes and a dip in a daily curve are told, and nothing else', () => {
  const odd = (i: number) => (i === 2_500 || i === 3_500 ? 40 : i >= 3_000 && i <= 3_005 ? -25 : 0);

  const steps = run(emptyLevel(), 4_000, (i) => curve(i) + odd(i));

  const told = steps.flatMap((step, at) => (step.score > 3 ? [{ at, ...step }] : []));
  assert.deepEqual(
    told.map(({ at, side }) => [at, side]),
    [
      [2_500, 'high'],
      [3_000, 'low'],
      [3_500, 'high'],
    ],
  );
  for (const [i, full, drift] of [
    [0, 244.451, 0.666],
    [1, 9, 0.633],
    [2, 7.934, 1.403],
  ] as const) {
    assert.ok(Math.abs((told[i]?.full ?? 0) - full) < (i === 1 ? 0.04 : 0.001) * full, `${told[i]?.full}`);
    assert.ok(Math.abs((told[i]?.drift ?? 0) - drift) < 0.001, `${told[i]?.drift}`);
  }
  assert.deepEqual(
    told.map(({ isRepeat }) => isRepeat),
    [false, true, true],
    'swings as large were seen at the first spike',
  );
});

test('it says what is usual at this hour, and since when there was nothing like it', () => {
  const state = emptyLevel();
  run(state, 3_000, curve);

  const step = stepLevel(state, BEGIN + STEP_MS * 3_000, 90);

  assert.ok(Math.abs(step.expected - curve(3_000)) < 2, `${step.expected}`);
  const { low, high } = step.usual;
  assert.ok(
    Math.abs(low - 55) < 1 && Math.abs(high - 56) < 1,
    `the noise is 0 to 1 above 55 at this hour: ${low} to ${high}`,
  );
  assert.equal(step.record?.side, 'high');
  assert.ok(step.record.next > 60 && step.record.next < 61, `the highest there was: ${step.record.next}`);
  assert.equal(step.record.since, BEGIN, 'less than a generation is forgotten by then');
});

test('on the first day it goes by this part of the day, not by the hours before', () => {
  const state = emptyLevel();
  run(state, 200, curve);

  const step = stepLevel(state, BEGIN + STEP_MS * 200, curve(200));

  assert.ok(Math.abs(step.expected - curve(200)) < 2, `${step.expected}, the day's mean is 50`);
  assert.ok(step.usual.low > 38 && step.usual.high < 45, `${step.usual.low} to ${step.usual.high}`);
});

test('a repeat of an incident is told, as one', () => {
  const state = emptyLevel();
  const steps = run(state, 3_000, (i) => curve(i) + (i === 2_000 || i === 2_600 ? 40 : 0));

  assert.equal(steps[2_000]?.isRepeat, false);
  assert.equal(steps[2_600]?.isRepeat, true);
  assert.ok((steps[2_600]?.score ?? 0) > 10, `${steps[2_600]?.score}`);
});

test('what happens at the same hour of each day becomes usual', () => {
  const steps = run(emptyLevel(), 40 * DAY_STEPS, (i) => curve(i) + (i % DAY_STEPS < 12 ? 30 : 0));

  const late = steps.slice(20 * DAY_STEPS).map(({ score }) => score);
  assert.ok(Math.max(...late) < 4, `${Math.max(...late)}`);
});

test('a series that never changed is told when it does, and not before', () => {
  const state = emptyLevel();
  const before = run(state, 1_000, () => 0.1);

  const step = stepLevel(state, BEGIN + STEP_MS * 1_000, 0.2);

  assert.ok(before.every(({ raw }) => raw === 0));
  assert.ok(step.score > 4, `${step.score}`);
});

test('nothing is odd while too little is learnt', () => {
  const steps = run(emptyLevel(), LEVEL_YOUNG - 1, (i) => (i % 7) * 1_000 ** (i % 5));

  assert.ok(steps.every(({ raw }) => raw === 0));
});

test('late and doubled values are left out, and a clock that is set is followed', () => {
  const state = emptyLevel();
  run(state, 1_000, curve);
  const last = BEGIN + STEP_MS * 999;
  const before = plain(state);

  const doubled = stepLevel(state, last, 1_000);
  const late = stepLevel(state, last - 600_000, 1_000);

  assert.deepEqual([doubled.raw, late.raw], [0, 0]);
  assert.equal(plain(state), before);

  stepLevel(state, last - 86_400_000, 1_000);
  assert.equal(state.time, last - 86_400_000);
});

test('after a gap of days it goes on without an alarm', () => {
  const state = emptyLevel();
  run(state, 3_000, curve);

  const steps = Array.from({ length: 100 }, (_, k) => {
    const i = 3_000 + 5 * DAY_STEPS + 77 + k;
    return stepLevel(state, BEGIN + STEP_MS * i, curve(i));
  });

  assert.ok(Math.max(...steps.map(({ raw }) => raw)) < 3);
});

test('where clocks go forward the usual hours go with them', () => {
  const HOUR_MS = 3_600_000;
  const change = BEGIN + 20 * DAY_STEPS * STEP_MS;
  const office = (localMs: number) => {
    const hour = Math.floor(localMs / HOUR_MS) % 24;
    return hour >= 9 && hour < 17 ? 50 : 10;
  };
  /** The highest score of the three days after the change, where people shift their hours and linesman its own. */
  const highest = (shiftOf: (time: number) => number, offsetOf: (time: number) => number) => {
    const state = emptyLevel();
    let most = 0;
    for (let i = 0; i < 23 * DAY_STEPS; i += 1) {
      const time = BEGIN + STEP_MS * i;
      const value = office(time + shiftOf(time)) + ((7_919 * i) % 1_000) / 1_000;
      const { raw } = stepLevel(state, time, value, offsetOf(time));
      if (time >= change) most = Math.max(most, raw);
    }
    return most;
  };

  const none = () => 0;
  const summer = (time: number) => (time < change ? 0 : HOUR_MS);
  const unchanged = highest(none, none);
  const byTheWall = highest(summer, summer);
  const byTheSun = highest(summer, none);

  assert.ok(Math.abs(byTheWall - unchanged) < 0.2, `as odd as without a change: ${byTheWall}, ${unchanged}`);
  assert.ok(byTheSun > 6, `${byTheSun}`);
});

test('what differs by rounding alone is no news to a series that stood still', () => {
  for (const [usual, rounded, changed] of [
    [0, 1e-19, 0.01],
    [0.1, 0.1 + 1e-8, 0.101],
    [1e9, 1e9 + 64, 1.01e9],
  ] as const) {
    const state = emptyLevel();
    const steps = run(state, 1_500, (i) => (i >= 500 && i % 100 === 7 ? rounded : usual));
    const before = Math.max(...steps.map(({ raw }) => raw));

    const step = stepLevel(state, BEGIN + STEP_MS * 1_500, changed);

    assert.ok(before < 2, `${rounded} after ${usual}: ${before}`);
    assert.ok(step.raw > 3, `${changed} after ${usual}: ${step.raw}`);
  }
});

/** Finite numbers of any size, and none that repeats all the time: alternating them is the worst for a memory of extremes. */
const anyValues = fc.array(
  fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
    fc.constantFrom(0, 1, 1e-300, 1e308),
  ),
  { minLength: 150, maxLength: 400 },
);
const anyGaps = fc.constantFrom(-90_000_000, -60_000, 0, 1, 1_000, 60_000, 300_000, 3_600_000, 400_000_000);

test('finite values at whatever times never make NaN or Infinity', () => {
  fc.assert(
    fc.property(anyValues, fc.array(anyGaps, { minLength: 1, maxLength: 20 }), (values, gaps) => {
      const state = emptyLevel();
      let time = BEGIN;
      for (const [i, value] of values.entries()) {
        time += gaps[i % gaps.length] ?? 0;
        const { score, raw, expected, usual, full, quarantined, drift, channel } = stepLevel(
          state,
          time,
          value,
          (i % 3) * 3_600_000,
        );
        const figures = [score, raw, expected, usual.low, usual.high, full, quarantined, drift];
        assert.ok(figures.every(Number.isFinite), `${i}: ${value} gave ${figures}`);
        assert.ok(CHANNELS.includes(channel));
      }
      assert.ok(state.numbers.every(Number.isFinite));
    }),
    { numRuns: 40 },
  );
});

test('a state that is stored and read back at any step judges as one that was not', () => {
  fc.assert(
    fc.property(fc.nat(1_500), fc.double({ min: -1e6, max: 1e6, noNaN: true }), (at, scale) => {
      const kept = emptyLevel();
      let stored = emptyLevel();
      for (let i = 0; i < 1_600; i += 1) {
        const value = scale + curve(i) + (i % 500 === 499 ? 30 : 0);
        const one = stepLevel(kept, BEGIN + STEP_MS * i, value);
        if (i === at) stored = unpack(pack(stored)) as LevelState;
        assert.deepEqual(stepLevel(stored, BEGIN + STEP_MS * i, value), one);
      }
    }),
    { numRuns: 10 },
  );
});

test('a copy leaves the state as it was', () => {
  const state = emptyLevel();
  run(state, 500, curve);
  const before = plain(state);

  stepLevel(copyLevel(state), BEGIN + STEP_MS * 500, 1_000);

  assert.equal(plain(state), before);
});

function plain(state: LevelState): string {
  return JSON.stringify({ ...state, numbers: [...state.numbers] });
}
