import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { limitFor } from '../../../src/core/detect/limit.ts';

const MAP = [
  [10, 3],
  [1, 4],
  [0.1, 6],
] as const;

test('a limit is read off between the measured points, by the logarithm of the alarms', () => {
  const rows = [10, Math.sqrt(10), 1, 10 ** -0.5, 0.1].map((budget) => limitFor(MAP, budget));

  assert.deepEqual(
    rows.map((limit) => Number(limit.toFixed(6))),
    [3, 3.5, 4, 5, 6],
  );
});

test('beyond the points it goes on along the nearest two, by one for a tenth of the alarms at least', () => {
  assert.equal(limitFor(MAP, 0.01), 8);
  assert.equal(Number(limitFor(MAP, 100).toFixed(6)), 2);
  const flat = [
    [1, 5],
    [0.1, 5.2],
  ] as const;
  assert.equal(Number(limitFor(flat, 0.01).toFixed(6)), 6.2);
});

test('fewer false alarms never mean a lower limit', () => {
  const budgets = fc.double({ min: 1e-6, max: 1e4, noNaN: true });
  fc.assert(
    fc.property(budgets, budgets, (a, b) => {
      const [few, many] = a < b ? [a, b] : [b, a];
      assert.ok(limitFor(MAP, few) >= limitFor(MAP, many) - 1e-9);
    }),
  );
});
