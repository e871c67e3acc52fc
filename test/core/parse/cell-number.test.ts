import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Comma, createCellNumbers } from '../../../src/core/parse/cell-number.ts';

test('numbers are finite and decimal', () => {
  assert.deepEqual(read(['1', '-2.5', '+3.', '.5', '1e3']), [1, -2.5, 3, 0.5, 1000]);
  for (const text of ['', 'NaN', 'Infinity', '1e999', '0x10', '5 kB', '--1', '1,', ',', '1,,5'])
    assert.deepEqual(read([text]), [undefined]);
});

for (const { cells, numbers } of [
  { cells: ['1,5', '-2,25', '3', '1,234', '1.234', '1.234,5'], numbers: [1.5, -2.25, 3, 1.234, 1234, 1234.5] },
  { cells: ['0,123', '1,234'], numbers: [0.123, 1.234] },
  { cells: ['1,234.5', '1,234', '1.234', '1,5'], numbers: [1234.5, 1234, 1.234, undefined] },
  { cells: ['1.5', '1,234', '1,234,567'], numbers: [1.5, 1234, 1_234_567] },
]) {
  test(`the first that can be read in one way says how all are: ${cells.join(' ')}`, () => {
    assert.deepEqual(read(cells), numbers);
  });
}

test('a comma before three digits may be either, until another number says which', () => {
  const one = createCellNumbers();
  for (const text of ['1,234', '999', '12']) one.learn(text);
  assert.ok(one.isUnclear('1,234') && !one.isUnclear('999'));

  one.learn('2,5');
  assert.ok(!one.isUnclear('1,234'));
  assert.equal(one.read('1,234'), 1.234);
});

test('where commas are known to be decimal, points are so as long as there is no comma', () => {
  assert.deepEqual(read(['1.234', '1,234', '1.234'], 'decimal'), [1.234, 1.234, 1234]);
});

function read(cells: readonly string[], known?: Comma): readonly (number | undefined)[] {
  const numbers = createCellNumbers(known);
  return cells.map((text) => {
    numbers.learn(text);
    return numbers.read(text);
  });
}
