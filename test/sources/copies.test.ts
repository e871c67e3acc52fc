/** Copies of logs, plain and packed: what they hold is read once, and not again when their original is done. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createHarness, type Harness, touch } from './harness.ts';

test('lines read between the copy and the truncation are not read again from the copy, however short it is', async () => {
  const log = createHarness();
  await log.start();
  log.append('access.log', 'in the copy\n');
  copyFileSync(log.path('access.log'), log.path('access.log.1'));
  log.append('access.log', 'in no copy\n');
  await log.drain();

  truncateSync(log.path('access.log'), 0);
  log.rename('access.log.1', 'access.log.2');
  log.append('access.log.1', '');
  await settle(log);

  assert.deepEqual(log.lines(), ['in the copy', 'in no copy']);
  assert.deepEqual(log.skipped(), {});
  await log.end();
});

test('a copy of a file that was truncated and has grown beyond its old size is not read beside it', async () => {
  const log = createHarness();
  log.append('access.log', 'first\n');
  await log.start();
  await log.drain();

  truncateSync(log.path('access.log'), 0);
  log.append('access.log', 'longer than the one before\n');
  copyFileSync(log.path('access.log'), log.path('access.log.1'));
  log.append('access.log', 'next\n');
  await log.drain();
  truncateSync(log.path('access.log'), 0);
  await settle(log);

  assert.deepEqual(log.lines(), ['first', 'longer than the one before', 'next']);
  await log.end();
});

test('a copy whose disk fails behind its first bytes is named, and not read beside its original', async (t) => {
  const log = createHarness();
  log.append('access.log', 'a line of a log that is copied\n'.repeat(3_000));
  await log.start();
  await log.drain();
  const heal = await failBehindHead(t, log.path('access.log.1'));

  copyFileSync(log.path('access.log'), log.path('access.log.1'));
  await settle(log);
  const problems = log.problems();
  heal();
  await settle(log);

  assert.equal(log.lines().length, 3_000);
  assert.match(problems.join(), /access\.log\.1' cannot be read \(EIO\)/);
  assert.deepEqual(log.problems(), []);
  await log.end();
});

test('a packed file is not read again where a worker has made its original longer since', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();
  await log.drain();
  const worker = openSync(log.path('access.log'), 'a');

  log.rename('access.log', 'access.log.1');
  pack(log, 'access.log.1');
  writeSync(worker, 'late\n');
  await log.drain();
  log.commit();
  await log.crash();
  await log.start();
  await settle(log);

  assert.deepEqual(log.lines(), ['one', 'late']);
  assert.deepEqual(log.skipped(), {});
  await log.end();
});

test('a short copy that is packed before it is looked at again is not read, and gives what was not read', async () => {
  for (const takes of [1, 2]) {
    const log = createHarness();
    touch(log.path('access.log'));
    await log.start();
    log.append('access.log', 'one\n');
    copyFileSync(log.path('access.log'), log.path('access.log.1'));
    log.append('access.log', `two ${'-'.repeat(300)}\n`);
    await log.readPart(takes - 1);

    truncateSync(log.path('access.log'), 0);
    pack(log, 'access.log.1');
    await settle(log);

    assert.deepEqual(log.lines(), ['one']);
    assert.equal(log.ledger().skipped.truncated_unrecovered, 305);
    await log.end();
  }
});

test('a file that takes hours to be packed is not read again', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();
  log.rename('access.log', 'access.log.1');
  await log.pass(6_000);
  const packed = gzipSync('one\n');

  writeFileSync(log.path('access.log.1.gz'), packed.subarray(0, 12));
  await log.drain();
  unlinkSync(log.path('access.log.1'));
  for (let hour = 0; hour < 3; hour += 1) {
    log.wait(3_600_000);
    writeFileSync(log.path('access.log.1.gz'), packed.subarray(0, 13 + hour));
    await log.drain();
  }
  writeFileSync(log.path('access.log.1.gz'), packed);
  await settle(log);

  assert.deepEqual(log.lines(), ['one']);
  await log.end();
});

test('a packed file that rests while it is made is read to its end, however little of it could be unpacked then', async () => {
  const text = numberedLines(2_000);
  const packed = gzipSync(text);
  for (const half of [2, 12, 40, 2_000]) {
    const log = createHarness();
    log.append('access.log', 'one\n');
    await log.start();
    await log.drain();
    log.commit();
    await log.crash();
    log.rename('access.log', 'access.log.2');
    log.append('access.log', 'three\n');
    writeFileSync(log.path('access.log.1.gz'), packed.subarray(0, half));
    await log.start();
    await settle(log);

    appendFileSync(log.path('access.log.1.gz'), packed.subarray(half));
    await settle(log);

    assert.deepEqual(log.lines().toSorted(), ['one', 'three', ...text.trimEnd().split('\n')].toSorted(), `${half}`);
    assert.deepEqual(log.reader().problems(), []);
    await log.end();
  }
});

test('a packed file that rests while it is made is not read again where what it holds was read', async () => {
  const text = numberedLines(2_000);
  const packed = gzipSync(text);
  const log = createHarness();
  log.append('access.log', text);
  await log.start();
  log.rename('access.log', 'access.log.1');
  await settle(log);

  for (const end of [12, 500, 2_000, 4_000]) {
    writeFileSync(log.path('access.log.1.gz'), packed.subarray(0, end));
    await settle(log);
  }
  writeFileSync(log.path('access.log.1.gz'), packed);
  unlinkSync(log.path('access.log.1'));
  await settle(log);

  assert.equal(log.lines().length, 2_000);
  assert.deepEqual(log.ledger(), { present: text.length, taken: text.length, skipped: {} });
  await log.end();
});

test('a file that was written anew with the beginning and the length of one that was read is read', async () => {
  const beginning = `${'-'.repeat(300)}\n`;
  const log = createHarness();
  log.append('access.log', `${beginning}one\n`);
  await log.start();
  log.rename('access.log', 'access.log.1');
  await settle(log);

  // Written over, it keeps its inode.
  writeFileSync(log.path('access.log.1'), `${beginning}two\n`);
  await settle(log);

  assert.deepEqual(
    log.lines().map((line) => line.slice(0, 3)),
    ['---', 'one', '---', 'two'],
  );
  await log.end();
});

test('a log that nobody saw under its live name is read where rotation keeps its extension', async () => {
  for (const name of ['app.1.log', 'app-20260101.log']) {
    for (const packs of [false, true]) {
      const log = createHarness({ globs: ['app.log'] });
      log.append('app.log', 'one\n');
      await log.start();
      await log.drain();
      for (const other of ['app.json.log', 'app2.log', 'app-admin.log']) log.append(other, 'not ours\n');

      // Both within one look.
      log.rename('app.log', `${name}.old`);
      log.append(name, 'two\n');
      if (packs) pack(log, name);
      log.append('app.log', 'three\n');
      await settle(log);

      assert.deepEqual(log.lines().toSorted(), ['one', 'three', 'two'], `${name}, packed: ${packs}`);
      await log.end();
    }
  }
});

test('a copy under a name that keeps the extension is not read beside its original', async () => {
  for (const glob of ['app.log', '*.log']) {
    const log = createHarness({ globs: [glob] });
    log.append('app.log', 'one\n');
    await log.start();
    await log.drain();

    copyFileSync(log.path('app.log'), log.path('app-20260101.log'));
    await settle(log);

    assert.deepEqual(log.lines(), ['one'], glob);
    await log.end();
  }
});

test('the last line without end of a copy that the glob names is taken too, also after a restart', async () => {
  for (const restarts of [false, true]) {
    const log = createHarness({ globs: ['access.log*'] });
    log.append('access.log', 'one\ntw');
    await log.start();
    log.copyTruncate('access.log', 'access.log.1');
    await log.drain();
    log.commit();
    if (restarts) {
      await log.crash();
      await log.start();
    }

    await settle(log);

    assert.deepEqual(log.lines(), ['one', 'tw']);
    assert.deepEqual(log.skipped(), { partial_final: 1 });
    await log.end();
  }
});

test('a file rotated while linesman was down is read although its log was not made again', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();
  log.commit();
  await log.crash();

  log.copyTruncate('access.log', 'access.log.2');
  log.append('access.log', 'two\n');
  log.rename('access.log', 'access.log.1');
  await log.start();
  await settle(log);

  assert.deepEqual(log.lines().toSorted(), ['one', 'two']);
  assert.deepEqual(log.skipped(), {});
  await log.end();
});

test('a copy in the folder that a link led to is read after the link was switched', async () => {
  const log = createHarness({ globs: ['current.log'] });
  mkdirSync(log.path('1'));
  mkdirSync(log.path('2'));
  log.append('1/access.log', '');
  symlinkSync('1/access.log', log.path('current.log'));
  await log.start();
  await log.drain();

  log.append('1/access.log', 'one\n');
  log.copyTruncate('1/access.log', '1/access.log.1');
  log.append('2/access.log', 'two\n');
  unlinkSync(log.path('current.log'));
  symlinkSync('2/access.log', log.path('current.log'));
  await settle(log);

  assert.deepEqual(log.lines().toSorted(), ['one', 'two']);
  await log.end();
});

test('a copy that gets the inode of a packed file which was deleted while it was read is read too', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();
  log.commit();
  await log.crash();
  log.rename('access.log', 'access.log.1');
  pack(log, 'access.log.1');
  log.append('access.log', '');
  await log.start();

  // On most file systems the next file gets the inode that was freed last.
  unlinkSync(log.path('access.log.1.gz'));
  writeFileSync(log.path('access.log.1'), 'two\n');
  await settle(log);

  assert.deepEqual(log.lines().toSorted(), ['one', 'two']);
  await log.end();
});

/** As gzip does: the packed file beside the plain one, then only the packed one. */
function pack(log: Harness, name: string): void {
  writeFileSync(log.path(`${name}.gz`), gzipSync(readFileSync(log.path(name))));
  unlinkSync(log.path(name));
}

function numberedLines(lines: number): string {
  return Array.from({ length: lines }, (_, index) => `line ${(index * 7_919) % 20_011}\n`).join('');
}

/** Reads of this file fail but for those at its start, until what it gives is called. */
async function failBehindHead(t: TestContext, path: string): Promise<() => void> {
  const handle = await open('/dev/null');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  const read = prototype.read as (...given: unknown[]) => Promise<unknown>;
  const mocked = t.mock.method(prototype, 'read', async function (this: FileHandle, ...given: unknown[]) {
    const isIt = Number(given[3]) > 0 && readlinkSync(`/proc/self/fd/${this.fd}`) === path;
    if (isIt) throw Object.assign(new Error('i/o error'), { code: 'EIO' });
    return await read.apply(this, given);
  } as FileHandle['read']);
  return () => mocked.mock.restore();
}

async function settle(log: Harness): Promise<void> {
  for (let round = 0; round < 8; round += 1) await log.pass(3_000);
}
