import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { missingPackages } from './lock-complete.ts';

test('a lockfile that holds everything it names is complete', () => {
  const missing = missingPackages({
    '': { dependencies: { a: '1' } },
    'node_modules/a': { version: '1.0.0', dependencies: { b: '1', c: '1' } },
    'node_modules/a/node_modules/b': { version: '1.0.0', dependencies: { c: '1' } },
    'node_modules/c': { version: '1.0.0' },
  });

  assert.deepEqual(missing, []);
});

test('a package for another platform that was left out is named with who needs it', () => {
  const missing = missingPackages({
    '': { dependencies: { a: '1' } },
    'node_modules/a': { version: '1.2.0', optionalDependencies: { '@a/linux': '1', '@a/darwin': '1' } },
    'node_modules/@a/linux': { version: '1.2.0' },
  });

  assert.deepEqual(missing, ['node_modules/a 1.2.0 needs @a/darwin, which is not there']);
});

test("a package inside another's folder is no help to those outside", () => {
  const missing = missingPackages({
    '': { dependencies: { a: '1', b: '1' } },
    'node_modules/a': { version: '1.0.0' },
    'node_modules/a/node_modules/b': { version: '1.0.0' },
  });

  assert.deepEqual(missing, ['package.json needs b, which is not there']);
});

test('no override is an alias, which the npm 9 of Debian 12 calls a file without a lock', () => {
  const { overrides } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

  assert.deepEqual(aliasesIn(overrides), []);
  assert.deepEqual(aliasesIn({ a: { b: 'npm:c@1.0.0' }, d: '1.0.0' }), ['npm:c@1.0.0']);
});

function aliasesIn(overrides: Readonly<Record<string, unknown>>): readonly unknown[] {
  return Object.values(overrides).flatMap((one) =>
    typeof one === 'object' && one !== null ? aliasesIn({ ...one }) : String(one).startsWith('npm:') ? [one] : [],
  );
}
