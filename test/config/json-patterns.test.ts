/** Pattern files for lines of JSON and for lines that go on: what may stand in them, and what is said of mistakes. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadPatterns, shippedPatternsFolder } from '../../src/config/patterns.ts';
import { UserError } from '../../src/core/errors.ts';

const root = mkdtempSync(join(tmpdir(), 'json-patterns-'));
after(() => rmSync(root, { recursive: true }));

const GOOD = `name: app
description: Lines of an application
priority: 7
json:
  fields:
    level: [level, lvl]
    took: request.took
    time: time
  require: [level]
continues: ['\\s+at .*']
time: { field: time, format: [iso8601, epoch] }
fields: { level: level, took: ms }
observe:
  series:
    - { name: app.took, when: { level: error }, value: took }
configure: |
  log: json
samples:
  - line: '{"level":50,"request":{"took":1500},"time":1795584162.5}'
    time: '2026-11-25T05:22:42.500Z'
    fields: { level: error, took: 1.5 }
    continued: ['  at a.b(c.js:1)']
rejects:
  - '{"took":1}'
`;

test('fields are read from JSON, with their kinds and their time', () => {
  const { patterns } = load(GOOD);

  assert.equal(patterns[0]?.name, 'app');
  assert.deepEqual(patterns[0]?.spec.json?.fields.took, ['request.took']);
  assert.equal(patterns[0]?.spec.configure, 'log: json');
});

test('expressions of lines that go on are judged too', () => {
  const { unproven } = load(GOOD);

  assert.deepEqual(
    unproven.map(({ source, at }) => [source, at('slow')]),
    [['^(?:\\s+at .*)$', `${join(root, 'app.yaml')}:10:13: slow`]],
  );
});

const MISTAKES: readonly (readonly [mistake: string, from: string, to: string, told: RegExp])[] = [
  [
    'expressions besides',
    'continues:',
    "expressions: ['a']\ncontinues:",
    /app\.yaml:4:1: json: A pattern has either 'expressions' or 'json'; take one out, or make a second file/,
  ],
  [
    'neither of them',
    /json:[\s\S]*?(?=continues)/.exec(GOOD)?.[0] ?? '',
    '',
    /app\.yaml:1:1: expressions: They are missing; write a list of grok expressions, or 'json' for lines of JSON/,
  ],
  [
    'a required field that is not there',
    'require: [level]',
    'require: [lvel]',
    /app\.yaml:9:13: json\.require\.0: Unknown field 'lvel'\. Did you mean level\?/,
  ],
  [
    'no line of such a log',
    /samples:[\s\S]*/.exec(GOOD)?.[0] ?? '',
    '',
    /app\.yaml:1:1: samples: It is missing; write at least one line of such a log and what is read of it/,
  ],
  ['nothing that is required', '  require: [level]\n', '', /app\.yaml:4:1: json\.require: It is missing; write a list/],
  [
    'a name with an empty part',
    'request.took',
    'request..took',
    /app\.yaml:7:5: json\.fields\.took: 'request\.\.took' is no name; a dot stands between two names, as in request\.uri/,
  ],
  [
    'a name with dots without end',
    'request.took',
    'a.b.c.d.e.f.g',
    /app\.yaml:7:5: json\.fields\.took: It has more than 5 dots/,
  ],
  ['an empty list of names', '[level, lvl]', '[]', /app\.yaml:6:5: json\.fields\.level: It is empty/],
  [
    'a name that is none',
    '[level, lvl]',
    '{ a: 1 }',
    /app\.yaml:6:5: json\.fields\.level: It is no text; write a name/,
  ],
  [
    'a name in a list that is none',
    '[level, lvl]',
    '[level, 3]',
    /app\.yaml:6:20: json\.fields\.level\.1: It is no text/,
  ],
  ['an unknown key', 'continues:', 'continue:', /app\.yaml:10:1: Unknown key 'continue'\. Did you mean continues\?/],
  [
    'an unknown format in a list',
    '[iso8601, epoch]',
    '[iso8601, epoc]',
    /time\.format\.1: Unknown value 'epoc'\. Did you mean epoch\?/,
  ],
  ['no format', ', format: [iso8601, epoch]', '', /app\.yaml:11:1: time\.format: It is missing; write one of clf, /],
  ['a priority beyond 9', 'priority: 7', 'priority: 10', /app\.yaml:3:1: priority: /],
  ['a broken expression of lines that go on', '\\s+at .*', '(', /app\.yaml:10:13: Not a regular expression/],
  [
    'a line that goes on with nothing',
    '  at a.b(c.js:1)',
    'at a.b',
    /app\.yaml:19:5: No expression of continues matches 'at a\.b'/,
  ],
  [
    'a line that goes on and stands for itself',
    '  at a.b(c.js:1)',
    '{"level":1}',
    /must belong to the line before, but matches by itself/,
  ],
  [
    'a sample without what is required',
    '{"level":50,',
    '{"leve":50,',
    /app\.yaml:19:5: '\{"leve":50.*' is no JSON object in one line, or has not all of what is required \(level\)/,
  ],
];

for (const [mistake, from, to, told] of MISTAKES)
  test(`told with its place: ${mistake}`, () => {
    assert.ok(from !== '' && GOOD.includes(from));

    assert.throws(
      () => load(GOOD.replace(from, to)),
      (error) => error instanceof UserError && told.test(error.message) && error.message.split('\n').length === 1,
      to,
    );
  });

test('the operator’s own patterns come before those shipped', () => {
  const folder = mkdtempSync(join(root, 'own-'));
  writeFileSync(join(folder, 'zebra.yaml'), GOOD.replace('name: app', 'name: zebra'));

  const { patterns } = loadPatterns({ folders: [shippedPatternsFolder(), folder], checkWatch: () => [] });

  const names = patterns.map(({ name }) => name);
  assert.equal(names[0], 'zebra');
  assert.deepEqual(names.slice(1), names.slice(1).toSorted());
});

function load(text: string) {
  writeFileSync(join(root, 'app.yaml'), text);
  return loadPatterns({ folders: [root], checkWatch: () => [] });
}
