import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseColumns, chooseLabelColumns, createCellTime } from '../../../src/core/parse/series-columns.ts';

const readTime = createCellTime('UTC');

for (const { cells, choice = {}, chosen } of [
  { cells: ['timestamp', 'value'], chosen: { time: 0, value: 1, isHeader: true } },
  { cells: ['host', 'Value', 'TimeStamp'], chosen: { time: 2, value: 1, isHeader: true } },
  { cells: ['ds', 'y'], chosen: { time: 0, value: 1, isHeader: true } },
  { cells: ['2026-01-01', '5'], chosen: { time: 0, value: 1, isHeader: false } },
  { cells: ['cpu', 'time'], chosen: { time: 1, value: 0, isHeader: true } },
  { cells: ['when', 'cpu', 'memory'], choice: { value: 'Memory' }, chosen: { time: 0, value: 2, isHeader: true } },
  { cells: ['1767225600', '5', '7'], choice: { value: '3' }, chosen: { time: 0, value: 2, isHeader: false } },
  { cells: ['a'], chosen: 'it has 1 column; a time and a value are needed' },
  {
    cells: ['time', 'memory'],
    choice: { value: 'memry' },
    chosen: "it has no column 'memry'; write 'memory' if you meant that",
  },
  { cells: ['time', 'cpu'], choice: { value: 'xyz' }, chosen: "it has no column 'xyz'; its columns are time, cpu" },
  { cells: ['time', 'cpu'], choice: { value: '9' }, chosen: 'it has no column 9; it has 2' },
  { cells: ['time', 'cpu'], choice: { value: 'time' }, chosen: "time and value cannot be the same column, 'time'" },
]) {
  test(`columns of ${cells.join(' | ')} ${JSON.stringify(choice)}`, () => {
    assert.deepEqual(chooseColumns(cells, choice, readTime), chosen);
  });
}

test('the column of labels is the one that is called so', () => {
  assert.deepEqual(chooseLabelColumns(['TimeStamp', 'Value', 'Label'], readTime), {
    time: 0,
    value: 2,
    isHeader: true,
  });
  assert.deepEqual(chooseLabelColumns(['time', 'is_anomaly'], readTime), { time: 0, value: 1, isHeader: true });
  assert.deepEqual(chooseLabelColumns(['2026-01-01', '1'], readTime), { time: 0, value: 1, isHeader: false });
  // A column of values under its own name is none of labels.
  assert.match(String(chooseLabelColumns(['time', 'value'], readTime)), /needs a column 'time' and a column 'label'/);
  assert.match(String(chooseLabelColumns(['time'], readTime)), /needs a column 'time' and a column 'label'/);
});

test('times in the forms people have, in their zone', () => {
  const berlin = createCellTime('Europe/Berlin');

  assert.equal(readTime('2026-06-01 02:00:00'), Date.UTC(2026, 5, 1, 2));
  assert.equal(berlin('2026-06-01 02:00:00'), Date.UTC(2026, 5, 1, 0));
  assert.equal(berlin('2026-06-01T02:00:00Z'), Date.UTC(2026, 5, 1, 2));
  assert.equal(readTime('2026-06-01T02:00'), Date.UTC(2026, 5, 1, 2));
  assert.equal(readTime('2026-06-01'), Date.UTC(2026, 5, 1));
  assert.equal(readTime('2014-04-10 07:15:00.000000'), Date.UTC(2014, 3, 10, 7, 15));
  assert.equal(readTime('1767225600'), 1_767_225_600_000);
  assert.equal(readTime('1767225600123'), 1_767_225_600_123);
  assert.deepEqual(['', 'yesterday', '2026-02-30', '2026-13-01 00:00:00'].map(readTime), [
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
