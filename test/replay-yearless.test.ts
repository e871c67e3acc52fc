/** Logs whose stamps have no year, as a syslog: a replay takes the year in which the file was written. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const MAIN = resolve(ROOT, process.env.LINESMAN_MAIN ?? 'src/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'linesman-yearless-'));
after(() => rmSync(folder, { recursive: true }));

const CALM = Array.from(
  { length: 60 },
  (_, second) => `Dec 31 23:59:${String(second).padStart(2, '0')} web-1 app: served\n`,
);
const KILLED = 'Jan  1 00:00:05 web-1 kernel: Out of memory: Killed process 4242 (node) total-vm:1kB, anon-rss:1kB\n';

test('the year is that of the file, over New Year too', () => {
  const log = file('syslog', [...CALM, KILLED].join(''));
  for (const year of [2024, 2026]) {
    const written = new Date(Date.UTC(year, 0, 1, 0, 1));
    utimesSync(log, written, written);

    const { stdout } = replay(log);

    assert.match(stdout, new RegExp(`^${year}-01-01T00:00:06Z firing {3}log\\.fatal`, 'm'));
  }
});

test('a story has the year that is expected, whatever time a clone gave its files', () => {
  const story = join(folder, 'killed');
  mkdirSync(join(story, 'input'), { recursive: true });
  const log = file('killed/input/syslog', [...CALM, KILLED].join(''));
  const written = new Date(Date.UTC(2025, 0, 1, 0, 1));
  utimesSync(log, written, written);
  const updated = linesman('test', story, '--update');
  const cloned = new Date(Date.UTC(2031, 5, 1));
  utimesSync(log, cloned, cloned);

  const { status, stdout } = linesman('test', story);

  assert.equal(updated.status, 0, updated.stderr);
  assert.match(readFileSync(join(story, 'expected.txt'), 'utf8'), /^2025-01-01T00:00:06Z firing/m);
  assert.equal(status, 0, stdout);
});

test('where no line has a time at all it is said, since nothing is judged', () => {
  const { status, stderr } = replay(file('unstamped', 'ERROR:shop.cart:no stock of 77\n'.repeat(50)));

  assert.equal(status, 0);
  assert.match(stderr, /^None of the lines has a time, so nothing was judged: /m);
});

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function replay(path: string) {
  return linesman('replay', path);
}

function linesman(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: ROOT,
    timeout: 300_000,
  });
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}
