import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TEMPLATE_CHARS, TEMPLATE_SCAN_CHARS, toTemplate } from '../../../src/core/observe/template.ts';

/** Messages of one row are of one place in a program. */
const TABLE: readonly (readonly [template: string, ...messages: string[]])[] = [
  ['order <*> failed', 'order 77 failed', 'order 1,234.5 failed', 'order #12 failed', 'order 0x1F failed'],
  ['order <*> failed', 'order 3b7f9c2d11aa failed', 'order 550e8400-e29b-41d4-a716-446655440000 failed'],
  ['took <*> for <*>', 'took 12ms for 3MB', 'took 1.5s for 200KiB', 'took 00:01:02.5 for -3%'],
  [
    'at <*> gone',
    'at 2026-11-25T05:22:42.123Z gone',
    'at 25/Nov/2026:05:22:42 gone',
    'at 2026-11-25 05:22:42,123 gone',
  ],
  ['peer <*>: reset', 'peer 10.0.0.5:5432: reset', 'peer 2001:db8::1: reset'],
  ['mail to <*> bounced', 'mail to alice@example.com bounced', 'mail to "Bob" bounced'],
  [
    'GET <*> failed',
    'GET https://a.example/x?y=1 failed',
    'GET /api/items failed',
    'GET ../x/y.txt failed',
    'GET C:\\x\\y.txt failed',
  ],
  [
    'column <*> does not exist',
    'column "x y" does not exist',
    "column 'x' does not exist",
    'column `x` does not exist',
  ],
  ["can't open <*>", "can't open 'it'", 'can\'t open "don\'t"', 'can\'t open "a \\" b"'],
  ['user=<*> status=<*> failed', 'user=bob status=500 failed', 'user="bob b" status=ok failed'],
  ['got {<*>} back', 'got {"id":5,"name":"x y"} back', "got {'id': 5} back"],
  ['ids <*>', 'ids 1, 2, 3', 'ids 17'],
  [
    'worker-<*> of node<*>.example.com left',
    'worker-3 of node17.example.com left',
    'worker-12 of node1.example.com left',
  ],
  ['AH<*>: no worker, pid(<*>)', 'AH00957: no worker, pid(123)', 'AH00958: no worker, pid(7)'],
  ['Foo@<*> leaks', 'Foo@1f2e3d leaks', 'Foo@abcdef leaks'],
  ['token <*> refused', 'token dGhpcyBpcyBhIGxvbmcgdGV4dA== refused', 'token aB3dE6gH9jK2mN5pQ8sT1vW4yZ7 refused'],
  ['java.lang.NullPointerException: <*> is null', 'java.lang.NullPointerException: "x" is null'],
  [
    'ValueError: bad <*>',
    'Traceback (most recent call last):\n  File "x", line 3\nValueError: bad 5',
    'ValueError: bad 6',
  ],
  [
    'Error: boom',
    'Error: boom\n    at f (/srv/x.js:1:2)',
    '\u001b[31mError:\u001b[0m boom',
    'Error:\tboom',
    ' Error:  boom ',
  ],
  ['connection refused', '"connection refused"', 'connection refused'],
  ['say hello world', 'say "hello world'],
  ['Ошибка <*> при записи', 'Ошибка 5 при записи', 'Ошибка 77 при записи'],
  ['<*> gone', '<*> gone', '"<*>" gone', '5 gone'],
];

for (const [template, ...messages] of TABLE) {
  test(`${messages.length} messages are '${template}'`, () => {
    for (const message of messages) assert.equal(toTemplate(message), template, message);
    assert.equal(toTemplate(template), template);
  });
}

test('what only words tell apart has two templates', () => {
  const pairs = [
    ['read failed', 'write failed'],
    ['java.io.IOException: no', 'java.net.SocketException: no'],
    ['and/or', 'either/or'],
    ['abstractAutowireCapableBeanFactory', 'abstractAutowireCapableBeanFactories'],
  ] as const;

  for (const [a, b] of pairs) assert.notEqual(toTemplate(a), toTemplate(b));
});

test('a long message is cut between two words, at the same one whatever its values are', () => {
  const words = 'one two three four five six seven eight nine ten eleven twelve';
  const long = (value: string) => toTemplate(`${value} ${words} ${words}`);

  assert.equal(long('1'), `<*> ${words} one two three four five six …`);
  assert.equal(long('123456789'), long('1'));
  assert.equal(toTemplate('x'.repeat(1_000_000)), `${'x'.repeat(TEMPLATE_CHARS - 2)} …`);
});

test('a text in quotes may be longer than what is looked at', () => {
  assert.equal(toTemplate(`statement "${'SELECT a '.repeat(100)}" failed`), 'statement <*>');
});

test('a message without words has none', () => {
  for (const message of ['', ' ', '\n', '\u0000\u0007', '""'])
    assert.equal(toTemplate(message), '', JSON.stringify(message));
});

/** Pieces of which hostile messages are made. */
const PIECES = [
  '<*>',
  '"',
  "'",
  '`',
  ' ',
  '=',
  '5',
  'ab',
  '12',
  ':',
  '/',
  '.',
  '-',
  '@',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '\\',
]
  .concat([
    'x',
    'é',
    '\u{1f600}',
    '\ud800',
    '\u001b[31m',
    '\u202e',
    '\n',
    'Traceback ',
    'abcdef',
    '+',
    ',',
    '<',
    '>',
    '…',
    '://',
  ])
  .concat(['\u0001', '\u0085', '\u2028', '00000000-0000-0000-0000-000000000000', 'A'.repeat(50)]);

test('whatever stands in a message, its template is short, has no controls, and nothing beyond some letters changes it', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 300 }), fc.string(), (pieces, more) => {
      const message = pieces.join('').replaceAll('\n', ' ');
      const template = toTemplate(message);

      assert.ok(template.length <= TEMPLATE_CHARS && template.isWellFormed());
      assert.doesNotMatch(template, /[\p{Cc}\p{Zl}\p{Zp}\u202e]/u);
      const beyond = message.padEnd(TEMPLATE_SCAN_CHARS + 1, '.').slice(0, TEMPLATE_SCAN_CHARS + 1);
      assert.equal(toTemplate(`${beyond}${more.replaceAll('\n', ' ')}`), toTemplate(beyond));
    }),
    { numRuns: 500 },
  );
});
