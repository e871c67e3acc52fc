import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

// A line that takes too long cannot be interrupted from inside; a process can. Linear work is done in well under a second.
const HOSTAGE_MS = 300_000;

test('no hostile line of 32 KiB holds the shipped patterns up', () => {
  const program = fileURLToPath(new URL('hostile-lines.ts', import.meta.url));

  const { status, signal, stderr } = spawnSync(process.execPath, [program], { timeout: HOSTAGE_MS, encoding: 'utf8' });

  assert.equal(signal, null, 'it was still matching and had to be ended');
  assert.equal(status, 0, stderr);
});
