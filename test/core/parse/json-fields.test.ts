/** Fields of lines of JSON: whatever the order of their names, and whatever is written in them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createJsonFiller, type JsonSpec } from '../../../src/core/parse/json-fields.ts';

const SPEC: JsonSpec = {
  fields: {
    status: ['status', 'code'],
    path: ['request.uri', 'uri'],
    agent: ['request.headers.User-Agent'],
    host: ['@host'],
  },
  require: ['status'],
};

const TABLE: readonly (readonly [what: string, line: string, wanted: Readonly<Record<string, string>> | undefined])[] =
  [
    ['texts and numbers', '{"status":200,"uri":"/a b"}', { status: '200', path: '/a b' }],
    ['any order, with spaces', ' { "uri" : "/" , "status" : "200" } ', { status: '200', path: '/' }],
    ['true and false', '{"status":true}', { status: 'true' }],
    ['the first name that is there', '{"code":1,"status":2}', { status: '2' }],
    ['another name for one that is null', '{"status":null,"code":1}', { status: '1' }],
    ['null is absent', '{"status":null}', undefined],
    ['what is required and missing', '{"uri":"/"}', undefined],
    ['inside of objects', '{"status":1,"request":{"uri":"/x"}}', { status: '1', path: '/x' }],
    ['a key with dots', '{"status":1,"request.uri":"/x"}', { status: '1', path: '/x' }],
    ['dots on both sides', '{"status":1,"request":{"headers.User-Agent":"a"}}', { status: '1', agent: 'a' }],
    [
      'scalars of a list',
      '{"status":1,"request":{"headers":{"User-Agent":["a, b",1,null,[2],{}]}}}',
      {
        status: '1',
        agent: 'a, b, 1',
      },
    ],
    ['a list of nothing', '{"status":[]}', undefined],
    ['an object is no text', '{"status":{"a":1}}', undefined],
    ['the last of two with one name', '{"status":1,"status":2}', { status: '2' }],
    ['the last of two with one name, which is null', '{"status":500,"status":null}', undefined],
    ['another name for one whose last is null', '{"status":500,"code":1,"status":null}', { status: '1' }],
    ['the last of two objects with one name', '{"status":1,"request":{"uri":"/"},"request":{"x":1}}', { status: '1' }],
    ['an object that is none any more', '{"status":1,"request":{"uri":"/"},"request":null}', { status: '1' }],
    ['two inside of an object', '{"status":1,"request":{"uri":"/a","uri":"/b"}}', { status: '1', path: '/b' }],
    ['escapes', '{"status":"\\u00e9\\n\\"\\\\"}', { status: 'é\n"\\' }],
    ['names with escapes', '{"st\\u0061tus":1}', { status: '1' }],
    ['half a letter', '{"status":"a\\ud800b"}', { status: 'a\ufffdb' }],
    [
      'huge numbers as they stand',
      '{"status":1e999,"uri":123456789012345678901}',
      {
        status: '1e999',
        path: '123456789012345678901',
      },
    ],
    ['names of every object', '{"__proto__":{"status":1},"constructor":2,"status":3}', { status: '3' }],
    ['a name and no value, as nginx writes it', '{"uri":,"status":200}', { status: '200', path: '' }],
    [
      'several values, as nginx writes them',
      '{"status":502, 200 : - ,"uri":"/"}',
      { status: '502, 200 : -', path: '/' },
    ],
    [
      'bytes as nginx writes them',
      '{"status":1,"uri":"\\x22\\xC3\\xA9\\xFF\\q"}',
      { status: '1', path: '"é\ufffd\\q' },
    ],
    ['no object', '[{"status":1}]', undefined],
    ['something behind', '{"status":1}x', undefined],
    ['cut off', '{"status":1', undefined],
    ['nothing', '', undefined],
  ];

for (const [what, line, wanted] of TABLE)
  test(`JSON: ${what}`, () => {
    assert.deepEqual(createFill(SPEC)(line), wanted);
  });

test('names that were seen at their place may have more or fewer spaces behind them', () => {
  const fill = createFill(SPEC);
  const lines = ['{"status": "1", "request": {"uri": "/"}}', '{"status":  "1", "request":\t {"uri":"/"}}'];

  const all = [...lines, ...lines].map((line) => fill(line));

  assert.deepEqual(all, new Array(4).fill({ status: '1', path: '/' }));
});

test('names that were seen at their place change nothing', () => {
  const fill = createFill(SPEC);
  const lines = ['{"status":1,"uri":"/"}', '{"uri":"/","status":1}', '{"status" :1}', '{"statusx":1,"code":2}'];

  const both = [...lines, ...lines].map((line) => fill(line));

  assert.deepEqual(
    both,
    [...lines, ...lines].map((line) => createFill(SPEC)(line)),
  );
});

const name = fc.constantFrom('status', 'code', 'uri', 'request', '@host', 'headers', 'x', '\\', '"');
const scalar = fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.boolean(), fc.constant(null));
const objects = fc.letrec((tie) => ({
  value: fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), tie('object')),
  object: fc.dictionary(name, tie('value'), { maxKeys: 6, noNullPrototype: true }),
}));

test('the texts are those of JSON.parse, in any order and with any space', () => {
  fc.assert(
    fc.property(objects.object, fc.constantFrom(0, 1, '\t'), (value, space) => {
      const line = JSON.stringify(value, undefined, space);
      const object = value as Record<string, unknown>;

      const found = createFill({ ...SPEC, require: [] })(line);

      const wanted = {
        status: textOf(object.status) ?? textOf(object.code),
        path: textOf(memberAt(object.request, 'uri')) ?? textOf(object.uri),
        host: textOf(object['@host']),
      };
      if (Object.keys(value as object).length > 0)
        assert.deepEqual({ status: found?.status, path: found?.path, host: found?.host }, wanted);
    }),
  );
});

test('the texts are those of JSON.parse where names are doubled, in each object for itself', () => {
  const member = fc.tuple(fc.constantFrom('status', 'code', 'uri', 'request'), scalar);
  const inside = fc.array(member, { minLength: 1, maxLength: 4 }).map(textOfMembers);
  const outside = fc.tuple(fc.constant('request'), inside).map(([name, text]) => `"${name}":${text}`);
  const members = fc.array(fc.oneof(member.map(memberText), outside), { minLength: 1, maxLength: 6 });
  const fill = createFill({ ...SPEC, require: [] });
  fc.assert(
    fc.property(members, (all) => {
      const line = `{${all.join(',')}}`;
      const object = JSON.parse(line) as Record<string, unknown>;

      const found = fill(line);

      assert.deepEqual(
        { status: found?.status, path: found?.path },
        {
          status: textOf(object.status) ?? textOf(object.code),
          path: textOf(memberAt(object.request, 'uri')) ?? textOf(object.uri),
        },
      );
    }),
  );
});

test('deep, wide and broken lines end soon, and nothing is taken out of them', () => {
  const half = 16 * 1024;
  const fill = createFill(SPEC);
  const lines = [
    `{"status":1,"request":${'{"request":'.repeat(half)}`,
    `{"a":${'['.repeat(half)}${']'.repeat(half)}}`,
    `{"a":"${'\\"'.repeat(half)}`,
    `{"a":${','.repeat(half)}${' '.repeat(half)}`,
    `{${'"a":1,'.repeat(half)}`,
    `{"status":"${'\\x'.repeat(half)}`,
  ];

  for (const line of lines) assert.equal(fill(line)?.status, undefined);
});

function memberText([name, value]: readonly [string, unknown]): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

function textOfMembers(members: readonly (readonly [string, unknown])[]): string {
  return `{${members.map(memberText).join(',')}}`;
}

function memberAt(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

/** What a value is as a text. */
function textOf(value: unknown): string | undefined {
  if (Array.isArray(value)) {
    const texts = value.filter((one) => one !== null);
    return texts.length === 0 ? undefined : texts.map((one) => String(one).toWellFormed()).join(', ');
  }
  return value === null || value === undefined || typeof value === 'object' ? undefined : String(value).toWellFormed();
}

/** Texts by field, undefined where the line is none of the pattern. */
function createFill(spec: JsonSpec): (line: string) => Record<string, string> | undefined {
  const fields = Object.keys(spec.fields);
  const slots = new Map(fields.map((field, slot) => [field, slot]));
  const fill = createJsonFiller(spec, slots);
  const raw: (string | undefined)[] = fields.map(() => undefined);
  return (line) => {
    if (!fill(line, raw)) return undefined;
    return Object.fromEntries(
      fields.flatMap((field, slot): [string, string][] => {
        const text = raw[slot];
        return text === undefined ? [] : [[field, text]];
      }),
    );
  };
}
