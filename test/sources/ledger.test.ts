/** The ledger: bytes present are taken, or stand under the reason why not. The harness sees at each commit that it adds up. */
import assert from 'node:assert/strict';
import { chmodSync, openSync, truncateSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { MAX_DONE } from '../../src/sources/book.ts';
import { createHarness, type Harness } from './harness.ts';

const NOBODY = 65_534;

test('what was there before the first start at the end is not present', async () => {
  const log = createHarness({ from: 'end' });
  log.append('access.log', 'old\nhalf of ');
  await log.start();
  await log.drain();
  assert.deepEqual(log.ledger(), { present: 8, taken: 0, skipped: {} });

  log.append('access.log', 'one\n');
  await log.drain();

  assert.deepEqual(log.ledger(), { present: 12, taken: 12, skipped: {} });
  assert.deepEqual([log.records()[0]?.start, log.records()[0]?.offset], [4, 16]);
  await log.end();
});

test('bytes that were read and not committed are present once after a crash', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();
  await log.drain();
  log.commit();
  log.append('access.log', 'two\n');
  await log.drain();

  await log.crash();
  await log.start();
  await log.drain();

  assert.deepEqual(log.ledger(), { present: 8, taken: 8, skipped: {} });
  await log.end();
});

test('bytes of over-long lines and of leading NULs are counted in all and in their file', async () => {
  const log = createHarness({ chunkBytes: 64 });
  const writer = openSync(log.path('access.log'), 'w');
  writeSync(writer, 'one\n');
  await log.start();
  await log.drain();

  truncateSync(log.path('access.log'), 0);
  writeSync(writer, `${'x'.repeat(200)}\ntwo\n`);
  await log.drain();

  const skipped = { leading_nuls: 4, line_too_long: 201 };
  assert.deepEqual(log.ledger(), { present: 4 + 4 + 201 + 4, taken: 8, skipped });
  assert.deepEqual(log.records().find(({ offset }) => offset > 4)?.skippedBytes, skipped);
  await log.end();
});

test('unread bytes that a truncation destroyed are lost once no copy was found', async () => {
  const log = createHarness();
  log.append('access.log', 'one\npartial');
  await log.start();
  await log.drain();

  truncateSync(log.path('access.log'), 0);
  await log.drain();
  assert.deepEqual(log.ledger(), { present: 11, taken: 4, skipped: {} });
  await log.pass(11_000);

  assert.deepEqual(log.ledger(), { present: 11, taken: 4, skipped: { truncated_unrecovered: 7 } });
  await log.end();
});

test('bytes seen that the copy does not hold are lost by truncation, also where the copy is packed', async () => {
  for (const packs of [false, true]) {
    const log = createHarness();
    log.append('access.log', 'one\n');
    await log.start();
    await log.drain();
    log.append('access.log', 'two\n');

    if (packs) writeFileSync(log.path('access.log.1.gz'), gzipSync('one\ntwo\n'));
    else log.append('access.log.1', 'one\ntwo\n');
    log.append('access.log', 'three\n');
    await log.readPart(1);
    truncateSync(log.path('access.log'), 0);
    await log.pass(6_000);
    await log.pass(6_000);

    assert.deepEqual(log.lines(), ['one', 'two']);
    assert.deepEqual(log.ledger(), { present: 14, taken: 8, skipped: { truncated_unrecovered: 6 } });
    await log.end();
  }
});

test('a file that is deleted while we have it open is lost by a crash as deleted, though its inode is used again', async () => {
  const log = createHarness();
  log.append('access.log', 'one\nhalf');
  await log.start();
  await log.drain();
  unlinkSync(log.path('access.log'));
  await log.drain();
  log.commit();
  await log.crash();

  log.append('access.log', 'two\n');
  await log.start();
  await log.pass(11_000);

  assert.deepEqual(log.lines(), ['one', 'two']);
  assert.deepEqual(log.ledger(), { present: 12, taken: 8, skipped: { deleted_unread_bytes: 4 } });
  await log.end();
});

test('a file that could never be opened is counted when it is gone', async () => {
  const log = createHarness({ globs: ['*.log'] });
  log.append('access.log', 'one\n');
  await log.start();
  log.append('new.log', 'never read\n');

  await asNobody(log, async () => {
    await log.drain();
    assert.match(log.reader().problems().join(), /new.log' may not be read/);
  });
  unlinkSync(log.path('new.log'));
  await log.drain();

  assert.deepEqual(log.ledger(), { present: 15, taken: 4, skipped: { deleted_unread_bytes: 11 } });
  await log.end();
});

test('a packed file that is damaged is counted as far as it is known, and the ledger adds up', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();
  await log.drain();
  log.commit();
  await log.crash();
  const lines = Array.from({ length: 20_000 }, (_, index) => `line ${(index * 7_919) % 20_011}\n`).join('');
  const packed = gzipSync(`one\n${lines}`);
  packed.fill(0, packed.length / 2, packed.length / 2 + 100);
  unlinkSync(log.path('access.log'));
  writeFileSync(log.path('access.log.1.gz'), packed);

  await log.start();
  await settle(log);

  const { taken, present, skipped } = log.ledger();
  assert.ok(taken > 4 && taken < lines.length, `${taken} bytes taken`);
  assert.equal(present, taken + (skipped.damaged ?? 0));
  assert.match(log.reader().problems().join(), /cannot be unpacked/);
  await log.end();
});

test('a rotated file of which nobody can tell whether it was read is named', async () => {
  const log = createHarness();
  for (let number = 1; number <= MAX_DONE; number += 1) log.append(`access.log.${number}`, `old ${number}\n`);
  log.append('access.log', 'one\n');
  await log.start();
  await log.drain();
  assert.deepEqual(log.reader().problems(), []);

  log.append('access.log.1001', 'unknown\n');
  await log.pass(3_000);

  assert.match(log.reader().problems().join(), /access.log.1001' is left unread: .* more than 1000 rotated files/);
  assert.deepEqual(log.lines(), ['one']);
  await log.end();
});

/** What root may read it may read whatever the mode: as root, another user does this. */
async function asNobody(log: Harness, act: () => Promise<void>): Promise<void> {
  chmodSync(log.folder, 0o755);
  chmodSync(log.path('new.log'), 0);
  if (process.getuid?.() !== 0) return await act();
  process.seteuid?.(NOBODY);
  try {
    await act();
  } finally {
    process.seteuid?.(0);
  }
}

async function settle(log: Harness): Promise<void> {
  for (let round = 0; round < 8; round += 1) await log.pass(3_000);
}
