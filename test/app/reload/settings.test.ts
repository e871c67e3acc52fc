/** In what settings differ on SIGHUP, and which of them are taken without a new start. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedKeys, isInPlace } from '../../../src/app/reload/settings.ts';
import { type Config, loadConfig } from '../../../src/config/config.ts';
import { configSchema } from '../../../src/config/schema.ts';

const BEFORE = loadConfig({ env: { LINESMAN_CONFIG: '/dev/null' }, hostname: 'web-1' });

test('a change of each key of linesman.yaml is seen', () => {
  for (const key of Object.keys(configSchema.shape))
    assert.deepEqual(changedKeys(BEFORE, { ...BEFORE, [key]: { other: true } } as Config), [key]);
});

test('another nginx.conf is taken in place, another folder for data is not', () => {
  assert.equal(isInPlace(BEFORE, { ...BEFORE, nginxConf: 'off' }), true);
  assert.equal(isInPlace(BEFORE, { ...BEFORE, data: '/other' }), false);
});
