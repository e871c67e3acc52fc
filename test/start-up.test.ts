/** What a start loads: each package costs time before the first line is read. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

test('a replay of a log with the shipped patterns loads two packages', () => {
  const files = [
    'main',
    'cli/replay',
    'config/read-config',
    'app/replay/replay',
    'app/knowing/watching',
    'app/replay/replaying',
  ];
  const plugIns = readdirSync(join(SRC, 'detectors')).map((file) => `detectors/${file.replace('.ts', '')}`);

  assert.deepEqual(packagesOf([...files, ...plugIns, 'sources/recorded']), ['commander', 'simple-statistics']);
});

test('settings from variables alone load no YAML', () => {
  assert.deepEqual(packagesOf(['config/settle']), ['zod']);
});

test('a thread that parses loads no package, and nothing but what parses', () => {
  const loaded = filesOf(['workers/parse-worker']);

  assert.deepEqual(packagesOf(['workers/parse-worker']), []);
  assert.deepEqual(
    loaded.filter((file) => !/^(workers|core)\//.test(file) || /^core\/(window|decide|render)\//.test(file)),
    [],
  );
});

test('a replay leaves what parses to its threads', () => {
  const loaded = filesOf([
    'app/replay/replay',
    'app/knowing/watching',
    'app/replay/replaying',
    'app/parsing/too-slow',
    'sources/recorded',
  ]);

  assert.deepEqual(
    loaded.filter((file) => file.startsWith('core/parse/scan/')),
    [],
  );
});

/** Files that are loaded with those, by imports that are not awaited. */
function filesOf(names: readonly string[]): readonly string[] {
  const found = new Set(names.map((name) => `${name}.ts`));
  for (const file of found)
    for (const target of importsOf(file)) if (target.startsWith('.')) found.add(join(dirname(file), target));
  return [...found].sort();
}

function packagesOf(names: readonly string[]): readonly string[] {
  const imports = filesOf(names).flatMap((file) => importsOf(file));
  return [...new Set(imports.filter((target) => !/^(\.|node:)/.test(target)))].sort();
}

/** Types are stripped, and load nothing. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  const statements = text.matchAll(/^(?:import|export)\s(?!type\s)(?:[^;']*?\sfrom\s)?'([^']+)';$/gm);
  return [...statements].map(([, target = '']) => target);
}
