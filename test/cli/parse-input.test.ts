import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createLineCutter } from '../../src/cli/parse-input.ts';
import { MAX_LINE_BYTES } from '../../src/sources/lines.ts';

test('whatever the pieces are, whole lines come out, in their order', async () => {
  const pieces = fc.array(fc.oneof(fc.constantFrom('\n', 'a\n', 'bc', ''), fc.string({ maxLength: 5 })), {
    maxLength: 20,
  });
  await fc.assert(
    fc.asyncProperty(pieces, async (some) => {
      const taken: string[] = [];
      const cutter = createLineCutter({
        async lines(bytes) {
          taken.push(Buffer.from(bytes).toString());
        },
        async long() {
          assert.fail('no line is too long');
        },
      });

      for (const piece of some) await cutter.add(Buffer.from(piece));
      await cutter.end();

      assert.equal(taken.join(''), some.join(''));
      for (const lines of taken.slice(0, -1)) assert.match(lines, /\n$/);
    }),
  );
});

test('of a line that is too long the beginning is kept, and its bytes are counted', async () => {
  const seen: (readonly [string, number])[] = [];
  const cutter = createLineCutter({
    async lines(bytes) {
      seen.push(['lines', bytes.length]);
    },
    async long(head, bytes) {
      seen.push([`long ${head.length}`, bytes]);
    },
  });

  await cutter.add(Buffer.from('a\nb'));
  for (let count = 0; count < 3; count += 1) await cutter.add(Buffer.alloc(MAX_LINE_BYTES, 'x'));
  await cutter.add(Buffer.from('x\nc\nd'));
  await cutter.end();

  assert.deepEqual(seen, [
    ['lines', 2],
    [`long ${MAX_LINE_BYTES}`, 3 * MAX_LINE_BYTES + 2],
    ['lines', 2],
    ['lines', 1],
  ]);
});
