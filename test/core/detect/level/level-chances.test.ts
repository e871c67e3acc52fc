import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyLevel, stepLevel } from '../../../../src/core/detect/level/level.ts';
import { chance, gaussian } from '../../../detectors/traffic.ts';

type Draw = (random: () => number) => number;

/** Of heavier tails, longer steps and rarer scores more is seen: from which score it is told is measured (limits.ts). */
test('of healthy minutes no more are as odd as their score says', () => {
  const kinds: Readonly<Record<string, Draw>> = {
    normal: gaussian,
    exponential: (random) => -Math.log(1 - random()),
    even: (random) => random(),
  };
  for (const [kind, draw] of Object.entries(kinds)) {
    const random = chance(7);
    const state = emptyLevel();
    const scores = Array.from({ length: 12_000 }, (_, i) => stepLevel(state, i * 60_000, draw(random)).raw);
    for (const score of [1, 2, 3]) {
      const due = scores.length * 10 ** -score;
      const seen = scores.filter((one) => one >= score).length;
      assert.ok(seen <= due + 2 * Math.sqrt(due), `${kind}: ${seen} of ${due} at ${score}`);
    }
  }
});
