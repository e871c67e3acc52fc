import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pack, unpack, unpackPlain } from '../../../src/core/detect/packed.ts';
import { UserError } from '../../../src/core/errors.ts';

const float = fc.float().map(Math.fround);
const floats = fc.array(float, { maxLength: 20 }).map((list) => new Float32Array(list));
/** Keys that look like the codec's own mark are the hard ones. */
const key = fc
  .oneof(fc.constantFrom('$', '$$', '$a', ''), fc.string({ maxLength: 4 }))
  .filter((one) => one !== '__proto__');
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((one) => !Object.is(one, -0));
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    ...[fc.constant(null), fc.boolean(), number, fc.string(), floats],
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

test('what is packed is unpacked as it was, floats bit for bit', () => {
  fc.assert(
    fc.property(value, (given) => {
      assert.deepEqual(unpack(pack(given)), given);
    }),
    { numRuns: 300 },
  );
});

test('an array is read wherever its bytes begin, as Redis gives them', () => {
  const packed = pack({ text: 'x', floats: new Float32Array([1, -0, Number.NaN, Number.POSITIVE_INFINITY]) });
  for (const shift of [1, 2, 3]) {
    const around = new Uint8Array(packed.length + shift);
    around.set(packed, shift);
    assert.deepEqual(unpack(around.subarray(shift)), unpack(packed));
  }
});

test('JSON of an earlier linesman is read', () => {
  const old = [['', { since: 1, days: [1, 2] }]];

  assert.deepEqual(unpack(new TextEncoder().encode(JSON.stringify(old))), old);
});

test('floats take four bytes each, whatever they are', () => {
  const of = (length: number) => pack(new Float32Array(length).fill(0.1)).length;

  assert.equal(of(1_000) - of(100), 900 * 4 + 1, 'and the length one digit more');
});

test('to look at, floats are a list', () => {
  assert.deepEqual(unpackPlain(pack([['', { a: new Float32Array([1, 2]) }]])), [['', { a: [1, 2] }]]);
});

test('the bytes of a newer linesman are refused', () => {
  assert.throws(
    () => unpack(Uint8Array.of(2, 0, 0, 0, 0)),
    (error) => error instanceof UserError && error.code === 'STATE_NEWER',
  );
});
