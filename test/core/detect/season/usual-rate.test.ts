import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HOUR_MS } from '../../../../src/core/detect/season/season.ts';
import {
  createUsualRate,
  learnRate,
  leastAt,
  meanAt,
  mostAt,
  rateAt,
  type UsualRate,
} from '../../../../src/core/detect/season/usual-rate.ts';

const MINUTE_MS = 60_000;
const DAY = 24;

test('before an hour is full it expects what was seen of it, from three minutes on', () => {
  const minute = { lengthMs: MINUTE_MS, amount: 60, exposure: 60, isOdd: false };
  const after = (minutes: number) =>
    Array.from({ length: minutes }, (_, i) => i).reduce(
      (usual, i) => learnRate(usual, { ...minute, localMs: (i + 55.5) * MINUTE_MS }),
      createUsualRate(),
    );

  assert.equal(rateAt(after(2), HOUR_MS), undefined);
  near(rateAt(after(4), HOUR_MS), 1, 0.01);
  near(mostAt(after(4), HOUR_MS), 1, 0.01);
  near(leastAt(after(4), HOUR_MS), 1, 0.01);
  near(meanAt(after(4), HOUR_MS), 1, 0.01);
  // The few minutes before a full hour go on into it.
  near(rateAt(after(7), HOUR_MS), 1, 0.01);
});

test('many lately are no reason to miss them', () => {
  const busy = learn(createUsualRate(), 0, 3 * DAY, (hour) => (hour < 3 * DAY - 2 ? 60 : 600));

  assert.ok((rateAt(busy, 3 * DAY * HOUR_MS) ?? 0) > 4);
  assert.ok((meanAt(busy, 3 * DAY * HOUR_MS) ?? 9) < 2);
});

test('on its first day it follows the rate of the last hours', () => {
  const usual = learn(createUsualRate(), 0, 12, (hour) => (hour < 6 ? 60 : 600));

  near(rateAt(usual, 12 * HOUR_MS), 10, 0.15);
});

test('after some days it expects the morning before it comes', () => {
  const usual = learn(createUsualRate(), 0, 5 * DAY + 6, (hour) => (hour % DAY >= 8 ? 600 : 60));

  near(rateAt(usual, (5 * DAY + 9.5) * HOUR_MS), 10, 0.15);
});

test('a quiet holiday is known within two hours, and forgotten on the next day', () => {
  const healthy = (hour: number) => (hour % DAY >= 8 ? 600 : 60);
  const before = learn(createUsualRate(), 0, 14 * DAY, healthy);
  const holiday = learn(before, 14 * DAY, 12, (hour) => healthy(hour) / 3);
  const after = learn(
    learn(holiday, 14 * DAY + 12, 12, (hour) => healthy(hour) / 3),
    15 * DAY,
    12,
    healthy,
  );

  near(rateAt(holiday, (14 * DAY + 12) * HOUR_MS), 10 / 3, 0.15);
  near(rateAt(after, (15 * DAY + 12) * HOUR_MS), 10, 0.15);
});

test('too many are measured by the season after a silence, and by a morning that was seen once', () => {
  const healthy = (hour: number) => (hour % DAY >= 8 ? 600 : 60);
  const before = learn(createUsualRate(), 0, 14 * DAY + 10, healthy);
  const silent = learn(before, 14 * DAY + 10, 3, () => 0);
  const night = learn(createUsualRate(), 0, DAY + 7, healthy);

  assert.ok((rateAt(silent, (14 * DAY + 13) * HOUR_MS) ?? 0) < 5);
  near(mostAt(silent, (14 * DAY + 13) * HOUR_MS), 10, 0.15);
  near(mostAt(night, (DAY + 9.5) * HOUR_MS), 10, 0.15);
});

test('too few are measured by the least of the hours around, so that the end of a nightly robot is no drop', () => {
  const healthy = (hour: number) => (hour % DAY === 2 ? 600 : 60);
  const usual = learn(createUsualRate(), 0, 5 * DAY + 2, healthy);
  const after = learn(usual, 5 * DAY + 2, 1, () => 600);

  for (const minutes of [0, 30, 60, 90]) {
    const least = leastAt(after, (5 * DAY + 2) * HOUR_MS + minutes * MINUTE_MS) ?? Number.NaN;
    assert.ok(least > 0.5 && least < 1.1, `${least} after ${minutes} min`);
  }
});

test('what is odd changes nothing that is expected now', () => {
  const before = learn(createUsualRate(), 0, 3 * DAY, () => 60);
  const fault = learn(before, 3 * DAY, 1, () => 0, true);

  near(rateAt(fault, (3 * DAY + 1) * HOUR_MS), rateAt(before, (3 * DAY + 1) * HOUR_MS) ?? 0, 1e-6);
});

test('when clocks go back an hour comes twice, when they go forward one is missing, and neither is learnt wrongly', () => {
  const healthy = (hour: number) => (hour % DAY >= 8 ? 600 : 60);
  const before = learn(createUsualRate(), 0, 14 * DAY + 3, healthy);
  const back = learn(before, 14 * DAY + 2, DAY, healthy);
  const forward = learn(before, 14 * DAY + 4, DAY, healthy);

  for (const usual of [back, forward]) {
    near(rateAt(usual, (15 * DAY + 6) * HOUR_MS), 1, 0.15);
    near(rateAt(usual, (15 * DAY + 12) * HOUR_MS), 10, 0.15);
  }
});

/** So many hours of the wall clock, a minute after the other, with the amount a minute of each hour. */
function learn(
  before: UsualRate,
  from: number,
  hours: number,
  amount: (hour: number) => number,
  isOdd = false,
): UsualRate {
  let usual = before;
  for (let at = from * 60; at < (from + hours) * 60; at += 1) {
    const localMs = (at + 0.5) * MINUTE_MS;
    const sample = { localMs, lengthMs: MINUTE_MS, amount: amount(Math.floor(at / 60)), exposure: 60, isOdd };
    usual = learnRate(usual, sample);
  }
  return usual;
}

function near(value: number | undefined, expected: number, part: number): void {
  assert.ok(value !== undefined && Math.abs(value / expected - 1) <= part, `${value}, not ${expected}`);
}
