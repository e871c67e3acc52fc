import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadChecks } from '../../src/registry.ts';

const page = readFileSync(new URL('../../docs/CHECKS.md', import.meta.url), 'utf8');
const kinds = [...(await loadChecks()).values()];

test('every kind has its row, with the times of the code and what they add up to', () => {
  const [, table = ''] = /^## What they ask\n([\s\S]*?)^## /m.exec(page) ?? [];
  const rows = [...table.matchAll(/^\| \[`(.*?)`\]\(#(.*?)\) \| .*? \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$/gm)];

  assert.deepEqual(
    rows.map(([, ...cells]) => cells),
    kinds.map(({ name, everyMs, timeoutMs, confirm: { bad, of } }) => {
      const least = (bad * everyMs) / 1_000 + 1;
      const times = [`${everyMs / 1_000} s`, `${timeoutMs / 1_000} s`, `${bad} of ${of}`];
      return [name, name, ...times, `${least} s to ${least + timeoutMs / 1_000} s`];
    }),
  );
});

test('every kind has a section that names all of its options', () => {
  const sections = new Map(page.split(/^## /m).map((section) => [section.split('\n')[0], section]));
  for (const { name, options } of kinds) {
    const section = sections.get(name);
    assert.ok(section, name);
    for (const option of Object.keys(options)) assert.ok(section.includes(`\`${option}\``), `${name} ${option}`);
  }
});
