/** A start reads settings the short way where nobody says anything; they are the same either way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../src/config/config.ts';
import { readConfig } from '../../src/config/read-config.ts';

const CASES = {
  'where nobody says anything': {},
  'with a variable of ours': { LINESMAN_TIMEZONE: 'Europe/Berlin' },
  'with a variable that means nothing': { LINESMAN_TIMEZON: 'UTC' },
  'with an empty variable': { LINESMAN_DATA: '' },
  'with a Redis': { REDIS_URL: 'redis://127.0.0.1:6379' },
  "with others' variables": { PATH: '/bin' },
};

for (const [name, env] of Object.entries(CASES)) {
  test(`settings are the same ${name}`, async () => {
    assert.deepEqual(await readConfig({ env, hostname: 'web-1' }), loadConfig({ env, hostname: 'web-1' }));
  });
}

test('a container of a passing name is warned of', async () => {
  const parts = { env: {}, hostname: '3f2a9c01b7de' };

  assert.deepEqual((await readConfig(parts)).warnings, loadConfig(parts).warnings);
});

test('a file that is named is read', async () => {
  await assert.rejects(readConfig({ file: '/nowhere/linesman.yaml', env: {}, hostname: 'web-1' }), {
    message: /There is no such file/,
  });
});

test('the name of a machine that cannot be part of a key is a mistake', async () => {
  await assert.rejects(readConfig({ env: {}, hostname: 'a b' }), { message: /LINESMAN_HOST/ });
});
