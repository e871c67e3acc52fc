import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blamedPart, hostileLine, shownLine, timesFor } from '../../src/config/hostile-line.ts';

test('a hostile line is as long as asked, and ends as it must', () => {
  const attack = attackOf([{ prefix: 'x', pump: 'ab' }], '!');

  const line = hostileLine(attack, 12);

  assert.equal(line, 'xababababab!');
  assert.equal(timesFor(attack, 12), 5);
});

for (const [pumps, suffix, times, shown] of [
  [[{ prefix: '', pump: 'a' }], '!', 3, "'a' x 3 then '!'"],
  // It begins as it goes on.
  [[{ prefix: 'a', pump: 'a' }], '!', 3, "'a' x 4 then '!'"],
  [[{ prefix: 'x ', pump: 'a' }], '', 3, "'x ' then 'a' x 3"],
  [[{ prefix: '', pump: '\u0000\u2028\u001b' }], '\n', 3, "'\\x00\\u2028\\x1b' x 3 then '\\x0a'"],
  [[{ prefix: '', pump: 'a'.repeat(50) }], '', 3, `'${'a'.repeat(20)}…' x 3`],
  [
    Array.from({ length: 9 }, () => ({ prefix: '', pump: ',' })),
    '!',
    3,
    "',' x 3 then ',' x 3 then ',' x 3 then … then '!'",
  ],
] as const)
  test(`a hostile line is shown as ${shown}`, () => {
    assert.equal(shownLine(attackOf(pumps, suffix), times), shown);
  });

for (const [source, hot, isExponential, part] of [
  ['^(?:(a+)+b)$', ['a'], true, '(a+)+'],
  ['^(?:x(?:[)(]a+|\\)b){2,}c)$', ['a'], true, '(?:[)(]a+|\\)b){2,}'],
  ['^(?:a*a*b)$', ['a*a'], false, 'a*a*'],
  // A group is blamed whole or not at all.
  ['^(?:(.*?),(.*?)x)$', ['.*?),(.'], false, '(.*?),(.*?)'],
  [`^(?:(${'a'.repeat(100)}+)+b)$`, ['a'.repeat(100)], true, `(${'a'.repeat(59)}…`],
] as const)
  test(`of ${source.slice(0, 30)} ${part.slice(0, 20)} is blamed`, () => {
    const spots = hot.map((text) => {
      const start = source.indexOf(text);
      return { start, end: start + text.length, temperature: 'heat' as const };
    });

    assert.equal(blamedPart(source, spots, isExponential), part);
  });

test('where nothing is hot, the beginning of the expression is shown', () => {
  assert.equal(blamedPart('^(?:a)$', [], true), '^(?:a)$');
});

function attackOf(pumps: readonly { readonly prefix: string; readonly pump: string }[], suffix: string) {
  return { pumps: pumps.map((pump) => ({ ...pump, bias: 0 })), suffix, base: 0, string: '', pattern: '' };
}
