import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyLevel, stepLevel } from '../../../../src/core/detect/level/level.ts';

const STEP_MS = 300_000;
const BEGIN = 1_600_000_000_000;

/** A daily curve with some noise, two spikes and a dip; the scores were computed by the prototype in float64. */
test('the check vector of the design comes out', () => {
  const state = emptyLevel();
  const told: { at: number; score: number; full: number; quarantined: number; drift: number }[] = [];

  for (let i = 0; i < 4_000; i += 1) {
    const dip = i >= 3_000 && i <= 3_005 ? -25 : 0;
    const spike = i === 2_500 || i === 3_500 ? 40 : 0;
    const value = 50 + 10 * Math.sin((2 * Math.PI * i) / 288) + ((7_919 * i) % 1_000) / 1_000 + spike + dip;
    const { score, full, quarantined, drift } = stepLevel(state, BEGIN + STEP_MS * i, value);
    if (score > 2) told.push({ at: i, score, full, quarantined, drift });
  }

  assert.deepEqual(
    told.map(({ at }) => at),
    [2_500, 3_000, 3_500],
  );
});
