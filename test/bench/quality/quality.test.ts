import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';

const BENCH = new URL('./quality.ts', import.meta.url).pathname;

function run(...words: readonly string[]) {
  return spawn(process.execPath, [BENCH, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
}

test('without data it says which folder is missing, and measures the rest', async () => {
  const bench = run('--only', 'nab', '--only', 'service', '--quick');
  const [table, [code]] = await Promise.all([text(bench.stdout), once(bench, 'close')]);

  assert.equal(code, 0);
  assert.equal(table.match(/not measured: no data folder was given: --data DIR/g)?.length, 2);
});

test('told to end, it prints what it has measured so far and fails', async () => {
  const bench = run('--only', 'injected', '--only', 'knob');
  const printed = text(bench.stdout);
  const ended = once(bench, 'close');
  for await (const said of createInterface(bench.stderr)) if (said.includes('watches:')) bench.kill('SIGTERM');
  const [code] = await ended;
  const table = await printed;

  assert.equal(code, 1);
  assert.match(table, /5xx burst, 20% for 2 min, 20\/s .*not measured: time was up/);
  assert.match(table, /knob .*not measured: ended early/);
});

test('a time that is none is said to be none', async () => {
  const bench = run('--minutes', 'soon');
  const [said, [code]] = await Promise.all([text(bench.stdout), once(bench, 'close')]);

  assert.equal(code, 64);
  assert.match(said, /--minutes is 'soon'; give a number above 0/);
});
