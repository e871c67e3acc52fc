import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  createSeason,
  daysKnown,
  HOUR_MS,
  knowsLevel,
  learnHour,
  type Season,
  usualAt,
  usualInHour,
} from '../../../../src/core/detect/season/season.ts';

const DAY = 24;
const WEEK = 168;

test('before an hour was learnt it knows nothing', () => {
  assert.equal(knowsLevel(createSeason()), false);
  assert.equal(knowsLevel(learnHour(createSeason(), 5, 2)), true);
});

test('an hour of which nothing is known yet is as the hours so far', () => {
  const season = learn(createSeason(), 0, 6, () => 3);

  assert.ok(Math.abs(usualInHour(season, 20) - 3) < 1e-6);
  assert.equal(daysKnown(season, 20.5 * HOUR_MS), 0);
});

test('after three days it knows the hours of the day', () => {
  const season = learn(createSeason(), 0, 3 * DAY, (hour) => (hour % DAY < 12 ? 1 : 3));

  assert.ok(Math.abs(usualInHour(season, 3 * DAY + 6) - 1) < 0.3);
  assert.ok(Math.abs(usualInHour(season, 3 * DAY + 18) - 3) < 0.3);
  assert.equal(daysKnown(season, (3 * DAY + 18.5) * HOUR_MS), 3);
});

test('after four weeks it knows the hours of the week', () => {
  const season = learn(createSeason(), 0, 4 * WEEK, isSunday);

  assert.ok(Math.abs(usualInHour(season, 4 * WEEK + 6 * DAY + 12) - 1) < 0.4);
  assert.ok(Math.abs(usualInHour(season, 4 * WEEK + 2 * DAY + 12) - 3) < 0.15);
});

test('a week that differs by day is not forgotten by one odd Sunday', () => {
  const before = learn(createSeason(), 0, 6 * WEEK, isSunday);
  const odd = learn(before, 6 * WEEK, WEEK, (hour) => (Math.floor(hour / DAY) % 7 === 6 ? -4 : 3));

  assert.ok(Math.abs(usualInHour(odd, 6 * DAY + 12) - usualInHour(before, 6 * DAY + 12)) < 0.2);
});

test('one odd day changes the next week by a fifth at most, and its repeat is believed', () => {
  const before = learn(createSeason(), 0, 4 * WEEK, () => 3);
  const odd = learn(before, 4 * WEEK, DAY, () => -4);
  const nextWeek = learn(odd, 4 * WEEK + DAY, 6 * DAY, () => 3);
  const again = learn(
    learn(nextWeek, 5 * WEEK, DAY, () => -4),
    5 * WEEK + DAY,
    6 * DAY,
    () => 3,
  );

  for (let hour = 0; hour < WEEK; hour += 1) {
    assert.ok(
      Math.abs(usualInHour(nextWeek, hour) - 3) < Math.log(1.2),
      `hour ${hour}: ${usualInHour(nextWeek, hour)}`,
    );
  }
  assert.ok(usualInHour(again, 12) < usualInHour(nextWeek, 12) - 0.5);
});

test('between the middles of two hours it is between them', () => {
  const season = learn(createSeason(), 0, 8 * DAY, (hour) => (hour % DAY === 8 ? 2 : 0));

  assert.ok(Math.abs(usualAt(season, 8.5 * HOUR_MS) - usualInHour(season, 8)) < 1e-9);
  assert.ok(Math.abs(usualAt(season, 9 * HOUR_MS) - (usualInHour(season, 8) + usualInHour(season, 9)) / 2) < 1e-9);
});

test('whatever is learnt, it stays finite and as long as it was, and what was given is left alone', () => {
  const value = fc.double({ min: -700, max: 700, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), value), { maxLength: 60 }), (hours) => {
      let season = createSeason();
      for (const [hour, one] of hours) {
        const copy = season.slice();
        const next = learnHour(season, hour, one);
        assert.deepEqual(season, copy);
        season = next;
      }
      return season.length === createSeason().length && season.every(Number.isFinite);
    }),
    { numRuns: 60 },
  );
});

function isSunday(hour: number): number {
  return Math.floor(hour / DAY) % 7 === 6 ? 1 : 3;
}

function learn(before: Season, from: number, hours: number, value: (hour: number) => number): Season {
  let season = before;
  for (let hour = from; hour < from + hours; hour += 1) season = learnHour(season, hour, value(hour));
  return season;
}
