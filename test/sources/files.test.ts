import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { createFileReader } from '../../src/sources/files.ts';
import { createHarness, touch } from './harness.ts';

test('lines that are appended are taken once, in their order', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();

  await log.drain();
  log.append('access.log', 'two\nthree\n');
  await log.drain();

  assert.deepEqual(log.lines(), ['one', 'two', 'three']);
  await log.end();
});

test('a reader closed in the middle of a read ends that read, which is no problem', async () => {
  const log = createHarness();
  for (let file = 0; file < 20; file += 1) log.append(`${file}.log`, `${'x'.repeat(99)}\n`.repeat(5_000));
  const reader = createFileReader({
    ...{ source: 'web', globs: [log.path('*.log')], from: 'beginning', sweepMs: 0, watch: false },
  });
  await reader.open(undefined, log.now());

  const reading = reader.chunks(log.now());
  await Promise.all([reading, reader.close()]);

  const bytes = (await reading).map((chunk) => chunk.bytes.length);
  assert.deepEqual([bytes, reader.problems()], [Array(20).fill(500_000), []]);
  await log.end();
});

test('chunks that are not taken are offered again', async () => {
  const log = createHarness();
  log.append('access.log', 'one\ntwo\n');
  await log.start();

  const first = await log.reader().chunks(log.now());
  const second = await log.reader().chunks(log.now());

  assert.deepEqual(second, first);
  assert.equal(log.records()[0]?.offset, 0);
  await log.end();
});

test('of a chunk taken in part the rest comes next, with its position', async () => {
  const log = createHarness();
  log.append('access.log', 'one\ntwo\nthree\n');
  await log.start();
  const [chunk] = await log.reader().chunks(log.now());

  log.reader().take(chunk?.generation ?? '', 4, { pattern: 'nginx', lastTime: 5 });
  const [rest] = await log.reader().chunks(log.now());

  assert.equal(Buffer.from(rest?.bytes ?? []).toString(), 'two\nthree\n');
  assert.deepEqual([rest?.offset, rest?.pattern, rest?.lastTime], [4, 'nginx', 5]);
  assert.throws(() => log.reader().take(chunk?.generation ?? '', 99, {}), /10 are offered/);
  await log.end();
});

test('a line is taken when its end has come, also across a restart', async () => {
  const log = createHarness();
  log.append('access.log', 'one\ntw');
  await log.start();
  await log.drain();
  assert.deepEqual(log.lines(), ['one']);

  log.commit();
  await log.crash();
  log.append('access.log', 'o\n');
  await log.start();
  await log.drain();

  assert.deepEqual(log.lines(), ['one', 'two']);
  await log.end();
});

test('after a crash at any line reading goes on from the last commit', async () => {
  const log = createHarness();
  log.append('access.log', '');
  await log.start();
  const expected = Array.from({ length: 20 }, (_, index) => `line ${index}`);

  for (const line of expected) {
    log.append('access.log', `${line}\n`);
    await log.drain();
    if (line.endsWith('5')) log.commit();
    await log.crash();
    await log.start();
  }
  await log.drain();

  assert.deepEqual(log.lines(), expected);
  await log.end();
});

test('the first start at the end takes only what is written later', async () => {
  const log = createHarness({ from: 'end' });
  log.append('access.log', 'old\nhalf of ');
  await log.start();
  await log.drain();
  assert.deepEqual(log.lines(), []);

  log.append('access.log', 'one\nnew\n');
  await log.drain();

  assert.deepEqual(log.lines(), ['half of one', 'new']);
  await log.end();
});

test('a file that appears later is read from its beginning, also where its folder comes with it', async () => {
  const log = createHarness({ from: 'end', globs: ['site/access.log'] });
  await log.start();
  assert.match(log.reader().problems().join(), /Nothing matches '.*site\/access.log' yet/);

  mkdirSync(log.path('site'));
  log.append('site/access.log', 'one\n');
  await log.pass(1_000);

  assert.deepEqual(log.lines(), ['one']);
  assert.deepEqual(log.reader().problems(), []);
  await log.end();
});

test('a later start reads files from their beginning that came in between', async () => {
  const log = createHarness({ from: 'end', globs: ['*.log'] });
  await log.start();
  log.commit();
  await log.crash();
  log.append('new.log', 'one\n');

  await log.start();
  await log.drain();

  assert.deepEqual(log.lines(), ['one']);
  await log.end();
});

