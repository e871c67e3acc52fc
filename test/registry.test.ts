import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkOptions } from '../src/config/options.ts';
import { loadChecks, loadCollectors, loadDetectors } from '../src/registry.ts';

const detectors = await loadDetectors();
const collectors = await loadCollectors();
const checks = await loadChecks();
const plugins = [...detectors.values(), ...collectors.values(), ...checks.values()];

test('every file in a plug-in folder is a plug-in of its name', () => {
  assert.deepEqual([...detectors.keys()].sort(), namesIn('detectors'));
  assert.deepEqual([...collectors.keys()].sort(), namesIn('collectors'));
  assert.deepEqual([...checks.keys()], namesIn('checks'));
});

test('a plug-in says what it is for, and each option what it means', () => {
  for (const { name, describe, options } of plugins) {
    assert.match(describe, /\w+ .*\.$/s, name);
    for (const [option, spec] of Object.entries(options))
      assert.match(spec.describe, /\w+ .*\.$/s, `${name} ${option}`);
  }
});

test('the example of every option is one that may be written', () => {
  for (const { name, options } of plugins)
    for (const [option, spec] of Object.entries(options)) {
      const { mistakes } = checkOptions({ [option]: spec }, { [option]: spec.example });
      assert.deepEqual(mistakes, [], `${name} ${option}`);
    }
});

test('the watches of collectors fit the detectors', () => {
  for (const { watches } of collectors.values())
    for (const watch of watches) {
      const detector = detectors.get(watch.detector);
      assert.ok(detector, watch.name);
      const { options, mistakes } = checkOptions(detector.options, watch.options);
      assert.deepEqual(mistakes, [], watch.name);
      assert.ok(detector.compile(options).inputs.length > 0, watch.name);
    }
});

function namesIn(folder: string): string[] {
  const files = readdirSync(fileURLToPath(new URL(`../src/${folder}`, import.meta.url)));
  return files.flatMap((file) => /^(.*)\.ts$/.exec(file)?.[1] ?? []).sort();
}

test('of checks those that are named are loaded, and all where one of them is not known', async () => {
  assert.deepEqual([...(await loadChecks(['port', 'http', 'port'])).keys()].toSorted(), ['http', 'port']);
  assert.deepEqual([...(await loadChecks(['port', 'prot'])).keys()], [...checks.keys()]);
});
