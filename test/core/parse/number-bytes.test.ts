import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FIELD_KINDS, fieldType } from '../../../src/core/parse/field-kind.ts';
import { UNREAD } from '../../../src/core/parse/number-bytes.ts';

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 22 });
const number = fc
  .tuple(fc.constantFrom('', '-', '+'), digits, fc.constantFrom('', '.'), digits)
  .map((parts) => parts.join(''));
const piece = fc.oneof(number, fc.constantFrom('', '-', ',', ' ', ' :', ': ', 'x', '.', 'é'));
const list = fc.array(fc.tuple(piece, fc.constantFrom(', ', ' : ', ',', ' ')), { maxLength: 4 });
const text = fc.oneof(
  number,
  piece,
  fc.tuple(list, piece).map(([before, last]) => before.flat().join('') + last),
);

for (const kind of FIELD_KINDS) {
  const { read, readBytes } = fieldType(kind);
  if (!readBytes) continue;

  test(`${kind}: bytes give the number that their text gives`, () => {
    fc.assert(
      fc.property(text, (given) => {
        const bytes = new TextEncoder().encode(`7, ${given}, 8`);

        const value = readBytes(bytes, 3, bytes.length - 3);

        if (value !== UNREAD) assert.equal(Number.isNaN(value) ? undefined : value, read(given));
      }),
      { numRuns: 2_000 },
    );
  });
}

test('numbers with up to 15 digits are read from their bytes', () => {
  const { readBytes } = fieldType('float');

  for (const given of ['0.005', '123456789012.345', '-0', '999999999999999'])
    assert.equal(readBytes?.(new TextEncoder().encode(given), 0, given.length), Number(given));
});
