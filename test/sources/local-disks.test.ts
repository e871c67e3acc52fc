import assert from 'node:assert/strict';
import { stat } from 'node:fs/promises';
import { test } from 'node:test';
import { createLocalDisks } from '../../src/sources/local-disks.ts';

test('what is not known to be a disk of this machine is none', async () => {
  const disks = createLocalDisks();
  const { dev } = await stat('/proc');

  assert.equal(disks.isLocal(dev), false);
  await disks.learn(dev, '/proc');
  assert.equal(disks.isLocal(dev), false);
});

test('the disk that this file is on is asked about once', async () => {
  const disks = createLocalDisks();

  await disks.learn(7, import.meta.filename);
  const before = disks.isLocal(7);
  await disks.learn(7, '/proc');
  await disks.learn(8, '/nowhere');

  assert.equal(disks.isLocal(7), before);
  assert.equal(disks.isLocal(8), false);
});
