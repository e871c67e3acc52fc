/** Which lines of JSON patterns with more priority take, found in one walk through the line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createJsonClaims } from '../../../src/core/parse/json-claims.ts';
import { createJsonFiller, type JsonSpec } from '../../../src/core/parse/json-fields.ts';

const SPECS: readonly JsonSpec[] = [
  { fields: { status: ['status'], path: ['request.uri', 'uri'] }, require: ['status', 'path'] },
  { fields: { status: ['status', 'code'], level: ['level'] }, require: ['level'] },
];

test('a line is claimed where one of them has all it requires, and not by two halves', () => {
  const claims = createJsonClaims(SPECS);
  const lines = [
    '{"status":1,"uri":"/"}',
    '{"level":1}',
    '{"status":1,"code":2}',
    '{"uri":"/"}',
    '{"level":null}',
    'x',
  ];

  assert.deepEqual(
    lines.map((line) => claims(line)),
    [true, true, false, false, false, false],
  );
});

test('nothing claims where there is none', () => {
  assert.equal(createJsonClaims([])('{"level":1}'), false);
});

test('they say what each of them says by itself', () => {
  const value = fc.oneof(fc.integer(), fc.constant(null), fc.record({ uri: fc.string() }));
  const line = fc.dictionary(fc.constantFrom('status', 'code', 'level', 'request', 'uri', 'x'), value);
  const claims = createJsonClaims(SPECS);
  const alone = SPECS.map((spec) => {
    const fields = Object.keys(spec.fields);
    const fill = createJsonFiller(spec, new Map(fields.map((field, slot) => [field, slot])));
    return (text: string) =>
      fill(
        text,
        fields.map(() => undefined),
      );
  });

  fc.assert(
    fc.property(line, (object) => {
      const text = JSON.stringify(object);

      assert.equal(
        claims(text),
        alone.some((takes) => takes(text)),
      );
    }),
  );
});
