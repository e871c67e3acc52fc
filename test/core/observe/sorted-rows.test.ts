import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fulfils } from '../../../src/core/observe/condition.ts';
import type { Condition, SeriesSpec } from '../../../src/core/observe/observation.ts';
import { sortBySeries } from '../../../src/core/observe/sorted-rows.ts';

const RANGES: readonly Condition[] = [
  { is: 'range', from: 500, to: 599 },
  { is: 'range', from: 0.5, to: 403 },
];
const CONDITIONS: readonly Condition[] = [
  { is: 'present' },
  { is: 'range', from: 500, to: 599 },
  { is: 'in', values: ['401', '403'] },
  { is: 'not', values: ['200', '304'] },
];

for (const [name, conditions] of [
  ['conditions', CONDITIONS],
  ['ranges alone', RANGES],
] as const)
  test(`each series gets the rows that fulfil its condition, block after block: ${name}`, () => {
    const value = fc.oneof(fc.constantFrom(200, 304, 401, 403, 404, 500, 599, Number.NaN), fc.double());
    fc.assert(
      fc.property(
        fc.array(fc.array(value, { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 3 }),
        (blocks) => {
          const status = new Float64Array(40);
          const series = conditions.map((condition, i) => seriesOf(`s${i}`, [{ field: 'status', condition }]));
          const sorted = sortBySeries(series, { numbers: new Map([['status', status]]) });
          for (const values of blocks) {
            status.set(values);

            sorted.sort({ at: Int32Array.from(status.keys()), count: values.length });

            for (const spec of series) {
              const { rows, isDone } = sorted.firstOf.get(spec) ?? {};
              assert.ok(rows && isDone && isDone === spec.when[0]);
              const expected = [...values.keys()].filter((row) => fulfils(isDone.condition, givenOf(values[row])));
              assert.deepEqual([...rows.at.subarray(0, rows.count)], expected);
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });

test('a series without a condition on a number begins with all rows', () => {
  const series = [seriesOf('all', []), seriesOf('text', [{ field: 'level', condition: { is: 'present' } }])];

  const sorted = sortBySeries(series, { numbers: new Map([['status', new Float64Array(1)]]) });

  assert.equal(sorted.firstOf.size, 0);
});

test('of two conditions on numbers one is left to be looked at', () => {
  const numbers = new Map([
    ['status', new Float64Array(1)],
    ['took', new Float64Array(1)],
  ]);
  const slow = seriesOf('slow', [
    { field: 'took', condition: { is: 'range', from: 5, to: 9 } },
    { field: 'status', condition: { is: 'range', from: 500, to: 599 } },
  ]);

  const { firstOf } = sortBySeries([slow], { numbers });

  assert.equal(firstOf.get(slow)?.isDone.field, 'status');
});

function givenOf(value: number | undefined): number | undefined {
  return value === undefined || Number.isNaN(value) ? undefined : value;
}

function seriesOf(name: string, when: SeriesSpec['when']): SeriesSpec {
  return { name, when, by: [], evidence: false };
}
