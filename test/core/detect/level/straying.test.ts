import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { learnStraying, NO_STRAYING, type Straying, steadyPart } from '../../../../src/core/detect/level/straying.ts';
import { chance, gaussian } from '../../../detectors/traffic.ts';

const OWN = 0.0025;
const CHANCE = 3;
const GAIN = 1e-4;

function spreadOf(count: number): number {
  return Math.sqrt(OWN + CHANCE / count);
}

/** Figures of 200 to 2,000 observations, by turns. */
function countOf(i: number): number {
  return 200 * 10 ** (0.5 + 0.5 * Math.sin(i / 200));
}

function learn(figures: number, restOf: (i: number) => number, counts = countOf): Straying {
  let straying = NO_STRAYING;
  for (let i = 0; i < figures; i += 1) {
    straying = learnStraying(straying, restOf(i), { count: counts(i), gain: GAIN });
  }
  return straying;
}

test('figures of few observations stray as those of many once they are multiplied by it', () => {
  const random = chance(3);
  const straying = learn(10_000, (i) => spreadOf(countOf(i)) * gaussian(random));

  const steadied = [200, 500, 1_000, 2_000].map((count) => spreadOf(count) * steadyPart(straying, count));

  const [least, most] = [Math.min(...steadied), Math.max(...steadied)];
  assert.ok(most < 1.1 * least, `${steadied}, of ${[200, 500, 1_000, 2_000].map(spreadOf)}`);
});

test('what strays by itself alone stays as it is', () => {
  const random = chance(4);

  const straying = learn(10_000, () => 0.1 * gaussian(random));

  assert.ok(Math.abs(steadyPart(straying, 200) - 1) < 0.1, `${steadyPart(straying, 200)}`);
});

test('where counts are all alike it stays at what is taken before anything is learnt', () => {
  const random = chance(4);
  const [draw, counts] = [() => 0.1 * gaussian(random), () => 500];

  for (const figures of [1, 100, 5_000]) {
    const part = steadyPart(learn(figures, draw, counts), 500);
    assert.ok(Math.abs(part - steadyPart(NO_STRAYING, 500)) < 1e-6, `${part} after ${figures}`);
  }
});

test('an incident while there is little is hardly learnt', () => {
  const draw = (random: () => number, odd: number) => (i: number) =>
    i >= 7_990 && i < 8_000 ? odd : spreadOf(countOf(i)) * gaussian(random);

  const calm = learn(8_000, draw(chance(5), 0));
  const after = learn(8_000, draw(chance(5), 1_000));

  const changed = steadyPart(after, 200) / steadyPart(calm, 200);
  assert.ok(Math.abs(changed - 1) < 0.02, `${changed}`);
});

test('it is finite and above 0 whatever is learnt', () => {
  const rest = fc.oneof(fc.double({ min: -2e30, max: 2e30, noNaN: true }), fc.constantFrom(0, 1e-300));
  const count = fc.oneof(fc.integer({ min: 1, max: 1e9 }), fc.constant(1));
  fc.assert(
    fc.property(fc.array(fc.tuple(rest, count), { minLength: 201, maxLength: 300 }), (figures) => {
      const straying = figures.reduce(
        (known, [value, of]) => learnStraying(known, value, { count: of, gain: GAIN }),
        NO_STRAYING,
      );
      for (const few of [1, 100, 1e9]) {
        const part = steadyPart(straying, few);
        assert.ok(Number.isFinite(part) && part > 0, `${part} of ${few}`);
      }
    }),
    { numRuns: 40 },
  );
});
