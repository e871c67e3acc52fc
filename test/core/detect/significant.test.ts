import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { significant } from '../../../src/core/detect/significant.ts';

test('a number is rounded to digits as toPrecision rounds it', () => {
  const numbers = [
    0, 1, -1, 0.1, 0.001, 1e-7, 123_456.5, 999_999.5, 9.999_995, 1e15, 1e21, 1e22, 1e300, -1e300, 5e-324,
  ];

  assert.deepEqual(
    numbers.map((number) => significant(number, 6)),
    numbers.map((number) => Number(number.toPrecision(6))),
  );
});

test('whatever the number, it has so many digits, and lies within half a unit of the last one', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: 2, max: 7 }),
      (number, digits) => {
        const rounded = significant(number, digits);
        const written = Number(number.toPrecision(digits));
        const unit = Math.abs(written) * 10 ** (1 - digits);

        assert.equal(Number(rounded.toPrecision(digits)), rounded, 'it has no more digits');
        assert.ok(
          Math.abs(rounded - number) <= Math.abs(written - number) + unit * 1e-9,
          `${number} became ${rounded}`,
        );
      },
    ),
    { numRuns: 500 },
  );
});

test('what is no number stays none', () => {
  assert.deepEqual(
    [Number.NaN, Number.POSITIVE_INFINITY].map((one) => significant(one, 5)),
    [Number.NaN, Number.POSITIVE_INFINITY],
  );
});
