import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LABEL_CHARS, parseSeriesKey, seriesKey } from '../../../src/core/observe/series.ts';

test('labels are sorted, and what is no part of a key is escaped', () => {
  assert.equal(seriesKey('x'), 'x');
  assert.equal(seriesKey('x', { b: '1', a: '/p q@h:8*' }), 'x{a=/p q@h:8*,b=1}');
  assert.equal(
    seriesKey('x', { a: "!~'()+,={}é語😀" }),
    'x{a=%21%7E%27%28%29%2B%2C%3D%7B%7D%C3%A9%E8%AA%9E%F0%9F%98%80}',
  );
});

test('every value is escaped letter by letter as its UTF-8 bytes, and comes back', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 150 }), (value) => {
      const whole = value.slice(0, LABEL_CHARS).toWellFormed();
      const bytes = [...whole].map((letter) =>
        /[A-Za-z0-9._:/@* -]/.test(letter)
          ? letter
          : [...Buffer.from(letter)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(''),
      );

      const key = seriesKey('x', { a: value });

      assert.equal(key, `x{a=${bytes.join('')}}`);
      assert.deepEqual(parseSeriesKey(key), { name: 'x', labels: { a: whole } });
    }),
  );
});
