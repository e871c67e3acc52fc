/** docs/READING.md names every reason, every state and every watch of the reading, and no other. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { READING_WATCHES } from '../../src/app/reading/reading-watches.ts';

const page = readFileSync(new URL('../../docs/READING.md', import.meta.url), 'utf8');

test('every reason has its row, and every row its reason', () => {
  const reasons = new Set([...wordsOf('core/types.ts', 'SkipReason'), ...wordsOf('core/types.ts', 'ByteReason')]);

  assert.deepEqual(firstCells('Reasons').sort(), [...reasons].sort());
});

test('every state has its row, and every row its state', () => {
  const states = wordsOf('core/reading/report.ts', 'SourceCondition').map((word) => word.toUpperCase());

  assert.deepEqual(firstCells('`linesman sources`').sort(), states.sort());
});

test('every watch has its row with its severity', () => {
  const rows = page.matchAll(/^\| `(linesman\.[a-z.]+)` \| (\w+) \|/gm);

  assert.deepEqual(
    [...rows].map(([, name, severity]) => [name, severity]),
    READING_WATCHES.map(({ name, severity }) => [name, severity]),
  );
});

/** The words of a union, as they stand in the code: a type is gone when the test runs. */
function wordsOf(file: string, type: string): string[] {
  const code = readFileSync(new URL(`../../src/${file}`, import.meta.url), 'utf8');
  const [, union = ''] = new RegExp(`export type ${type} =([^;]+);`).exec(code) ?? [];
  return [...union.matchAll(/'([a-z_]+)'/g)].map(([, word = '']) => word);
}

function firstCells(heading: string): string[] {
  const section = page.split(/^## /m).find((one) => one.startsWith(`${heading}\n`)) ?? '';
  return [...section.matchAll(/^\| `([A-Za-z_]+)` \|/gm)].map(([, cell = '']) => cell);
}
