import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { csvCells, separatorOf } from '../../../src/core/parse/csv.ts';

test('cells are split at the separator, quotes hold one, a quote within is doubled', () => {
  assert.deepEqual(csvCells('a, b ,c', ','), ['a', 'b', 'c']);
  assert.deepEqual(csvCells('"1,5";"say ""no""";', ';'), ['1,5', 'say "no"', '']);
  assert.deepEqual(csvCells('  "x" ,y', ','), ['x', 'y']);
});

test('a quote that is open at the end asks for the next line', () => {
  assert.equal(csvCells('a,"b', ','), undefined);
  assert.equal(csvCells('a,"b""', ','), undefined);
  assert.deepEqual(csvCells('a,"b\nc",d', ','), ['a', 'b\nc', 'd']);
});

test('the separator is the one that stands most often outside of quotes', () => {
  assert.equal(separatorOf('time;value'), ';');
  assert.equal(separatorOf('"a;b;c",value'), ',');
  assert.equal(separatorOf('time\tvalue'), '\t');
  assert.equal(separatorOf('alone'), ',');
  assert.equal(separatorOf('2026-11-28;1,5'), ';');
  assert.equal(separatorOf('1767225600,5;1,5'), ';');
  assert.equal(separatorOf('2026-11-28\t1,5'), '\t');
  assert.equal(separatorOf('1767225600,5,a;b'), ',');
});

test('what was written as CSV reads back', () => {
  const cell = fc.string({ maxLength: 8 }).map((text) => text.trim());
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (cells) => {
      const row = cells.map((one) => `"${one.replaceAll('"', '""')}"`).join(',');

      assert.deepEqual(csvCells(row, ','), cells);
    }),
  );
});