test('a renamed file is read on while a worker still writes to it, beside the new one', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();
  await log.drain();
  const worker = openSync(log.path('access.log'), 'a');

  log.rename('access.log', 'access.log.1');
  log.append('access.log', 'new\n');
  writeSync(worker, 'late 1\n');
  await log.pass(4_000);
  writeSync(worker, 'late 2\n');
  await log.pass(4_000);
  writeSync(worker, 'late 3\n');
  await log.pass(4_000);

  assert.deepEqual(log.lines().toSorted(), ['late 1', 'late 2', 'late 3', 'new', 'one']);
  assert.equal(log.records().filter(({ state }) => state === 'done').length, 0);
  await log.pass(6_000);
  assert.equal(log.records().filter(({ state }) => state === 'done').length, 1);
  writeSync(worker, 'very late\n');
  await log.pass(1_000);
  assert.ok(log.lines().includes('very late'));
  await log.end();
});

test('the last line of a renamed file is taken without its end, and counted', async () => {
  const log = createHarness();
  log.append('access.log', 'one\ntw');
  await log.start();
  await log.drain();

  log.rename('access.log', 'access.log.1');
  await log.pass(1_000);
  assert.deepEqual(log.lines(), ['one']);
  await log.pass(6_000);

  assert.deepEqual(log.lines(), ['one', 'tw']);
  assert.deepEqual(log.skipped(), { partial_final: 1 });
  await log.end();
});

test('a file that nobody saw between two rotations is read too', async () => {
  const log = createHarness();
  log.append('access.log', 'first\n');
  await log.start();
  await log.drain();

  log.rename('access.log', 'access.log.1');
  log.append('access.log', 'second\n');
  log.rename('access.log.1', 'access.log.2');
  log.rename('access.log', 'access.log.1');
  log.append('access.log', 'third\n');
  await log.pass(3_000);
  await log.pass(3_000);

  assert.deepEqual(log.lines().toSorted(), ['first', 'second', 'third']);
  await log.end();
});

test('rotations while linesman is down are made up for', async () => {
  const log = createHarness();
  log.append('access.log', 'first\n');
  await log.start();
  await log.drain();
  log.commit();
  await log.crash();

  log.append('access.log', 'second\n');
  log.rename('access.log', 'access.log.2');
  log.append('access.log.1', 'third\n');
  log.append('access.log', 'fourth\n');
  await log.start();
  await log.pass(3_000);

  assert.deepEqual(log.lines().toSorted(), ['first', 'fourth', 'second', 'third']);
  await log.end();
});

test('rotated files that were there at the first start, and other logs beside ours, are not read', async () => {
  const log = createHarness();
  log.append('access.log.1', 'before\n');
  writeFileSync(log.path('access.log.2.gz'), gzipSync('long before\n'));
  log.append('access.log', 'one\n');
  await log.start();

  log.append('access.log.json', '{}\n');
  log.rename('access.log.1', 'access.log.3');
  for (let round = 0; round < 4; round += 1) await log.pass(3_000);

  assert.deepEqual(log.lines(), ['one']);
  await log.end();
});

test('a truncated file loses nothing that its copy holds', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();
  await log.drain();

  log.append('access.log', 'unread\n');
  log.copyTruncate('access.log', 'access.log.1');
  log.append('access.log', 'new\n');
  await log.pass(1_000);

  assert.deepEqual(log.lines().toSorted(), ['new', 'one', 'unread']);
  await log.pass(11_000);
  assert.deepEqual(log.skipped(), {});
  await log.end();
});

test('a file that was truncated and has grown beyond the old offset is read from its beginning', async () => {
  const log = createHarness();
  log.append('access.log', 'one\ntwo\n');
  await log.start();
  await log.drain();

  truncateSync(log.path('access.log'), 0);
  log.append('access.log', 'longer than both lines before\nand more\n');
  await log.drain();

  assert.deepEqual(log.lines(), ['one', 'two', 'longer than both lines before', 'and more']);
  await log.pass(11_000);
  assert.deepEqual(log.skipped(), {});
  await log.end();
});

