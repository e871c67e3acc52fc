import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { loadPatterns, shippedPatternsFolder } from '../../src/config/patterns.ts';
import { UserError } from '../../src/core/errors.ts';
import type { WatchSpec } from '../../src/core/plugin.ts';

const root = mkdtempSync(join(tmpdir(), 'patterns-'));
after(() => rmSync(root, { recursive: true }));

const GOOD = `
name: app
description: Lines of an application
expressions: ['%{TIMESTAMP_ISO8601:time} %{LOGLEVEL:level} %{NUMBER:took:float} %{GREEDYDATA:message}']
time: { field: time, format: iso8601 }
observe:
  series:
    - name: app.errors
      when: { level: [ERROR, FATAL], took: present, message: { not: [benign] } }
      by: [level]
      evidence: true
    - name: app.took
      when: { took: 1-9 }
      value: took
  tops:
    - { series: [app.errors], by: [level] }
  watches:
    - name: app.errors.many
      detector: threshold
      options: { series: app.errors, window: 60s, above: 3, strict: true }
      severity: warning
      clearAfter: 5m
      delivery: digest
      title: Application errors
      why: The application logs errors.
      whatToDo: Read them.
samples:
  - line: 2026-11-25T05:22:42Z ERROR 1.5 no luck
    time: '2026-11-25T05:22:42Z'
    fields: { level: ERROR, took: 1.5 }
`;

test('a pattern file becomes a pattern with its series and its watches', () => {
  const { patterns, watches } = load({ 'app.yaml': GOOD });

  assert.deepEqual(
    patterns.map(({ name }) => name),
    ['app'],
  );
  assert.deepEqual(patterns[0]?.spec.observation, {
    series: [
      {
        name: 'app.errors',
        when: [
          { field: 'level', condition: { is: 'in', values: ['ERROR', 'FATAL'] } },
          { field: 'took', condition: { is: 'present' } },
          { field: 'message', condition: { is: 'not', values: ['benign'] } },
        ],
        by: ['level'],
        evidence: true,
        histogram: false,
      },
      {
        name: 'app.took',
        when: [{ field: 'took', condition: { is: 'range', from: 1, to: 9 } }],
        value: 'took',
        by: [],
        evidence: false,
        histogram: false,
      },
    ],
    tops: [{ series: 'app.errors', by: 'level' }],
    distincts: [],
  });
  assert.deepEqual(watches, [
    {
      name: 'app.errors.many',
      detector: 'threshold',
      options: { series: 'app.errors', window: 60_000, above: 3, strict: true },
      severity: 'warning',
      clearAfterMs: 300_000,
      delivery: 'digest',
      rank: 2,
      title: 'Application errors',
      why: 'The application logs errors.',
      whatToDo: 'Read them.',
    },
  ]);
});

