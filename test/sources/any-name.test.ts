/** Rotated files under names that rotation does not give: what nobody saw under its log's name is not lost in silence. */
import assert from 'node:assert/strict';
import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createHarness, type Harness } from './harness.ts';

const NAMES = ['bak', 'prev', 'q1', 'Wed', '2026W47', 'save.1', '20261125.bak', 'old', '1'];

for (const globs of [['access.log'], ['*.log'], ['access.log*']]) {
  test(`what was renamed while linesman was down is read under any name, with ${globs[0]}`, async () => {
    const log = await stopped(globs);
    for (const name of NAMES) {
      log.append('access.log', `to ${name}\n`);
      log.rename('access.log', `access.log.${name}`);
    }
    log.append('access.log', 'last\n');

    await log.start();
    for (let round = 0; round < 6; round += 1) await log.pass(3_000);
    const lines = log.lines().toSorted();
    log.commit();
    await log.crash();
    await log.start();
    for (let round = 0; round < 6; round += 1) await log.pass(3_000);

    assert.deepEqual(lines, ['last', 'one', ...NAMES.map((name) => `to ${name}`)].toSorted());
    assert.deepEqual(log.lines().toSorted(), lines);
    assert.deepEqual(log.skipped(), {});
    await log.end();
  });
}

test('so is what was renamed and packed in the first seconds of a start', async () => {
  const log = await stopped(['access.log']);
  await log.start();
  await log.drain();
  for (const name of ['q1', 'q2', 'q3']) {
    log.append('access.log', `to ${name}\n`);
    log.rename('access.log', `access.log.${name}`);
    pack(log, `access.log.${name}`);
  }
  log.append('access.log', 'last\n');

  for (let round = 0; round < 6; round += 1) await log.pass(3_000);

  assert.deepEqual(log.lines().toSorted(), ['last', 'one', 'to q1', 'to q2', 'to q3']);
  await log.end();
});

test('other kinds of files beside a log stay unread', async () => {
  const log = await stopped(['access.log']);
  for (const name of ['access.log.json', 'access.log.pos', 'access.log~', 'access.logs', 'error.log.bak'])
    log.append(name, 'no line of ours\n');
  log.append('access.log', 'two\n');

  await log.start();
  for (let round = 0; round < 6; round += 1) await log.pass(3_000);

  assert.deepEqual(log.lines(), ['one', 'two']);
  await log.end();
});

test('a copy with any name that was made while linesman was down is not read beside its log', async () => {
  const log = await stopped(['access.log']);
  writeFileSync(log.path('access.log.saved'), readFileSync(log.path('access.log')));
  log.append('access.log', 'two\n');

  await log.start();
  for (let round = 0; round < 8; round += 1) await log.pass(3_000);

  assert.deepEqual(log.lines(), ['one', 'two']);
  await log.end();
});

test('one that comes later, as an excerpt does, is left alone and remembered as such', async () => {
  const log = await stopped(['access.log']);
  await log.start();
  for (let round = 0; round < 6; round += 1) await log.pass(3_000);

  log.append('access.log.errors', 'an excerpt\n');
  for (let round = 0; round < 6; round += 1) await log.pass(3_000);

  assert.deepEqual(log.lines(), ['one']);
  assert.deepEqual(
    log.records().map(({ name, generation }) => [name.split('/').at(-1), generation.startsWith('ignored-')]),
    [
      ['access.log', false],
      ['access.log.errors', true],
    ],
  );
  await log.end();
});

/** A log of one line that was read, and linesman down. */
async function stopped(globs: readonly string[]): Promise<Harness> {
  const log = createHarness({ globs });
  log.append('access.log', 'one\n');
  await log.start();
  await log.pass(3_000);
  log.commit();
  await log.crash();
  return log;
}

function pack(log: Harness, name: string): void {
  writeFileSync(log.path(`${name}.gz`), gzipSync(readFileSync(log.path(name))));
  unlinkSync(log.path(name));
}
