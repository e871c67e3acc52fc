import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ERROR_CODES, UserError } from '../../src/core/errors.ts';

const page = readFileSync(new URL('../../docs/ERRORS.md', import.meta.url), 'utf8');

test('every code has a paragraph, and every paragraph a code', () => {
  const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, code]) => code);

  assert.deepEqual(headings, Object.keys(ERROR_CODES));
});

test('every paragraph says something', () => {
  for (const section of page.split(/^## /m).slice(1))
    assert.match(section, /\n\n[A-Z`][\s\S]{80,}\.\n/, section.slice(0, 20));
});

test('the exit code of a mistake is the one on the page', () => {
  assert.equal(new UserError('CONFIG', 'x').exitCode, 78);
  assert.match(page, /^\| 78 \| one of the codes below \|$/m);
});