test('unread bytes that a truncation destroyed are counted', async () => {
  const log = createHarness({ chunkBytes: 8 });
  log.append('access.log', 'one two\nnot read\n');
  await log.start();
  await log.reader().chunks(log.now());

  truncateSync(log.path('access.log'), 0);
  await log.pass(11_000);

  assert.deepEqual(log.skipped(), { truncated_unrecovered: 17 });
  await log.end();
});

test('unread bytes of a file deleted while linesman was down are counted', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();
  await log.drain();
  log.append('access.log', 'partial');
  await log.drain();
  log.commit();
  await log.crash();

  unlinkSync(log.path('access.log'));
  await log.start();
  await log.pass(11_000);

  assert.deepEqual(log.skipped(), { deleted_unread_bytes: 7 });
  await log.end();
});

test('a copy in the making is not read while its original is there', async () => {
  const log = createHarness({ globs: ['access.log*'] });
  log.append('access.log', 'one\ntwo\n');
  await log.start();
  await log.drain();

  log.append('access.log.1', 'one\n');
  await log.pass(20_000);
  log.append('access.log.1', 'two\n');
  await log.pass(20_000);

  assert.deepEqual(log.lines(), ['one', 'two']);
  await log.end();
});

test('rotated names that match the glob are not read again, nor is what is made of them', async () => {
  const log = createHarness({ globs: ['access.log*'] });
  log.append('access.log', 'one\n');
  await log.start();
  await log.drain();

  log.rename('access.log', 'access.log.1');
  log.append('access.log', 'two\n');
  for (let round = 0; round < 4; round += 1) await log.pass(3_000);
  log.rename('access.log.1', 'access.log.2');
  await log.pass(3_000);
  writeFileSync(log.path('access.log.2.gz'), gzipSync('one\n'));
  unlinkSync(log.path('access.log.2'));
  log.commit();
  await log.crash();
  await log.start();
  for (let round = 0; round < 4; round += 1) await log.pass(3_000);

  assert.deepEqual(log.lines(), ['one', 'two']);
  await log.end();
});

test('a file rotated and compressed while linesman was down is read from where it stopped', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();
  await log.drain();
  log.commit();
  await log.crash();

  unlinkSync(log.path('access.log'));
  writeFileSync(log.path('access.log.1.gz'), gzipSync('one\ntwo\nno end'));
  log.append('access.log', 'three\n');
  await log.start();
  for (let round = 0; round < 3; round += 1) await log.pass(3_000);

  assert.deepEqual(log.lines().toSorted(), ['no end', 'one', 'three', 'two']);
  assert.deepEqual(log.skipped(), { partial_final: 1 });
  await log.end();
});

test('a file that was empty at the last start is known under its new name too, and nothing of it counts as lost', async () => {
  const log = createHarness({ globs: ['access.log*'] });
  touch(log.path('access.log'));
  await log.start();
  log.commit();
  await log.crash();
  log.append('access.log', 'one\n');
  await log.start();
  log.commit();
  await log.crash();

  log.rename('access.log', 'access.log.1');
  log.append('access.log', 'two\n');
  await log.start();
  for (let round = 0; round < 8; round += 1) await log.pass(3_000);

  assert.deepEqual(log.lines().toSorted(), ['one', 'two']);
  assert.deepEqual(log.skipped(), {});
  await log.end();
});

test('the file that gets the name and inode of an empty one is not taken for it', async () => {
  const log = createHarness({ globs: ['access.log*'] });
  log.append('access.log', 'one\ntwo\n');
  touch(log.path('access.log.1'));
  await log.start();
  await log.drain();
  log.commit();
  await log.crash();

  // The empty file is deleted, and the copy gets its inode.
  writeFileSync(log.path('access.log.1'), 'one\ntwo\nthree\n');
  writeFileSync(log.path('access.log'), '');
  await log.start();
  for (let round = 0; round < 8; round += 1) await log.pass(3_000);

  assert.deepEqual(log.lines(), ['one', 'two', 'three']);
  assert.deepEqual(log.skipped(), {});
  await log.end();
});

