/** docs/MACHINE.md has every collector, with its options and its series as they are. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadCollectors } from '../../src/registry.ts';

const page = readFileSync(new URL('../../docs/MACHINE.md', import.meta.url), 'utf8');
const collectors = await loadCollectors();
const sections = new Map(
  page
    .split(/^## /m)
    .flatMap((text) => [...text.matchAll(/^[^\n`]+: `([a-z-]+)`\n/g)].map(([, name = '']) => [name, text] as const)),
);

test('each collector has its section, and there is no other', () => {
  assert.deepEqual([...sections.keys()].toSorted(), [...collectors.keys()].toSorted());
});

for (const { name, series, options } of collectors.values()) {
  test(`the page has the series of ${name}, as they are`, () => {
    const rows = [...(sections.get(name) ?? '').matchAll(/^\| `([a-z0-9.]+)` \| ([a-z-]+) \| ([a-z]*) \| (.+) \|$/gm)];

    assert.deepEqual(
      rows.map(([, ...cells]) => cells.map((cell) => cell.trim())),
      series.map((one) => [one.name, one.unit, one.by ?? '', one.describe]),
    );
  });

  test(`the page has the options of ${name}, as they are`, () => {
    const told = [...(sections.get(name) ?? '').matchAll(/^- `([a-zA-Z]+)`: (.+)$/gm)];

    assert.deepEqual(
      told.map(([, option, describe]) => [option, describe]),
      Object.entries(options).map(([option, { describe }]) => [option, describe]),
    );
  });
}