const MISTAKES: readonly (readonly [mistake: string, from: string, to: string, told: RegExp])[] = [
  [
    'an unknown key',
    'description:',
    'descripton:',
    /app\.yaml:3:1: Unknown key 'descripton'. Did you mean description\?/,
  ],
  [
    'a missing key',
    'description: Lines of an application',
    '',
    /app\.yaml:\d+:\d+: description: It is missing; write a text/,
  ],
  [
    'an unknown key deep inside',
    'evidence: true',
    'evidense: true',
    /app\.yaml:11:7: .*'evidense'. Did you mean evidence\?/,
  ],
  [
    'an unknown format',
    'format: iso8601',
    'format: iso8610',
    /app\.yaml:5:22: time\.format: .*'iso8610'. Did you mean iso8601\?/,
  ],
  [
    'an unknown severity',
    'severity: warning',
    'severity: warn',
    /severity: .*'warn'. .*info, warning, critical|Did you mean warning/,
  ],
  [
    'an unknown delivery',
    'delivery: digest',
    'delivery: digset',
    /delivery: Unknown value 'digset'\. Did you mean digest\?/,
  ],
  [
    'a name that is not the file’s',
    'name: app\n',
    'name: apps\n',
    /app\.yaml:2:1: name: It is 'apps', the file is app\.yaml/,
  ],
  [
    'an unknown grok name',
    'LOGLEVEL',
    'LOGLEVL',
    /app\.yaml:4:15: Unknown grok name 'LOGLEVL'. Did you mean LOGLEVEL\?/,
  ],
  ['a broken expression', '%{GREEDYDATA:message}', '(', /app\.yaml:4:15: Not a regular expression/],
  [
    'a time field that is not there',
    'field: time',
    'field: tyme',
    /app\.yaml:5:9: time\.field: Unknown field 'tyme'. Did you mean time\?/,
  ],
  [
    'a label that is not there',
    'by: [level]\n      evidence',
    'by: [levl]\n      evidence',
    /app\.yaml:8:7: series: Unknown field 'levl'. Did you mean level\?/,
  ],
  [
    'a condition that is none',
    'took: 1-9',
    'took: { above: 3 }',
    /app\.yaml:\d+:\d+: .*No condition; write a value, a range/,
  ],
  [
    'heavy hitters of no series',
    'series: [app.errors], by',
    'series: [app.error], by',
    /tops: Unknown series 'app\.error'. Did you mean app\.errors\?/,
  ],
  [
    'distinct values of no series',
    '  watches:',
    '  distincts: [{ series: [app.tuk], by: [level] }]\n  watches:',
    /app\.yaml:\d+:\d+: distincts: Unknown series 'app\.tuk'. Did you mean app\.took\?/,
  ],
  [
    'distinct values of a field that is not there',
    '  watches:',
    '  distincts: [{ series: [app.took], by: [levl] }]\n  watches:',
    /app\.yaml:\d+:\d+: distincts: Unknown field 'levl'. Did you mean level\?/,
  ],
  [
    'a histogram of what is only counted',
    'evidence: true',
    'histogram: true',
    /app\.yaml:11:\d+: series: 'app\.errors' counts lines, so it has no histogram; name the field of its numbers/,
  ],
  [
    'a duration that is none',
    'clearAfter: 5m',
    'clearAfter: 5 minutes',
    /app\.yaml:22:7: .*'5 minutes' is no duration; write 90s, 5m or 2h/,
  ],
  ['a sample that does not match', 'line: 2026-11', 'line: x2026-11', /app\.yaml:28:5: No expression matches 'x2026/],
  ['a sample with another value', 'took: 1.5', 'took: 2', /Field 'took' is 1\.5, the sample says 2/],
  [
    'a sample with another time',
    "time: '2026-11-25T05:22:42Z'",
    "time: '2026-11-25T05:22:43Z'",
    /The time is 1795584162000, the sample says 1795584163000/,
  ],
  ['a field of a sample that is not there', 'fields: { level', 'fields: { lvl: x, level', /Unknown field 'lvl'/],
  [
    'a line that must not match and does',
    'samples:',
    'rejects:\n  - 2026-11-25T05:22:42Z INFO 1 x\nsamples:',
    /app\.yaml:28:5: The pattern matches '2026-11-25T05:22:42Z INFO 1 x', which it must not/,
  ],
  ['a key that is there twice', 'description:', 'name: app\ndescription:', /app\.yaml:3:1: Map keys must be unique/],
  ['no YAML', 'expressions: [', 'expressions: [[', /app\.yaml:\d+:\d+: /],
  ['an unknown observation file', 'observe:\n', 'observe: http.yml\nx:\n', /observe/],
  ['a prototype', 'samples:', '__proto__: { a: 1 }\nsamples:', /Unknown key '__proto__'/],
];

for (const [mistake, from, to, told] of MISTAKES) {
  test(`told with its place: ${mistake}`, () => {
    assert.ok(GOOD.includes(from));

    assert.match(mistakesOf({ 'app.yaml': GOOD.replace(from, to) }).join('\n'), told);
  });
}

test('all mistakes of all files are told at once', () => {
  const broken = GOOD.replace('format: iso8601', 'format: iso').replace('severity: warning', 'severity: bad');

  const mistakes = mistakesOf({ 'app.yaml': broken, 'other.yaml': 'name: [', 'third.yml': '' });

  assert.equal(mistakes.filter((mistake) => /app\.yaml:\d+:\d+: /.test(mistake)).length, 2);
  assert.ok(mistakes.some((mistake) => /other\.yaml:1:\d+: /.test(mistake)));
  assert.ok(mistakes.some((mistake) => /third\.yml: Call it \.yaml/.test(mistake)));
});

test('a bomb of anchors and a huge file are refused', () => {
  const bomb = `a: &a [x, x]\nb: &b [${'*a, '.repeat(60)}*a]\nc: [${'*b, '.repeat(60)}*b]\n`;

  assert.match(mistakesOf({ 'bomb.yaml': bomb }).join('\n'), /bomb\.yaml:1:1: Excessive alias count/);
  assert.match(
    mistakesOf({ 'big.yaml': `# ${'x'.repeat(300_000)}` }).join('\n'),
    /big\.yaml: The file is larger than 256 KiB/,
  );
});

test('what a detector says of a watch is told with the place of the watch', () => {
  const seen: (readonly [WatchSpec, readonly string[]])[] = [];

  const mistakes = mistakesOf({ 'app.yaml': GOOD }, (watch, series) => {
    seen.push([watch, series]);
    return ['no such detector'];
  });

  assert.deepEqual(mistakes.map(withoutFolder), ['app.yaml:18:7: app.errors.many: no such detector']);
  assert.deepEqual(seen[0]?.[1], ['app.errors', 'app.took']);
});

test('a later folder overrides a pattern and an observation by the name of its file', () => {
  const shared = GOOD.replace(/observe:[\s\S]*samples/, 'observe: app.yaml\nsamples');
  const observation = (name: string) => `series:\n  - name: ${name}\n    by: [level]\n`;
  const first = folderOf({
    'app.yaml': GOOD,
    'other.yaml': shared.replace('name: app', 'name: other'),
    'observations/app.yaml': observation('one'),
  });
  const second = folderOf({ 'app.yaml': shared, 'observations/app.yaml': observation('two') });

  const { patterns, watches } = loadPatterns({ folders: [first, second], checkWatch: () => [] });

  assert.deepEqual(
    patterns.map(({ name, spec }) => [name, spec.observation.series.map((series) => series.name)]),
    [
      ['app', ['two']],
      ['other', ['two']],
    ],
  );
  assert.deepEqual(watches, []);
});

test('a broken pattern is not also told as a field missing in what it observes', () => {
  const shared = GOOD.replace(/observe:[\s\S]*samples/, 'observe: app.yaml\nsamples');
  const files = {
    'observations/app.yaml': 'series:\n  - name: one\n    by: [level]\n',
    'app.yaml': shared.replace('took: 1.5', 'took: 2'),
  };

  const mistakes = mistakesOf(files);

  assert.equal(mistakes.length, 1, mistakes.join('\n'));
});

test('a folder that is not there is a mistake', () => {
  const folder = join(root, 'missing');

  assert.throws(() => loadPatterns({ folders: [folder], checkWatch: () => [] }), {
    message: `${folder}: There is no such folder; patterns or LINESMAN_PATTERNS names it`,
  });
});

const shipped = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });

