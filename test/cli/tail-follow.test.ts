import assert from 'node:assert/strict';
import fs, { appendFileSync, chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { followFile } from '../../src/cli/tail-follow.ts';
import { until } from '../support/until.ts';

let folder: string;
let path: string;
let lines: string[];
let notices: string[];
let stop: () => void;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tail-follow-'));
  path = join(folder, 'a.log');
  lines = [];
  notices = [];
});
afterEach(() => {
  stop();
  mock.restoreAll();
  rmSync(folder, { recursive: true });
});

test('where there are no file events, as with no watches left, it looks every second, which is said', async () => {
  mock.method(fs, 'watch', () => {
    throw Object.assign(new Error('ENOSPC: System limit for number of file watchers reached'), { code: 'ENOSPC' });
  });
  writeFileSync(path, 'a\nb\n');
  follow(2);
  await until('it follows', () => lines.length === 1);

  appendFileSync(path, 'c\n');
  await until('the new line is seen', () => lines.includes('c'));
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'd\n');
  await until('the new file is seen', () => lines.includes('d'));

  assert.deepEqual(lines, ['b', 'c', 'd']);
  assert.match(notices[0] ?? '', /^no file events \(ENOSPC.*\), it is looked at every second$/);
});

test('a new file that may not be read is told once, and followed when it may', async (t) => {
  if (process.getuid?.() === 0) return t.skip('root may read everything');
  writeFileSync(path, 'a\n');
  follow(0);
  await until('it follows', () => lines.includes('a'));

  renameSync(path, `${path}.1`);
  writeFileSync(path, 'b\n', { mode: 0o000 });
  await until('it is told', () => notices.length > 1);
  chmodSync(path, 0o600);
  await until('it is followed', () => lines.includes('b'));

  assert.deepEqual(lines, ['a', 'b']);
  assert.deepEqual(
    notices.filter((text) => text.startsWith('cannot be read')).map((text) => text.slice(0, 22)),
    ['cannot be read (EACCES'],
  );
});

test('a file that goes away is followed again when it comes, none of its lines twice', async () => {
  follow(undefined);
  await until('it waits', () => notices.includes('is not there, waiting for it'));

  for (const text of ['a', 'b', 'c']) {
    appendFileSync(path, `${text}\n`);
    await until(`${text} is seen`, () => lines.includes(text));
    rmSync(path);
  }

  assert.deepEqual(lines, ['a', 'b', 'c']);
});

function follow(from: number | undefined): void {
  stop = followFile({ path, from, onLine: (line) => lines.push(line), onNotice: (text) => notices.push(text) });
}
