/** Rotated files whose gzip is a bomb, damaged or odd: taken as far as it goes, the rest counted, the live file goes on. */
import assert from 'node:assert/strict';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { test } from 'node:test';
import { constants, crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { HOLLOW_FREE_BYTES, RATIO_FREE_BYTES } from '../../src/sources/inflate.ts';
import { createHarness, type Harness } from './harness.ts';

const MEGABYTE = 1024 * 1024;
const PACKED = 'access.log.1.gz';

test('a bomb of 10 GB of zeros is given up after a bounded part, counted and named', async () => {
  const zeros = gzipSync(Buffer.alloc(64 * MEGABYTE));
  const log = await startedHarness();

  const file = openSync(log.path(PACKED), 'w');
  for (let member = 0; member < 160; member += 1) writeSync(file, zeros);
  closeSync(file);
  await letRead(log);

  assert.deepEqual(log.lines(), ['one', 'two']);
  const { taken, skipped } = log.ledger();
  assert.equal(taken, 'one\ntwo\n'.length);
  assert.ok((skipped.leading_nuls ?? 0) <= RATIO_FREE_BYTES + MEGABYTE, `${skipped.leading_nuls}`);
  assert.ok((skipped.damaged ?? 0) > 9 * MEGABYTE, `${skipped.damaged}`);
  assert.deepEqual(log.reader().problems(), [
    `'${log.path(PACKED)}' cannot be unpacked (it unpacks to more than 600 times its size), so the lines left in it are counted as lost: look at it with gzip -t.`,
  ]);
  await log.end();
});

test('a bomb in one member, of a line without end, is given up too', async () => {
  const log = await startedHarness();

  writeFileSync(log.path(PACKED), oneMember('x', 2_048));
  await letRead(log);

  assert.deepEqual(log.lines(), ['one', 'two']);
  assert.ok((log.ledger().skipped.line_too_long ?? 0) <= RATIO_FREE_BYTES + MEGABYTE);
  assert.ok((log.ledger().skipped.damaged ?? 0) > 0);
  assert.match(log.reader().problems().join(), /unpacks to more than 600 times its size/);
  await log.end();
});

test('millions of empty members are given up, counted and named', async () => {
  const empty = gzipSync('');
  const count = Math.ceil((2 * HOLLOW_FREE_BYTES) / empty.length);
  const log = await startedHarness();

  writeFileSync(log.path(PACKED), Buffer.concat([gzipSync('packed\n'), Buffer.alloc(count * empty.length, empty)]));
  await letRead(log);

  assert.deepEqual(log.lines(), ['one', 'packed', 'two']);
  assert.ok((log.ledger().skipped.damaged ?? 0) > HOLLOW_FREE_BYTES / 2);
  assert.match(log.reader().problems().join(), /it holds next to nothing/);
  await log.end();
});

test('all members of a file are read, empty ones among them', async () => {
  const log = await startedHarness();

  writeFileSync(log.path(PACKED), Buffer.concat(['a\nb', '', 'c\n', '', 'd\n'].map((text) => gzipSync(text))));
  await letRead(log);

  assert.deepEqual(log.lines(), ['one', 'a', 'bc', 'd', 'two']);
  assert.deepEqual(log.reader().problems(), []);
  await log.end();
});

test('a gzip within a gzip is bytes of lines, and is not unpacked once more', async () => {
  const log = await startedHarness();
  const inner = gzipSync('inner\n'.repeat(1_000));

  writeFileSync(log.path(PACKED), gzipSync(Buffer.concat([inner, Buffer.from('\n')])));
  await letRead(log);

  assert.equal(log.lines().includes('inner'), false);
  assert.equal(log.ledger().taken, inner.length + 1 + 'one\ntwo\n'.length);
  assert.deepEqual(log.reader().problems(), []);
  await log.end();
});

test('garbage behind a file is left out', async () => {
  const log = await startedHarness();

  writeFileSync(log.path(PACKED), Buffer.concat([gzipSync('a\nb\n'), Buffer.alloc(512), Buffer.from('garbage\n')]));
  await letRead(log);

  assert.deepEqual(log.lines(), ['one', 'a', 'b', 'two']);
  await log.end();
});

for (const [what, damage, reason] of [
  ['cut off', (whole: Buffer) => whole.subarray(0, whole.length * 0.8), 'unexpected end of file'],
  ['damaged', (whole: Buffer) => Buffer.from(whole).fill(0xff, whole.length * 0.8), 'invalid \\w+'],
] as const) {
  test(`of a file that is ${what} lines are taken up to there and the rest is counted; the problem ends with the file`, async () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => `${index} ${Math.imul(index, 2_654_435_761)}`);
    const log = await startedHarness();

    writeFileSync(log.path(PACKED), damage(gzipSync(`${lines.join('\n')}\n`)));
    await letRead(log);

    const read = log.lines().slice(1, -1);
    assert.ok(read.length > 50_000, `${read.length}`);
    assert.deepEqual(read, lines.slice(0, read.length));
    assert.ok((log.ledger().skipped.damaged ?? 0) > 0);
    assert.match(log.reader().problems().join(), new RegExp(`access.log.1.gz' cannot be unpacked \\(${reason}`));
    log.rename(PACKED, 'elsewhere');
    await log.pass(1_000);
    assert.deepEqual(log.reader().problems(), []);
    await log.end();
  });
}

test('packed files by the dozen are unpacked some at a time, each line once', async () => {
  const log = await startedHarness();

  for (let number = 1; number <= 50; number += 1) {
    writeFileSync(log.path(`access.log.${number}.gz`), gzipSync(`from ${number}\n`));
  }
  for (let round = 0; round < 8; round += 1) await letRead(log);

  assert.equal(log.lines().filter((line) => line.startsWith('from')).length, 50);
  assert.equal(new Set(log.lines()).size, 52);
  await log.end();
});

async function startedHarness(): Promise<Harness> {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();
  await log.drain();
  return log;
}

/** Long enough for a file under a rotated name to be taken for finished, with a line written to the live one. */
async function letRead(log: Harness): Promise<void> {
  await log.pass(3_000);
  await log.pass(3_000);
  log.append('access.log', 'two\n');
  await log.pass(3_000);
}

/** Gzip of one letter so many megabytes long, in one member: a flushed piece of deflate again and again. */
function oneMember(letter: string, megabytes: number): Buffer {
  const text = Buffer.alloc(MEGABYTE, letter);
  const piece = deflateRawSync(text, { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const head = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
  const end = Buffer.alloc(8);
  end.writeUInt32LE(crc32(text));
  return Buffer.concat([head, ...Array.from({ length: megabytes }, () => piece), deflateRawSync(''), end]);
}