test('every series a shipped watch reads is observed by a shipped pattern, and by its label', () => {
  const series = new Map(shipped.patterns.flatMap(({ spec }) => spec.observation.series.map((one) => [one.name, one])));
  for (const { name, options, by } of shipped.watches) {
    for (const option of ['series', 'part', 'whole']) {
      const read = options[option];
      if (read === undefined) continue;
      assert.ok(series.has(String(read)), `${name} reads ${read}`);
      assert.ok(by === undefined || series.get(String(read))?.by.includes(by), `${name} reads ${read} by ${by}`);
    }
  }
});

for (const { name, spec } of shipped.patterns) {
  test(`${name} has at least eight samples`, () => assert.ok(spec.samples.length >= 8));
}

function load(files: Readonly<Record<string, string>>) {
  return loadPatterns({ folders: [folderOf(files)], checkWatch: () => [] });
}

function mistakesOf(
  files: Readonly<Record<string, string>>,
  checkWatch: Parameters<typeof loadPatterns>[0]['checkWatch'] = () => [],
): readonly string[] {
  try {
    loadPatterns({ folders: [folderOf(files)], checkWatch });
  } catch (error) {
    assert.ok(error instanceof UserError && error.code === 'CONFIG', String(error));
    return error.message.split('\n');
  }
  return assert.fail('no mistake was told');
}

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(root, 'folder-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function withoutFolder(mistake: string): string {
  return mistake.replace(/^.*\/(?=[^/]+\.yaml)/, '');
}
