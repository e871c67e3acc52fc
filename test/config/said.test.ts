import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkOptions } from '../../src/config/options.ts';
import { quoted } from '../../src/config/said.ts';
import { unknownWord } from '../../src/config/words.ts';

test('a mistake quotes what was given, short', () => {
  assert.equal(quoted('a b'), '"a b"');
  assert.equal(quoted(5), '"5"');
  assert.equal(quoted('x'.repeat(100)), `"${'x'.repeat(60)}"`);
});

test('a list and a mapping are named, whatever they hold', () => {
  const itself: unknown[] = [];
  itself.push(itself);

  assert.equal(unknownWord('value', [{ toString: {} }], ['info']), "Unknown value 'a mapping'. Allowed are info");
  assert.equal(unknownWord('value', [itself], ['info']), "Unknown value 'a list'. Allowed are info");
  assert.equal(unknownWord('value', ['inof'], ['info']), "Unknown value 'inof'. Did you mean info?");
});

test('the password of an address under a wrong key is not quoted', () => {
  const url = 'http://user:hunter2@example.com/?token=hunter3';
  const specs = { port: { type: 'integer', describe: 'The port.', example: 80 } } as const;

  for (const text of [
    quoted(url),
    unknownWord('value', [url], ['info']),
    ...checkOptions(specs, { port: url }).mistakes,
  ]) {
    assert.match(text, /example\.com/);
    assert.doesNotMatch(text, /hunter/);
  }
});
