import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPace } from '../../src/sources/pace.ts';
import type { Waker } from '../../src/sources/waker.ts';

const T0 = 1_700_000_000_000;
const LINES = { hasLines: true, hasEvents: true };
const NOTHING = { hasLines: false, hasEvents: false };

test('while every round brings lines there are no events, and after a pause there are again', () => {
  const { pace, hearings } = start();

  for (let round = 0; round < 19; round += 1) pace.sawRound(LINES, T0 + round * 125);
  assert.deepEqual(hearings, [true]);
  pace.sawRound(LINES, T0 + 2_500);
  assert.deepEqual(hearings, [true, false]);
  pace.sawRound(NOTHING, T0 + 3_000);
  pace.sawRound(LINES, T0 + 4_000);
  pace.sawRound(NOTHING, T0 + 5_999);
  assert.deepEqual(hearings, [true, false]);
  pace.sawRound(NOTHING, T0 + 6_000);
  assert.deepEqual(hearings, [true, false, true]);
});

test('single lines, each with a round without any after it, leave the events on', () => {
  const { pace, hearings } = start();

  for (let round = 0; round < 100; round += 1) pace.sawRound(round % 2 === 0 ? LINES : NOTHING, T0 + round * 125);

  assert.deepEqual(hearings, [true]);
});

test('without events files are looked at more often, but the more there are the less', () => {
  const { pace, waker } = start();

  assert.deepEqual([1, 100, 10_000].map(pace.lookMs), [1_000, 1_000, 1_000]);
  waker.hear(false);
  assert.deepEqual([1, 100, 10_000].map(pace.lookMs), [250, 400, 1_000]);
});

test('what takes long is done less often, up to a bound', () => {
  const { pace } = start();

  pace.swept(100);
  pace.lookedAtAll(1_000);
  assert.deepEqual([pace.findMs(), pace.lookMs(1)], [2_000, 5_000]);
  pace.swept(60_000);
  pace.lookedAtAll(60_000);
  assert.deepEqual([pace.findMs(), pace.lookMs(1)], [10_000, 10_000]);
});

function start() {
  const hearings = [true];
  const waker: Waker = {
    wait: async () => {},
    hear(hears) {
      if (hears !== hearings.at(-1)) hearings.push(hears);
    },
    isHearing: () => hearings.at(-1) === true,
    takeChanged: () => new Set(),
    sawGrowth: () => {},
    problems: () => [],
    close: async () => {},
  };
  return { pace: createPace({ sweepMs: 1_000, waker: () => waker }), waker, hearings };
}
