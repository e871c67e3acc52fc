import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutTo, paint, widthOf } from '../../../src/core/render/paint.ts';
import { visible } from '../../../src/core/render/sanitise.ts';
import { eventPieces, type Piece, unmatchedPieces } from '../../../src/core/render/tail-line.ts';
import type { Event } from '../../../src/core/types.ts';

const PLAIN = { isColoured: false };
const REQUEST = { status: 200, method: 'GET', path: '/a', bytes: 1534, request_time: 0.005 };

for (const [name, fields, shown] of [
  ['a request', REQUEST, 'T 200   0.005s   1.5k GET  /a'],
  ['one without a time', { ...REQUEST, request_time: undefined }, 'T 200        -   1.5k GET  /a'],
  ['one that was no request', { status: 400, bytes: 157 }, 'T 400        -    157 -'],
  [
    'one answered by another than nginx says',
    {
      ...REQUEST,
      status: 200,
      upstream: 'b:1',
      upstream_status: 502,
      upstream_response_time: 0,
      vhost: 'h',
      client: 'c',
    },
    'T 200   0.005s   1.5k GET  /a → b:1 0.000s 502 h c',
  ],
  ['a message', { level: 'warn', message: 'm', client: 'c', server: 's', request: 'GET /' }, 'T warn   m "GET /" s c'],
  ['a level without a message', { level: 'info', module: 'cart' }, 'T the line'],
] as const)
  test(`columns of ${name}`, () => {
    assert.equal(paint(eventPieces(lineOf(fields)), PLAIN), shown);
  });

test('large bodies are in units', () => {
  const sizes = [0, 999, 1_000, 99_949, 99_950, 999_499, 999_500, 2_500_000_000].map(
    (bytes) => eventPieces(lineOf({ status: 200, bytes }))[3]?.text,
  );

  assert.deepEqual(sizes, ['     0', '   999', '  1.0k', ' 99.9k', '  100k', '  999k', '  1.0M', '  2.5G']);
});

test('statuses, levels and slow answers have their tones', () => {
  const toneAt = (fields: object, index: number) => eventPieces(lineOf(fields))[index]?.tone;

  assert.deepEqual(
    [101, 204, 302, 404, 499, 502].map((status) => toneAt({ status }, 1)),
    ['dim', 'good', 'moved', 'warning', 'warning', 'bad'],
  );
  assert.deepEqual(
    ['debug', 'info', 'notice', 'warn', 'WARNING', 'error', 'crit', 'emerg', 'FATAL'].map((level) =>
      toneAt({ level, message: 'm' }, 1),
    ),
    ['dim', 'plain', 'moved', 'warning', 'warning', 'bad', 'worst', 'worst', 'worst'],
  );
  assert.deepEqual(
    [0.9, 1, 5].map((time) => toneAt({ status: 200, request_time: time }, 2)),
    ['plain', 'warning', 'bad'],
  );
});

test('a path is cut before what stands behind it, and nothing where there is no terminal', () => {
  const pieces = eventPieces(lineOf({ ...REQUEST, path: `/${'x'.repeat(99)}`, vhost: 'shop' }));

  assert.equal(paint(pieces, { ...PLAIN, columns: 60 }), `T 200   0.005s   1.5k GET  /${'x'.repeat(26)}… shop`);
  assert.equal(paint(pieces, { ...PLAIN, columns: 12 }), 'T 200   0.0…');
  assert.equal(paint(pieces, PLAIN), `T 200   0.005s   1.5k GET  /${'x'.repeat(99)} shop`);
});

test('wide letters take two columns, marks none', () => {
  assert.equal(widthOf('日本'), 4);
  assert.equal(widthOf('e\u0301'), 1);
  assert.equal(widthOf('\u{1F600}'), 2);
  assert.equal(cutTo('日本語', 5), '日本…');
  assert.equal(cutTo('日本語', 4), '日…');
  assert.equal(cutTo('日本語', 6), '日本語');
});

test('no line is wider than the terminal, and none has more than its own colours', () => {
  const tone = fc.constantFrom<Piece['tone']>('plain', 'dim', 'bad', 'worst');
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 }));
  const piece = fc.record({ text: text.map((one) => visible(one, 200)), tone, isElastic: fc.boolean() });

  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), fc.integer({ min: 1, max: 120 }), (pieces, columns) => {
      const plain = paint(pieces, { isColoured: false, columns });
      const coloured = paint(pieces, { isColoured: true, columns });

      assert.ok(widthOf(plain) <= columns, plain);
      assert.equal(coloured.replace(/\u001b\[(?:\d+(?:;\d+)*)m/g, '').trimEnd(), plain);
      assert.doesNotMatch(plain, /\p{Cc}/u);
    }),
  );
});

test('a line that no pattern takes is shown as it is, made visible', () => {
  assert.deepEqual(unmatchedPieces('a\u001b[2J\u202eb'), [
    { text: 'a\\u001B[2J\\u202Eb', tone: 'dim', isElastic: true },
  ]);
});

function lineOf(fields: object) {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  const event: Event = { time: 0, pattern: 'p', fields: Object.fromEntries(entries) };
  return { event, fieldNames: ['status', 'bytes', 'request_time'], text: 'the line', time: 'T' };
}
