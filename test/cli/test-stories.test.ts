/** `linesman test` as a process. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { fixture } from '../support/fixtures.ts';
import { readXml } from '../support/strict-xml.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'linesman-test-'));
const stories = join(root, 'stories');
after(() => rmSync(root, { recursive: true }));
beforeEach(() => rmSync(stories, { recursive: true, force: true }));
const outage = fixture('low-traffic-outage');

function linesman(args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, 'test', ...args], {
    // Neither variables nor the machine's zone change a story.
    ...{
      encoding: 'utf8',
      cwd: root,
      env: { PATH: process.env.PATH, TZ: 'Pacific/Auckland', LINESMAN_TIMEZONE: 'Asia/Tokyo' },
    },
  });
  return { status, out: stdout, err: stderr };
}

/** A story that is told as it expects. */
function addStory(name: string): { readonly expected: string } {
  const input = join(stories, name, 'input');
  mkdirSync(input, { recursive: true });
  for (const path of outage.inputs) cpSync(path, join(input, basename(path)));
  const expected = join(stories, name, 'expected.txt');
  cpSync(outage.expected, expected);
  return { expected };
}

test('stories that are told as they expect: exit 0; what is no story at all is left out', () => {
  addStory('outage');
  mkdirSync(join(stories, 'patterns'));

  const { status, out, err } = linesman([stories]);

  assert.equal(err, '');
  assert.equal(out, 'ok 1 - outage\n1..1\n# 1 of 1 stories ok\n');
  assert.equal(status, 0);
});

test('one that differs shows how, folders that miss something say what: exit 1, and JUnit says the same', () => {
  const { expected } = addStory('outage');
  const [first = '', ...rest] = readFileSync(expected, 'utf8').split('\n');
  writeFileSync(expected, [`${first} x`, ...rest].join('\n'));
  mkdirSync(join(stories, 'empty/input'), { recursive: true });
  mkdirSync(join(stories, 'lost'));
  writeFileSync(join(stories, 'lost/expected.txt'), '');
  mkdirSync(join(stories, 'unread/input'), { recursive: true });
  writeFileSync(join(stories, 'unread/input/app.log'), '#\n!\n');
  const junit = join(root, 'results.xml');

  const { status, out } = linesman([stories, '--junit', junit]);

  assert.equal(status, 1);
  assert.match(out, /^not ok 1 - empty\n {4}its input\/ is empty: put its log files there, \.gz too\n/);
  assert.match(out, /^not ok 2 - lost\n {4}it has no folder input\/: put its log files there\n/m);
  assert.match(out, /^not ok 4 - unread\n {4}none of its 2 lines matches a pattern; try one: linesman explain/m);
  assert.ok(out.includes(`not ok 3 - outage\n    - ${first} x\n    + ${first}\n`), out);
  assert.match(out, /# 0 of 4 stories ok\n$/);
  const [suite] = readXml(readFileSync(junit, 'utf8')).children;
  assert.equal(suite?.attributes.failures, '4');
  assert.match(suite?.children[2]?.children[0]?.text ?? '', /^- .* x$/m);
});

test('--update writes what was told, keeps the comments at its head, and the story is well', () => {
  const { expected } = addStory('outage');
  const golden = readFileSync(expected, 'utf8');
  writeFileSync(expected, '# why\n# so\nwrong\n');

  const changed = linesman([join(stories, 'outage'), '--update']);

  assert.equal(changed.status, 0);
  assert.match(changed.out, /^ok 1 - outage \(expected\.txt was changed\)\n {4}- wrong\n/);
  assert.equal(readFileSync(expected, 'utf8'), `# why\n# so\n${golden}`);
  assert.equal(linesman([stories]).status, 0);
});

test('a story without expected.txt fails and shows what was told; --update makes it', () => {
  const { expected } = addStory('outage');
  const golden = readFileSync(expected, 'utf8');
  rmSync(expected);

  const missing = linesman([stories]);
  const made = linesman([stories, '--update']);

  assert.equal(missing.status, 1);
  assert.match(missing.out, /it has no expected\.txt; linesman test --update writes what was told:\n {4}\+ \d{4}-/);
  assert.match(made.out, /^ok 1 - outage \(expected\.txt was made\)$/m);
  assert.equal(readFileSync(expected, 'utf8'), golden);
});

test("a linesman.yaml beside the stories is that of all who have none; a story's own mistake fails only it", () => {
  addStory('outage');
  addStory('own');
  writeFileSync(join(stories, 'linesman.yaml'), 'watches:\n  http.5xx.burst: { enabled: false }\n');
  writeFileSync(join(stories, 'own/linesman.yaml'), 'wotches: {}\n');

  const { status, out } = linesman([stories]);

  assert.equal(status, 1);
  assert.match(out, /^not ok 1 - outage\n {4}- .*http\.5xx\.burst/m);
  assert.match(out, /^not ok 2 - own\n {4}.*own\/linesman\.yaml:1:1: Unknown key 'wotches'\. Did you mean watches\?/m);
});

test('--mails writes them, a folder a story', () => {
  addStory('outage');
  const mails = join(root, 'mails');

  linesman([stories, '--mails', mails]);

  assert.deepEqual(
    readdirSync(join(mails, 'outage')).map((name) => name.replace(/^.*Z-(\w+)-.*\.eml$/, '$1')),
    ['firing', 'resolved'],
  );
});

test('a folder without stories, and one that is not there: exit 78 and a sentence', () => {
  mkdirSync(stories, { recursive: true });

  for (const [args, sentence] of [
    [[stories], /holds no story: make a folder in it with input\//],
    [['nowhere'], /nowhere is no folder; name one that holds stories, or is one/],
  ] as const) {
    const { status, err } = linesman(args);
    assert.equal(status, 78);
    assert.match(err, sentence);
  }
});
