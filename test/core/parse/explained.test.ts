import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadPatterns, shippedPatternsFolder } from '../../../src/config/patterns.ts';
import { type Explained, explainLine } from '../../../src/core/parse/explained.ts';
import { compilePattern, type PatternSpec } from '../../../src/core/parse/pattern.ts';
import type { WatchSpec } from '../../../src/core/plugin.ts';
import { explainedLines } from '../../../src/core/render/explained.ts';
import { paint, widthOf } from '../../../src/core/render/paint.ts';

const NEAR = Date.UTC(2026, 10, 25);
const NOTHING = {
  description: 'of a test',
  fields: {},
  observation: { series: [], tops: [] },
  samples: [],
  rejects: [],
};
const WATCH: WatchSpec = {
  ...{ name: 'app.slow', detector: 'ratio', options: { part: 'app.errors', whole: 'app.lines' }, by: 'module' },
  ...{ severity: 'warning', clearAfterMs: 60_000, rank: 2, title: 'x', why: 'x', whatToDo: 'x' },
};
const APP = pattern('app', {
  expressions: ['%{TIMESTAMP_ISO8601:time} %{WORD:level} (?:\\[%{WORD:module}\\] )?took=%{INT:took:int}'],
  time: { field: 'time', format: 'iso8601' },
  continues: ['\\s+at .*'],
  observation: {
    series: [
      { name: 'app.lines', when: [], by: ['module', 'level'], evidence: false },
      { name: 'app.took', when: [], value: 'took', by: [], evidence: false },
      { name: 'app.waited', when: [], value: 'waited', by: [], evidence: false },
      {
        ...{ name: 'app.errors', by: [], evidence: true },
        when: [{ field: 'level', condition: { is: 'in', values: ['ERROR', 'FATAL'] } }],
      },
      {
        ...{ name: 'app.slow', by: [], evidence: true },
        when: [{ field: 'took', condition: { is: 'range', from: 1_000, to: 9_999 } }],
      },
      {
        ...{ name: 'app.of_module', by: [], evidence: false },
        when: [{ field: 'module', condition: { is: 'present' } }],
      },
    ],
    tops: [],
  },
});
const ANY = pattern('any', { expressions: ['%{GREEDYDATA:message}'], priority: 1 });
const JSON_LINES = pattern('json', { expressions: [], json: { fields: { a: ['a'] }, require: ['a'] } });

function pattern(name: string, spec: Pick<PatternSpec, 'expressions'> & Partial<PatternSpec>) {
  return compilePattern({ ...NOTHING, name, ...spec });
}

function explain(line: string, patterns = [APP, JSON_LINES], only?: string): Explained {
  return explainLine(line, { patterns, watches: [WATCH], timezone: 'UTC', only, near: NEAR });
}

function treeOf(explained: Explained, columns = 100): string {
  const canvas = { isColoured: false, columns };
  return explainedLines(explained, columns)
    .map((pieces) => paint(pieces, canvas))
    .join('\n');
}

test('a line that is taken: fields with their kinds, time, series, and who watches them', () => {
  const explained = explain('2026-11-25T05:22:42Z INFO took=77');

  assert.equal(
    treeOf(explained),
    [
      'line      2026-11-25T05:22:42Z INFO took=77',
      'taken by  app of a test',
      '├─ time 2026-11-25T05:22:42.000Z',
      '├─ fields',
      '│  ├─ time  time 2026-11-25T05:22:42Z',
      '│  ├─ level text INFO',
      '│  ├─ took  int  77',
      '│  └─ absent: module',
      '├─ adds to',
      '│  ├─ app.lines     +1 also by level=INFO',
      '│  │  └─ watched by app.slow (warning, by module)',
      '│  ├─ app.took      +77',
      '│  ├─ app.waited    nothing: the line has no number waited',
      '│  ├─ app.errors    nothing: level is INFO, not ERROR or FATAL',
      '│  ├─ app.slow      nothing: took is 77, not 1000-9999',
      '│  └─ app.of_module nothing: module is absent',
      '└─ not taken by',
      '   └─ not at all: json',
    ].join('\n'),
  );
});

