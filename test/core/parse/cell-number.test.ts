import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCellNumbers, type Mark } from '../../../src/core/parse/cell-number.ts';

test('numbers are finite and decimal', () => {
  assert.deepEqual(read(['1', '-2.5', '+3.', '.5', '1e3']), [1, -2.5, 3, 0.5, 1000]);
  for (const text of ['', 'NaN', 'Infinity', '1e999', '0x10', '5 kB', '--1', '1,', ',', '1,,5'])
    assert.deepEqual(read([text]), [undefined]);
});

for (const { cells, numbers } of [
  { cells: ['1,5', '-2,25', '3', '1,234', '1.234', '1.234,5'], numbers: [1.5, -2.25, 3, 1.234, 1234, 1234.5] },
  { cells: ['0,123', '1,234'], numbers: [0.123, 1.234] },
  { cells: ['1,234.5', '1,234', '1.234', '1,5'], numbers: [1234.5, 1234, 1.234, undefined] },
  { cells: ['1.234.567', '1.234', '1,5'], numbers: [1_234_567, 1234, 1.5] },
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

test('where commas are known to be decimal, a point before three digits may be either until a number says which', () => {
  const thousands = createCellNumbers('decimal');
  assert.ok(thousands.isUnclear('1.024') && !thousands.isUnclear('0.024') && !thousands.isUnclear('950'));
  thousands.learn('980,5');
  assert.deepEqual([thousands.isUnclear('1.024'), thousands.read('1.024')], [false, 1024]);

  const decimal = createCellNumbers('decimal');
  decimal.learn('980.5');
  assert.deepEqual([decimal.isUnclear('1.024'), decimal.read('1.024')], [false, 1.024]);
});

test('where nothing ever says so points are decimal, and commas stay unclear', () => {
  const numbers = createCellNumbers();
  assert.ok(numbers.isUnclear('1.024') && numbers.isUnclear('1,024'));

  numbers.settle();

  assert.deepEqual(
    [numbers.isUnclear('1.024'), numbers.read('1.024'), numbers.isUnclear('1,024')],
    [false, 1.024, true],
  );
});

function read(cells: readonly string[], known?: Mark): readonly (number | undefined)[] {
  const numbers = createCellNumbers(known);
  return cells.map((text) => {
    numbers.learn(text);
    return numbers.read(text);
  });
}
