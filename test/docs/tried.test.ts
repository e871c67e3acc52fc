/** docs/TRIED.md names a test for each thing that was tried, and the tests are there under those names. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../', import.meta.url);
const page = readFileSync(new URL('docs/TRIED.md', ROOT), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what |'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

test('each row has a test, or says why there is none', () => {
  const silent = rows.filter(([, , happens, tried]) => tried === '' && !happens?.startsWith('not tried'));

  assert.ok(rows.length > 50);
  assert.deepEqual(silent, []);
});

test('the tests named are there', () => {
  const missing = rows.filter(([, , , tried = '']) => tried !== '' && !isThere(tried)).map(([, , , tried]) => tried);

  assert.deepEqual(missing, []);
});

/** `file`: name, or the part of the name that does not change. */
function isThere(tried: string): boolean {
  const [, file = '', name = ''] = /^`([^`]+)`: (.+)$/.exec(tried) ?? [];
  const path = new URL(file, ROOT);
  return file.startsWith('test/') && name !== '' && existsSync(path) && readFileSync(path, 'utf8').includes(name);
}
