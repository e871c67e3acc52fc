import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { constants, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createFifoReader } from '../../src/sources/fifo.ts';
import { until } from '../support/until.ts';
import { createStreamHarness } from './stream-harness.ts';

test('what a writer writes is taken, and the next writer is read like the first', async (t) => {
  const { path, harness } = await start(t);

  for (const text of ['one\ntwo\n', 'three\n', 'four\n']) await write(path, text);
  await harness.takes(4);

  assert.deepEqual(harness.stored().lines, ['one', 'two', 'three', 'four']);
  assert.deepEqual(harness.reader().problems(), []);
});

test('half a line of a writer that goes is a line of its own, counted as one', async (t) => {
  const { path, harness } = await start(t);

  await write(path, 'one\nhal');
  await harness.takes(2);
  await write(path, 'two\n');
  await harness.takes(3);

  assert.deepEqual(harness.stored().lines, ['one', 'hal', 'two']);
  assert.deepEqual(harness.stored().skipped, { partial_final: 1 });
});

test('it waits for the first writer without a thread or a look, and wakes at its first line', async (t) => {
  const { path, harness } = await start(t);
  await harness.round();

  const waiting = harness.reader().wait(600_000);
  await write(path, 'one\n');
  await waiting;

  assert.equal(await harness.round(), true);
});

test('a writer never waits for a reader, nor is it killed for want of one', async (t) => {
  const { path, harness } = await start(t);

  for (let i = 0; i < 200; i += 1) await write(path, `${i}\n`);
  await harness.takes(200);

  assert.deepEqual(
    harness.stored().lines,
    Array.from({ length: 200 }, (_, i) => `${i}`),
  );
});

test('while nothing is stored the writer must wait, and loses nothing', async (t) => {
  const { path, harness } = await start(t);
  const writer = await open(path, 'w');
  const sent = 5_000;
  const writing = writer.writeFile(`${'x'.repeat(999)}\n`.repeat(sent)).then(async () => await writer.close());

  await until('it holds what it may', () => held(harness) >= 2 * 1024 * 1024);
  assert.ok(held(harness) < 3 * 1024 * 1024);
  await harness.takes(sent);
  await writing;
});

test('a fifo that is not there yet is said with its remedy, and read when it is made', async (t) => {
  const { path, harness } = await start(t, { make: false });

  assert.match(harness.reader().problems().join(), /no fifo '.*access\.fifo' yet.*mkfifo/);
  execFileSync('mkfifo', [path]);
  await until('it is found', () => harness.reader().problems().length === 0);
  await write(path, 'one\n');

  await harness.takes(1);
});

test('what is no fifo is said, and never read', async (t) => {
  const { path, harness } = await start(t, { make: false });

  writeFileSync(path, 'one\n');
  await until('it is seen', () => /is no fifo: make one/.test(harness.reader().problems().join()));

  assert.equal(await harness.round(), false);
});

test('a fifo made anew under its name is read, and the old one to its end', async (t) => {
  const { path, harness } = await start(t);
  const old = await open(path, 'w');

  renameSync(path, `${path}.old`);
  execFileSync('mkfifo', [path]);
  await old.write('old\n');
  await harness.takes(1);
  const next = await open(path, 'w');
  await next.write('new\n');
  await harness.takes(2);
  await old.close();
  await next.close();

  assert.deepEqual(harness.stored().lines, ['old', 'new']);
});

test('one that is removed while its last writer goes is waited for', async (t) => {
  const { path, harness } = await start(t);
  const writer = await open(path, 'w');
  await writer.write('one\n');
  await harness.takes(1);

  rmSync(path);
  await writer.close();
  await until('it is said', () => /no fifo/.test(harness.reader().problems().join()));
  execFileSync('mkfifo', [path]);
  await until('it is found', () => harness.reader().problems().length === 0);
  await write(path, 'two\n');

  await harness.takes(2);
});

function held(harness: ReturnType<typeof createStreamHarness>): number {
  return harness.reader().records()[0]?.size ?? 0;
}

async function write(path: string, text: string): Promise<void> {
  // Not blocking: it fails where nobody reads, as Nginx would lose its lines.
  const writer = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
  await writer.write(text);
  await writer.close();
}

async function start(t: TestContext, { make = true } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-fifo-'));
  const path = join(folder, 'access.fifo');
  if (make) execFileSync('mkfifo', [path]);
  const reader = createFifoReader({ source: 'web', path });
  const harness = createStreamHarness(reader);
  t.after(async () => {
    await reader.close();
    await rm(folder, { recursive: true });
  });
  await harness.open();
  return { path, harness };
}
