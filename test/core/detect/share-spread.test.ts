import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { learnSpread, NO_SPREAD, SHAPES, type ShareSpread, shapeOf } from '../../../src/core/detect/share-spread.ts';
import { chance, gaussian, poisson } from '../../detectors/traffic.ts';

const DAY = 1_440;
const SHORT_MS = 60_000;
const LONG_MS = 1_800_000;
/** Bad ones due in half an hour of much traffic. */
const BUSY = 1_000;

test('before anything is learnt it is two pseudo-errors, and nine in half an hour', () => {
  assert.equal(shapeOf(NO_SPREAD, SHORT_MS, BUSY), 2);
  assert.equal(Math.round(shapeOf(NO_SPREAD, LONG_MS, BUSY)), 9);
});

test('where half an hour holds too few to show how far it strays, it stays with two', () => {
  assert.ok(shapeOf(NO_SPREAD, LONG_MS, 1) < 2.2, `${shapeOf(NO_SPREAD, LONG_MS, 1)}`);
  assert.equal(shapeOf(NO_SPREAD, SHORT_MS, 0), 2);
  assert.equal(shapeOf(NO_SPREAD, LONG_MS, 0), 2);
});

test('a share that stands still may be told for less after two days', () => {
  const spread = learnt(2 * DAY, () => 1);

  assert.ok(shapeOf(spread, SHORT_MS, BUSY) > 7, `${shapeOf(spread, SHORT_MS, BUSY)}`);
  assert.ok(shapeOf(spread, LONG_MS, BUSY) > 20, `${shapeOf(spread, LONG_MS, BUSY)}`);
});

test('one that wanders log-normally by 0.5 for hours stays near two', () => {
  const random = chance(5);
  let z = 0;
  const spread = learnt(3 * DAY, () => {
    z = 0.99 * z + Math.sqrt(1 - 0.99 ** 2) * gaussian(random);
    return Math.exp(0.5 * z - 0.125);
  });

  assert.ok(shapeOf(spread, SHORT_MS, BUSY) < 3.5, `${shapeOf(spread, SHORT_MS, BUSY)}`);
  assert.ok(shapeOf(spread, LONG_MS, BUSY) < 4, `${shapeOf(spread, LONG_MS, BUSY)}`);
});

test('what began within four hours has taught nothing yet', () => {
  const calm = learnt(2 * DAY, () => 1);
  const creeping = learnt(2 * DAY + 235, (minute) => (minute < 2 * DAY ? 1 : 1 + (minute - 2 * DAY) / 30));

  assert.ok(shapeOf(creeping, LONG_MS, BUSY) >= shapeOf(calm, LONG_MS, BUSY) - 0.5);
});

test('an incident of an hour is learnt only in part', () => {
  const spread = learnt(3 * DAY, (minute) => (minute > DAY && minute < DAY + 60 ? 100 : 1));

  assert.ok(shapeOf(spread, SHORT_MS, BUSY) > 3, `${shapeOf(spread, SHORT_MS, BUSY)}`);
});

test('whatever is counted, pseudo-errors stay within their bounds and what is kept is small', () => {
  const counted = fc.record({
    bad: fc.double({ min: 0, max: 1e9, noNaN: true }),
    due: fc.double({ min: 0, max: 1e9, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(counted, { minLength: 1, maxLength: 20 }), (minutes) => {
      let spread: ShareSpread = NO_SPREAD;
      for (let minute = 0; minute < 600; minute += 1) {
        spread = learnSpread(spread, minute, minutes[minute % minutes.length] ?? { bad: 0, due: 0 });
      }

      for (const [i, ms] of [SHORT_MS, LONG_MS].entries()) {
        const shape = shapeOf(spread, ms, BUSY);
        assert.ok(shape >= (SHAPES[i]?.least ?? 0) && shape <= (SHAPES[i]?.most ?? 0), `${shape}`);
      }
      assert.ok(JSON.stringify(spread).length < 600);
    }),
    { numRuns: 50, examples: [[[{ bad: 0, due: 5e-324 }]]] },
  );
});

/** Two bad ones due a minute, and so many times as many there. */
function learnt(minutes: number, times: (minute: number) => number): ShareSpread {
  const random = chance(3);
  let spread: ShareSpread = NO_SPREAD;
  for (let minute = 0; minute < minutes; minute += 1) {
    spread = learnSpread(spread, minute, { bad: poisson(2 * times(minute), random), due: 2 });
  }
  return spread;
}
