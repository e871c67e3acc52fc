import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type PairSyntax, readPairs } from '../../../src/core/parse/key-values.ts';

const SPACED = { separator: ' ', assign: '=' };
const COMMAS = { separator: ', ', assign: ': ' };

const TABLE: readonly (readonly [syntax: PairSyntax, text: string, pairs: readonly (readonly [string, string])[]])[] = [
  [
    SPACED,
    'rt=0.01 urt=0.02',
    [
      ['rt', '0.01'],
      ['urt', '0.02'],
    ],
  ],
  [
    SPACED,
    'urt=0.1, 0.2 : 0.3 us=502, 200',
    [
      ['urt', '0.1, 0.2 : 0.3'],
      ['us', '502, 200'],
    ],
  ],
  [
    SPACED,
    'a="x y=1" b=',
    [
      ['a', 'x y=1'],
      ['b', ''],
    ],
  ],
  [
    SPACED,
    'a="never closed b=2',
    [
      ['a', '"never closed'],
      ['b', '2'],
    ],
  ],
  [SPACED, 'text before a=1', [['a', '1']]],
  [SPACED, 'nothing here', []],
  [SPACED, '', []],
  [
    SPACED,
    '__proto__=x a=1',
    [
      ['__proto__', 'x'],
      ['a', '1'],
    ],
  ],
  [
    COMMAS,
    'client: ::1, server: , request: "GET /a, b: c HTTP/1.1"',
    [
      ['client', '::1'],
      ['server', ''],
      ['request', 'GET /a, b: c HTTP/1.1'],
    ],
  ],
  [
    COMMAS,
    'request: "GET /"a" HTTP/1.1", host: "x"',
    [
      ['request', 'GET /"a" HTTP/1.1'],
      ['host', 'x'],
    ],
  ],
  [COMMAS, 'upstream: "10.0.0.6:3306", bytes from/to client:0/0', [['upstream', '10.0.0.6:3306']]],
];

for (const [syntax, text, pairs] of TABLE) {
  test(`the pairs of '${text}'`, () => {
    assert.deepEqual(pairsOf(text, syntax), pairs);
  });
}

test('pairs that were written are read back', () => {
  const name = fc.stringMatching(/^[a-z_0-9]{1,10}$/);
  const plain = fc.stringMatching(/^[0-9.,: -]{0,20}$/).map((value) => [value, value] as const);
  const quoted = fc.stringMatching(/^[ -!#-~]{0,20}$/).map((value) => [`"${value}"`, value] as const);

  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.oneof(plain, quoted)), { maxLength: 8 }), (pairs) => {
      const text = pairs.map(([key, [written]]) => `${key}=${written}`).join(' ');

      assert.deepEqual(
        pairsOf(text, SPACED),
        pairs.map(([key, [, value]]) => [key, value]),
      );
    }),
  );
});

test('any text is read in pieces that stand in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('a', '=', ' ', '"', ',', ':'), maxLength: 60 }), (text) => {
      for (const [name, value] of pairsOf(text, SPACED)) assert.ok(text.includes(`${name}=`) && text.includes(value));
    }),
  );
});

function pairsOf(text: string, syntax: PairSyntax): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  readPairs(text, syntax, (name, from, to) => pairs.push([name, text.slice(from, to)]));
  return pairs;
}