test('a compressed file is no copy of one that only begins like it', async () => {
  const log = createHarness({ globs: ['access.log*'] });
  touch(log.path('access.log'));
  await log.start();
  await log.drain();

  log.append('access.log', 'GET ');
  await log.drain();
  writeFileSync(log.path('access.log.1.gz'), gzipSync('GET a\nGET b\n'));
  log.append('access.log', 'c\nGET d\nGET e\n');
  for (let round = 0; round < 8; round += 1) await log.pass(3_000);

  assert.deepEqual(log.lines().toSorted(), ['GET a', 'GET b', 'GET c', 'GET d', 'GET e']);
  await log.end();
});

test('a rotated file is not read again when a new one follows it after hours', async () => {
  const log = createHarness({ globs: ['*.log'] });
  log.append('access.log', 'one\n');
  await log.start();
  await log.drain();
  log.rename('access.log', 'access.log.1');
  for (let hour = 0; hour < 4; hour += 1) await log.pass(3_600_000);

  log.append('access.log', 'two\n');
  for (let round = 0; round < 8; round += 1) await log.pass(3_000);

  assert.deepEqual(log.lines(), ['one', 'two']);
  await log.end();
});

test('a reused inode is another file', async () => {
  const log = createHarness();
  log.append('access.log', 'one\n');
  await log.start();
  await log.drain();
  // As if the file were deleted and its inode given to the next one.
  log.commit();
  await log.crash();
  writeFileSync(log.path('access.log'), 'another one\n');

  await log.start();
  await log.drain();

  assert.deepEqual(log.lines(), ['one', 'another one']);
  await log.end();
});

test('files that begin alike are told apart', async () => {
  const log = createHarness({ globs: ['*.log'] });
  const head = `# header ${'-'.repeat(400)}\n`;
  log.append('a.log', `${head}one\n`);
  await log.start();
  await log.drain();

  log.append('b.log', head);
  log.append('access.log', head);
  log.rename('a.log', 'a.log.1');
  log.append('a.log', head);
  log.append('a.log', 'two\n');
  log.append('b.log', 'three\n');
  for (let round = 0; round < 5; round += 1) await log.pass(3_000);

  assert.equal(log.lines().filter((line) => line.startsWith('#')).length, 4);
  assert.deepEqual(
    log
      .lines()
      .filter((line) => !line.startsWith('#'))
      .toSorted(),
    ['one', 'three', 'two'],
  );
  await log.end();
});

test('empty files and files of one byte are read when they grow', async () => {
  const log = createHarness({ globs: ['*.log'] });
  touch(log.path('empty.log'));
  log.append('byte.log', 'x');
  await log.start();
  await log.drain();
  log.commit();
  await log.crash();
  await log.start();

  log.append('empty.log', 'one\n');
  log.append('byte.log', 'y\n');
  await log.drain();

  assert.deepEqual(log.lines().toSorted(), ['one', 'xy']);
  await log.end();
});

test('a line over the limit is stepped over and counted once, also when a restart comes in its middle', async () => {
  const log = createHarness();
  log.append('access.log', `one\n${'x'.repeat(3 * 1024 * 1024)}`);
  await log.start();
  await log.drain();
  log.commit();
  assert.equal(log.records()[0]?.skip, true);
  await log.crash();

  log.append('access.log', 'the end of it\ntwo\n');
  await log.start();
  await log.drain();

  assert.deepEqual(log.lines(), ['one', 'two']);
  assert.deepEqual(log.skipped(), { line_too_long: 1 });
  await log.end();
});

test('NULs, broken UTF-8 and CR come as they are; only LF ends a line', async () => {
  const log = createHarness();
  log.append('access.log', Buffer.from('a\0b\r\n\xff\xc3\nx\xe2\x80\xa8y\n', 'latin1'));
  await log.start();

  await log.drain();

  assert.deepEqual(log.lines(), ['a\0b\r', '\xff\xc3', 'x\xe2\x80\xa8y']);
  await log.end();
});

test('a chunk says whether it is all that was seen of its file', async () => {
  const log = createHarness({ chunkBytes: 8 });
  log.append('access.log', 'one\ntwo\nthree\n');
  await log.start();

  const cuts: (boolean | undefined)[] = [];
  for (;;) {
    const [chunk] = await log.reader().chunks(log.now());
    if (!chunk) break;
    cuts.push(chunk.isCut);
    log.reader().take(chunk.generation, chunk.bytes.length, {});
  }

  assert.deepEqual(cuts, [true, false]);
  await log.end();
});