test('a line that no pattern takes: how far each came, and what it lacks', () => {
  assert.equal(
    treeOf(explain('2026-11-25T05:22:42Z INFO [cart] took=soon')),
    [
      'line      2026-11-25T05:22:42Z INFO [cart] took=soon',
      'no pattern takes it 2 were tried, the nearest first',
      '├─ app fits to letter 38 of 42',
      "│  ├─ behind   '…22:42Z INFO [cart] took='",
      "│  ├─ stops at 'soon'",
      '│  └─ expects %{INT:took}, a whole number',
      '└─ json the line is no JSON object',
    ].join('\n'),
  );
});

test('a wrapper is named, with its time; where only the whole line is taken that is said', () => {
  const inside = treeOf(explain('2026-11-25T05:00:00Z stdout F 2026-11-25T05:22:42Z INFO took=77'));
  const whole = treeOf(explain('2026-11-25T05:00:00Z stdout P hello', [ANY, APP], 'app'));
  const around = treeOf(explain('{"log":"x\\n","time":"2026-11-25T05:00:00Z","a":1}', [APP, JSON_LINES]));

  assert.match(
    inside,
    /^taken off Kubernetes \(CRI\), Podman; its time is 2026-11-25T05:00:00\.000Z\ntaken by {2}app/m,
  );
  assert.match(whole, /^ +the line goes on in a later one, for which linesman waits$/m);
  assert.match(around, /^taken by {2}json/m);

  const left = treeOf(
    explain('<190>Nov 25 05:22:42 web-1 nginx: hello', [pattern('all', { expressions: ['<%{GREEDYDATA:all}'] })]),
  );
  assert.match(
    left,
    /^around it syslog; its time is 2026-11-25T05:22:42\.000Z\n +no pattern takes the line within, so all of it was tried$/m,
  );
});

test('one pattern asked for: only it is tried, its continued lines too', () => {
  assert.match(treeOf(explain('  at x.y(z)', [ANY, APP], 'app')), /it belongs to the line before it/);
  assert.equal(explain('x', [ANY, APP], 'app').others.length, 1);
});

test('who would take it too is told, in the order of priorities', () => {
  const explained = explain('2026-11-25T05:22:42Z INFO took=77', [ANY, APP]);

  assert.equal(explained.taken?.pattern, 'app');
  assert.deepEqual(explained.alsoTakenBy, ['any']);
});

test('a list that is wider than the terminal goes on in the next line, within the tree', () => {
  const names = Array.from({ length: 9 }, (_, index) => `number_${index}`);
  const many = pattern('many', { expressions: [`a(?:b ${names.map((name) => `%{INT:${name}}`).join(' ')})?`] });

  const lines = treeOf(explain('a', [many]), 40).split('\n');

  assert.deepEqual(lines.slice(3, 9), [
    '├─ fields',
    '│  └─ absent: number_0, number_1',
    ...[2, 4, 6].map((index) => `│             number_${index}, number_${index + 1}`),
    '│             number_8',
  ]);
});

test('what is too long says so', () => {
  assert.match(treeOf(explain('x'.repeat(40_000))), /it is too long: patterns see 32768 bytes at most/);
});

test('more patterns than are ranked are counted', () => {
  const many = Array.from({ length: 250 }, (_, index) => pattern(`p${index}`, { expressions: ['%{INT:a} b'] }));
  const explained = explain('x', many);

  assert.deepEqual([explained.others.length, explained.notRanked], [200, 50]);
  assert.match(treeOf(explained), /250 were tried[\s\S]*└─ and 50 more$/);
});

test('any line: nothing but harmless text, and no line wider than the terminal', () => {
  const { patterns, watches } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });
  const samples = patterns.flatMap(({ spec }) => spec.samples.map(({ line }) => line));
  const piece = fc.oneof(
    fc.constantFrom(...samples).chain((line) => fc.nat(line.length).map((end) => line.slice(0, end))),
    fc.constantFrom('\u001b[31m', '\u0000', '\u202e', '{"log":"', '"}', '<190>', ' ', '漢字'),
    fc.string({ unit: 'binary', maxLength: 10 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 3 }), fc.constantFrom(40, 80, 120), (pieces, columns) => {
      const explained = explainLine(pieces.join(''), {
        patterns,
        watches,
        timezone: 'UTC',
        only: undefined,
        near: NEAR,
      });
      for (const line of treeOf(explained, columns).split('\n')) {
        assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Cs}]/u);
        assert.ok(widthOf(line) <= columns, line);
      }
    }),
    { numRuns: 60 },
  );
});
