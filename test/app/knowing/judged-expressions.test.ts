import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkSafety } from '../../../src/app/knowing/judged-expressions.ts';

const root = mkdtempSync(join(tmpdir(), 'judged-'));
after(() => rmSync(root, { recursive: true }));

const SAFE = { source: '^(?:a+b)$', at: (message: string) => `app.yaml:5:3: ${message}` };
const EVIL = { source: '^(?:(a+)+b)$', at: (message: string) => `app.yaml:6:3: ${message}` };

test('a hostile expression is a mistake with its place, the first time and the next', async () => {
  const folder = mkdtempSync(join(root, 'data-'));

  for (const _ of [1, 2])
    await assert.rejects(checkSafety([SAFE, EVIL], folder), {
      code: 'CONFIG',
      message: /^app\.yaml:6:3: '\(a\+\)\+' lets one hostile line/,
    });
});

test('what was judged is kept in the data folder, and believed at the next start', async () => {
  const folder = mkdtempSync(join(root, 'data-'));
  assert.deepEqual(await checkSafety([SAFE], folder), []);
  const file = join(folder, readdirSync(folder)[0] ?? '');
  const doubtful = { is: 'doubtful', message: 'It is slow' };
  const keys = Object.keys(JSON.parse(readFileSync(file, 'utf8')));
  writeFileSync(file, JSON.stringify(Object.fromEntries(keys.map((key) => [key, doubtful]))));

  const warnings = await checkSafety([SAFE], folder);

  assert.equal(keys.length, 1);
  assert.deepEqual(warnings, ['app.yaml:5:3: It is slow']);
  assert.deepEqual(await checkSafety([SAFE], undefined), []);
});

test('a file that cannot be read and a folder that is not there are no trouble', async () => {
  const folder = mkdtempSync(join(root, 'data-'));
  writeFileSync(join(folder, 'judged-expressions.json'), '{"');

  assert.deepEqual(await checkSafety([SAFE], folder), []);
  assert.deepEqual(await checkSafety([SAFE], join(folder, 'none')), []);
});