test('NULs left by a writer that kept its position after a truncation are stepped over', async () => {
  const log = createHarness({ chunkBytes: 64 });
  const writer = openSync(log.path('access.log'), 'w');
  writeSync(writer, `${'one\n'.repeat(100)}`);
  await log.start();
  await log.drain();

  truncateSync(log.path('access.log'), 0);
  writeSync(writer, 'two\n');
  await log.drain();

  assert.equal(log.lines().length, 101);
  assert.equal(log.lines().at(-1), 'two');
  await log.end();
});

test('a link that is switched to another file is a rotation', async () => {
  const log = createHarness({ globs: ['current.log'] });
  mkdirSync(log.path('1'));
  mkdirSync(log.path('2'));
  log.append('1/access.log', 'one\n');
  symlinkSync('1/access.log', log.path('current.log'));
  await log.start();
  await log.drain();

  log.append('1/access.log', 'two\n');
  log.append('2/access.log', 'three\n');
  unlinkSync(log.path('current.log'));
  symlinkSync('2/access.log', log.path('current.log'));
  log.append('1/access.log', 'four\n');
  await log.pass(1_000);

  assert.deepEqual(log.lines().toSorted(), ['four', 'one', 'three', 'two']);
  await log.end();
});

test('a rotated file is found, packed under its next number, where its log is gone and the link leads elsewhere', async () => {
  const log = createHarness({ globs: ['current.log'] });
  mkdirSync(log.path('1'));
  mkdirSync(log.path('2'));
  log.append('1/access.log', `one ${'x'.repeat(300)}\ntwo\n`);
  symlinkSync('1/access.log', log.path('current.log'));
  await log.start();
  log.copyTruncate('1/access.log', '1/access.log.1');
  await log.readPart(0);
  log.commit();
  await log.crash();

  writeFileSync(log.path('1/access.log.2.gz'), gzipSync(readFileSync(log.path('1/access.log.1'))));
  log.rename('1/access.log', '1/access.log.1');
  log.append('2/access.log', 'three\n');
  unlinkSync(log.path('current.log'));
  symlinkSync('2/access.log', log.path('current.log'));
  await log.start();
  for (let round = 0; round < 8; round += 1) await log.pass(3_000);

  assert.deepEqual(
    log
      .lines()
      .map((line) => line.slice(0, 3))
      .toSorted(),
    ['one', 'thr', 'two'],
  );
  assert.deepEqual(log.skipped(), {});
  await log.end();
});

test('a folder that goes away is waited for', async () => {
  const log = createHarness({ globs: ['site/access.log'] });
  mkdirSync(log.path('site'));
  log.append('site/access.log', 'one\n');
  await log.start();
  await log.drain();

  rmSync(log.path('site'), { recursive: true });
  await log.pass(1_000);
  assert.match(log.reader().problems().join(), /Nothing matches/);
  mkdirSync(log.path('site'));
  log.append('site/access.log', 'two\n');
  await log.pass(1_000);

  assert.equal(existsSync(log.path('site/access.log')), true);
  assert.deepEqual(log.lines(), ['one', 'two']);
  await log.end();
});

test('links to the container output, folders and rings of links are named, and the other files go on', async () => {
  const log = createHarness({ globs: ['*.log', 'folder'] });
  symlinkSync('/dev/stdout', log.path('access.log'));
  symlinkSync('ring.log', log.path('ring.log'));
  mkdirSync(log.path('folder'));
  log.append('good.log', 'one\n');
  await log.start();

  await log.drain();

  const problems = log.reader().problems();
  assert.equal(problems.length, 3);
  assert.match(problems[0] ?? '', /access.log' is a link to \/dev\/stdout, so Nginx writes to the container's output/);
  assert.match(problems[1] ?? '', /ring.log' cannot be read \(ELOOP\)/);
  assert.match(problems[2] ?? '', /folder' is not a file/);
  assert.deepEqual(log.lines(), ['one']);
  await log.end();
});

test('names of generations are unique and hold no path', async () => {
  const log = createHarness({ globs: ['*.log'] });
  log.append('a.log', 'same\n');
  log.append('b.log', 'same\n');
  await log.start();

  const names = log.records().map(({ generation }) => generation);

  assert.equal(new Set(names).size, 2);
  for (const name of names) assert.match(name, /^[0-9a-f]{16}$/);
  await log.end();
});
