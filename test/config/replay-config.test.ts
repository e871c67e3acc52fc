/** Settings of a replay, where nobody says any. */
import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { readConfig } from '../../src/config/read-config.ts';
import { readReplayConfig } from '../../src/config/replay-config.ts';

test('without a file they are the usual ones, in UTC', async () => {
  const wanted = await readConfig({ env: { LINESMAN_TIMEZONE: 'UTC' }, hostname: hostname() });

  assert.deepEqual(await readReplayConfig(undefined), wanted);
});
