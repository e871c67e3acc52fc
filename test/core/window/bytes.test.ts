import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createReader, createWriter, textLength } from '../../../src/core/window/bytes.ts';

test('a text comes back as it was, also where its length takes more bytes than its letters would', () => {
  const lengths = [0, 1, 42, 43, 63, 64, 65, 100, 126, 127, 128, 129, 5_461, 5_462, 8_191, 8_192, 16_383, 16_384];

  for (const letter of ['a', 'é', '漢', '😀', '\uFEFF', '\0', '\uD800'])
    for (const length of lengths) assertSame(`x${letter.repeat(length)}y`);
});

test('any texts and numbers come back in their order', () => {
  const text = fc.string({ unit: 'binary', maxLength: 300 });
  const number = fc.oneof(fc.nat(), fc.maxSafeNat());

  fc.assert(
    fc.property(fc.array(fc.tuple(text, number)), (all) => {
      const out = createWriter();
      for (const [one, other] of all) {
        out.text(one);
        out.number(other);
      }
      const from = createReader(out.take());

      assert.deepEqual(
        all.map(() => [from.text(), from.number()]),
        all.map(([one, other]) => [one.toWellFormed(), other]),
      );
      assert.ok(from.isAtEnd());
    }),
    { numRuns: 100 },
  );
});

function assertSame(text: string): void {
  const out = createWriter();
  out.text(text);
  const bytes = out.take();

  assert.equal(bytes.length, textLength(text));
  assert.equal(createReader(bytes).text(), text.toWellFormed());
}
