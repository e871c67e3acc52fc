/** `linesman pattern test` as a process. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readXml } from '../support/strict-xml.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'linesman-pattern-test-'));
after(() => rmSync(folder, { recursive: true }));

function linesman(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'pattern', 'test', ...args], {
    ...{ encoding: 'utf8', cwd: folder, env: { PATH: process.env.PATH, ...env } },
  });
  return { status, out: stdout, err: stderr };
}

function pattern(name: string, samples: string): string {
  const dir = join(folder, `${name}-folder`);
  mkdirSync(dir, { recursive: true });
  writeFileSync(
    join(dir, `${name}.yaml`),
    `name: ${name}\ndescription: of a test\nexpressions: ['%{WORD:level} %{GREEDYDATA:message}']\nsamples:\n${samples}`,
  );
  return dir;
}

const GOOD = "  - line: 'ERROR no stock'\n    fields: { level: ERROR }\nrejects: ['x']\n";

test('all samples are well: exit 0, each is told, as TAP', () => {
  const { status, out, err } = linesman([pattern('good', GOOD)]);

  assert.equal(err, '');
  assert.equal(status, 0);
  assert.deepEqual(out.split('\n'), [
    `ok 1 - ${join(folder, 'good-folder/good.yaml')}`,
    ...['ok 2 - good sample 1: ERROR no stock', 'ok 3 - good reject 1: x', '1..3', '# 3 of 3 ok', ''],
  ]);
});

test('what differs is told with its place, and the others are tried all the same: exit 1', () => {
  const dir = pattern(
    'bad',
    "  - line: 'ERROR a'\n    fields: { level: WARN }\n  - line: \"x\\e[31m\"\nrejects: ['a b', 'x']\n",
  );
  const junit = join(folder, 'bad.xml');

  const { status, out } = linesman([dir, '--junit', junit]);

  assert.equal(status, 1);
  assert.match(
    out,
    /^not ok 2 - bad sample 1: ERROR a\n {4}.*bad\.yaml:5:5: Field 'level' is 'ERROR', the sample says 'WARN'$/m,
  );
  assert.match(out, /^not ok 3 - bad sample 2: x\\u001B\[31m\n {4}.*bad\.yaml:7:5: No expression matches/m);
  assert.match(out, /^ {4}.*bad\.yaml:7:5: It matches up to letter 1, and expects the text ' '$/m);
  assert.match(out, /^not ok 4 - bad reject 1: a b$/m);
  assert.match(out, /^ok 5 - bad reject 2: x$/m);
  assert.doesNotMatch(out, /\u001b/);
  const [suite] = readXml(readFileSync(junit, 'utf8')).children;
  assert.equal(suite?.attributes.tests, '5');
  assert.equal(suite?.attributes.failures, '3');
});

test('a file that cannot be read as a pattern fails as a whole', () => {
  const { status, out } = linesman([pattern('broken', '  - { lnie: x }\n')]);

  assert.equal(status, 1);
  assert.match(
    out,
    /^not ok 1 - .*broken\.yaml\n {4}.*\n {4}.*broken\.yaml:5:7: samples\.0: Unknown key 'lnie'\. Did you mean line/m,
  );
});

test('an observation of the folder, a shipped one, and one that is nowhere', () => {
  const dir = pattern('shared', `${GOOD}observe: own.yaml\n`);
  mkdirSync(join(dir, 'observations'), { recursive: true });
  writeFileSync(join(dir, 'observations/own.yaml'), 'series: [{ name: own.lines }]\n');

  assert.equal(linesman([dir]).status, 0);
  assert.equal(linesman([pattern('ships', `${GOOD}observe: http.yaml\n`)]).status, 0);
  const { status, out } = linesman([pattern('lost', `${GOOD}observe: nowhere.yaml\n`)]);
  assert.equal(status, 1);
  assert.match(out, /observe: Unknown observation 'nowhere\.yaml'/);
});

test('nothing named: the configured folder; where none is, a sentence and exit 64', () => {
  const dir = pattern('good', GOOD);
  const config = join(folder, 'other.yaml');
  writeFileSync(config, `patterns: ${dir}\n`);

  for (const { status, out } of [linesman([], { LINESMAN_PATTERNS: dir }), linesman(['--config', config])]) {
    assert.match(out, /^# 3 of 3 ok$/m);
    assert.equal(status, 0);
  }
  const none = linesman([]);
  assert.equal(none.status, 64);
  assert.match(none.err, /No folder of patterns is configured; name files or a folder, or give --shipped/);
});

test('a path that is not there, a folder without patterns, a report that cannot be written: exit 78', () => {
  mkdirSync(join(folder, 'empty'), { recursive: true });
  const rows: readonly (readonly [readonly string[], RegExp])[] = [
    [['nowhere'], /nowhere is not there; name a pattern file or a folder of them/],
    [['empty'], /empty holds no pattern file; they end in \.yaml/],
    [[pattern('good', GOOD), '--junit', 'no/such/folder.xml'], /--junit no\/such\/folder\.xml: it cannot be written/],
  ];
  for (const [args, sentence] of rows) {
    const { status, err } = linesman(args);
    assert.equal(status, 78);
    assert.match(err, sentence);
  }
});
