import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { knowChecks } from '../../src/app/knowing/know-checks.ts';
import { loadConfig } from '../../src/config/config.ts';
import { HOLD_CHECKS_MS } from '../../src/core/decide/tellings.ts';
import { loadChecks } from '../../src/registry.ts';

const page = readFileSync(new URL('../../docs/CHECKS.md', import.meta.url), 'utf8');
const kinds = [...(await loadChecks()).values()];

test('every kind has its row, with the times of the code and what they add up to', () => {
  const [, table = ''] = /^## What they ask\n([\s\S]*?)^## /m.exec(page) ?? [];
  const rows = [...table.matchAll(/^\| \[`(.*?)`\]\(#(.*?)\) \| .*? \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$/gm)];

  assert.deepEqual(
    rows.map(([, ...cells]) => cells),
    kinds.map(({ name, everyMs, timeoutMs, confirm: { bad, of } }) => {
      const least = (bad * everyMs + HOLD_CHECKS_MS) / 1_000 + 1;
      const times = [`${everyMs / 1_000} s`, `${timeoutMs / 1_000} s`, `${bad} of ${of}`];
      return [name, name, ...times, `${least} s to ${least + timeoutMs / 1_000} s`];
    }),
  );
});

test('every example of checks on the page is right', async () => {
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, yaml = '']) => yaml);
  const examples = blocks.filter((yaml) => yaml.startsWith('checks:'));
  const folder = mkdtempSync(join(tmpdir(), 'linesman-docs-'));
  const file = join(folder, 'linesman.yaml');
  for (const yaml of examples) {
    writeFileSync(file, yaml);

    const { checks, mistakes } = await knowChecks(loadConfig({ file, env: {}, hostname: 'web-1' }));

    assert.deepEqual(mistakes, [], yaml);
    assert.ok(checks.length > 0, yaml);
  }
  rmSync(folder, { recursive: true });
  assert.ok(examples.length > 0);
});

test('every kind has a section that names all of its options', () => {
  const sections = new Map(page.split(/^## /m).map((section) => [section.split('\n')[0], section]));
  for (const { name, options } of kinds) {
    const section = sections.get(name);
    assert.ok(section, name);
    for (const option of Object.keys(options)) assert.ok(section.includes(`\`${option}\``), `${name} ${option}`);
  }
});
