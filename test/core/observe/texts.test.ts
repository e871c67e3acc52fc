import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LABEL_CHARS } from '../../../src/core/observe/series.ts';
import { createTexts, FULL_TEXTS } from '../../../src/core/observe/texts.ts';

test('one text has one id, and a long one that of what is shown of it as well', () => {
  const texts = createTexts();
  const long = 'x'.repeat(LABEL_CHARS + 1);

  const id = texts.idOf(long);

  assert.equal(texts.idOf('x'.repeat(LABEL_CHARS + 1)), id);
  assert.equal(texts.textOf(texts.cuts.values[id] as number), 'x'.repeat(LABEL_CHARS));
});

test('a long text is shown as its own beginning wherever it comes, also where the tables grow', () => {
  const texts = createTexts();

  for (let number = 0; number < 5_000; number += 1) {
    const id = texts.idOf(`${number} ${'x'.repeat(LABEL_CHARS * (number % 3))}`);
    const shown = texts.textOf(texts.cuts.values[id] as number);
    assert.equal(shown, texts.textOf(id).slice(0, LABEL_CHARS));
  }
});

test('when there are many texts, all are forgotten', () => {
  const texts = createTexts();
  const table = texts.createTable();
  for (let number = 0; number <= FULL_TEXTS; number += 1) table.values[texts.idOf(`text ${number}`)] = 1;

  assert.equal(texts.isFull(), true);
  texts.renew();

  assert.equal(texts.isFull(), false);
  assert.equal(texts.textOf(texts.idOf('text 30000')), 'text 30000');
  assert.ok(table.values.every((value) => value === 0));
});
