import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addToSpread, createSpreads, SPREAD_MIN, spreadAt } from '../../../src/core/detect/count-spread.ts';
import { chance, gaussian, poisson } from '../../detectors/traffic.ts';

const MINUTE_MS = 60_000;

test('counts that scatter by chance alone have the least spread', () => {
  assert.equal(spreadAt(spreadsOf(3, 0, 120), 0), SPREAD_MIN);
});

test('it finds how much the rate wanders, at many observations and at few', () => {
  for (const expected of [300, 20, 2]) {
    // Log-normal with sd 0.3: relative variance e^0.09 - 1.
    const spread = spreadAt(spreadsOf(4, 0.3, expected), 0);
    assert.ok(Math.abs(spread - 0.094) < 0.035, `${spread} at ${expected}`);
  }
});

test('a window of the same length far off moves it by a hundredth of itself at most, on the fifth day', () => {
  const spreads = spreadsOf(4, 0.3, 100);
  const before = spreadAt(spreads, 0);
  addToSpread(spreads, { window: 0, windowMs: MINUTE_MS, count: 100_000, expected: 100 });

  assert.ok(spreadAt(spreads, 0) < before * 1.01);
});

function spreadsOf(days: number, deviation: number, expected: number) {
  const random = chance(3);
  const spreads = createSpreads(1);
  for (let at = 0; at < days * 1_440; at += 1) {
    const factor = Math.exp(deviation * gaussian(random) - deviation ** 2 / 2);
    addToSpread(spreads, { window: 0, windowMs: MINUTE_MS, count: poisson(expected * factor, random), expected });
  }
  return spreads;
}
