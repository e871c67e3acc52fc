import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { frameLines, isHead } from '../../src/sources/lines.ts';

test('what is not yet a whole line stays', () => {
  const framed = frameLines(Buffer.from('one\ntwo\nthr'), { limit: 100, skip: false, head: true });

  assert.equal(Buffer.from(framed.lines).toString(), 'one\ntwo\n');
  assert.deepEqual([framed.dropped, framed.tooLong, framed.skip], [0, 0, false]);
});

test('a line that fills the limit without its end is over-long; one that just fits is not', () => {
  assert.equal(frameLines(Buffer.from('12345678'), { limit: 8, skip: false, head: false }).tooLong, 1);
  assert.equal(frameLines(Buffer.from('1234567\n'), { limit: 8, skip: false, head: false }).tooLong, 0);
});

test('the head of a file is its beginning and the NULs after it', () => {
  assert.equal(isHead(0, Buffer.alloc(0)), true);
  assert.equal(isHead(100, Buffer.alloc(64)), true);
  assert.equal(isHead(100, Buffer.from('line\n')), false);
});

test('however a file is cut into pieces, the lines and the over-long ones are the same', () => {
  const content = fc.array(fc.oneof(fc.constant(10), fc.integer({ min: 1, max: 255 })), { maxLength: 200 });
  fc.assert(
    fc.property(content, fc.integer({ min: 8, max: 40 }), fc.integer({ min: 8, max: 60 }), (bytes, growth, most) => {
      const whole = Buffer.from([...bytes, 10]);

      const expected = whole.toString('latin1').split('\n').slice(0, -1);
      const read = readGrowing(whole, { growth, most, limit: 8 });

      assert.deepEqual(
        read.lines,
        expected.filter((line) => line.length < 8),
      );
      assert.equal(read.tooLong, expected.filter((line) => line.length >= 8).length);
    }),
  );
});

/** Reads a file as it grows by `growth` bytes at a time, never more than `most` at once. */
function readGrowing(
  whole: Buffer,
  { growth, most, limit }: { readonly growth: number; readonly most: number; readonly limit: number },
): { lines: readonly string[]; tooLong: number } {
  let offset = 0;
  let skip = false;
  let tooLong = 0;
  let text = '';
  for (let size = growth; ; size += growth) {
    for (;;) {
      const data = whole.subarray(offset, Math.min(whole.length, size, offset + most));
      const framed = frameLines(data, { limit, skip, head: false });
      text += Buffer.from(framed.lines).toString('latin1');
      offset += framed.dropped + framed.lines.length;
      skip = framed.skip;
      tooLong += framed.tooLong;
      if (framed.dropped + framed.lines.length === 0) break;
    }
    if (size >= whole.length) return { lines: text.split('\n').slice(0, -1), tooLong };
  }
}
