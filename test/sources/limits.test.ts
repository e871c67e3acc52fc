/** Limits of the system, real ones: reading goes on as far as it can, says what is wrong, and is well when that is over. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MAX_MATCHES } from '../../src/sources/glob.ts';
import { listFiles } from '../../src/sources/listing.ts';
import { failing } from '../../src/sources/problems.ts';
import { createHarness } from './harness.ts';
import { missing, startReader, tempFolder } from './limits-parts.ts';

const linuxOnly = process.platform === 'linux' ? false : 'these limits are those of Linux';

test('with 64 open files allowed, 200 files are read by turns; it is said until there are fewer', {
  skip: linuxOnly,
}, async (t) => {
  const folder = tempFolder(t);
  const paths = Array.from({ length: 200 }, (_, index) =>
    join(folder, `${String.fromCharCode(97 + (index % 26))}${index}.log`),
  );
  for (const path of paths) writeFileSync(path, `first of ${path}\n`);
  const reader = startReader(t, { glob: join(folder, '*.log'), shell: 'ulimit -n 64; exec "$@"' });

  await reader.until('the first lines are taken', ({ lines }) => lines === 200);
  await reader.until('the limit is said', ({ problems }) =>
    /open no more files.*raise the limit/.test(problems.join()),
  );
  for (const path of paths) appendFileSync(path, `second of ${path}\n`);
  await reader.until('the second lines are taken', ({ lines }) => lines === 400);
  for (const path of paths.slice(0, 50)) renameSync(path, `${path}.1`);
  for (const path of paths) appendFileSync(path, `third of ${path}\n`);
  await reader.until('the third lines are taken', ({ lines }) => lines === 600);
  assert.equal(reader.state().problems.length, 1, reader.state().problems.join());

  for (const path of paths.slice(10)) rmSync(path);
  await reader.until('the problem is over with fewer files', ({ problems }) => problems.length === 0);
});

/** More than may be open at a time. */
const MANY = process.env.LINESMAN_TEST_LONG === '1' ? 10_000 : 1_000;

test(`${MANY} files are all read, and read on`, async (t) => {
  const log = createHarness({ globs: ['*.log'], sweepMs: 1_000 });
  for (let index = 0; index < MANY; index += 1) log.append(`${index}.log`, `${index}\n`);
  const startedAt = performance.now();

  await log.start();
  await log.drain();
  const readAt = performance.now();
  log.append('77.log', 'again\n');
  await log.pass(2_000);

  const [readMs, sweepMs] = [readAt - startedAt, performance.now() - readAt].map(Math.round);
  t.diagnostic(`found and read in ${readMs} ms, looked through again in ${sweepMs} ms`);
  assert.equal(log.lines().length, MANY + 1);
  assert.equal(log.lines().at(-1), 'again');
  assert.equal(new Set(log.lines()).size, MANY + 1);
  await log.end();
});

test('more files than one glob may name are said', async () => {
  const log = createHarness();
  for (let index = 0; index < MAX_MATCHES + 5; index += 1) log.append(`a${index}`, '');
  const { files, problems } = await listFiles([log.path('a*')], []);

  assert.equal(files.filter(({ matched }) => matched).length, MAX_MATCHES);
  assert.match(problems.join(), /matches more than 10000 files and the rest is left out/);
  await log.end();
});

test('a file whose disk fails is named, the others go on, and it is read when the disk does again', {
  skip: linuxOnly || missing('strace', ['-V']),
}, async (t) => {
  const folder = tempFolder(t);
  const bad = join(folder, 'bad.log');
  const good = join(folder, 'good.log');
  writeFileSync(bad, 'one\n');
  writeFileSync(good, 'one\n');
  const reader = startReader(t, { glob: join(folder, '*.log') });
  await reader.until('both are read', ({ lines }) => lines === 2);

  const strace = spawn(
    'strace',
    [
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-p',
      String(reader.pid),
      '-P',
      bad,
      '-e',
      'trace=pread64,preadv,read',
      '-e',
      'inject=pread64,preadv,read:error=EIO',
    ],
    { stdio: 'ignore' },
  );
  t.after(() => strace.kill('SIGKILL'));
  await attached(strace, reader.pid);
  appendFileSync(bad, 'two\n');
  appendFileSync(good, 'two\n');
  await reader.until('the failing file is named', ({ problems }) => problems.length > 0);
  await reader.until('the other goes on', ({ lines }) => lines === 3);
  assert.deepEqual(reader.state().problems, [
    `'${bad}' cannot be read (EIO): the disk or mount fails: look at the kernel log (dmesg).`,
  ]);

  const exited = once(strace, 'exit');
  strace.kill('SIGINT');
  await exited;
  await reader.until('it is read again, once', ({ lines, problems }) => lines === 4 && problems.length === 0);
  assert.deepEqual(reader.state().skipped, {});
});

for (const [limit, code, setting] of [
  ['max_inotify_watches', 'ENOSPC', 'fs.inotify.max_user_watches'],
  ['max_inotify_instances', 'EMFILE', 'fs.inotify.max_user_instances (or ulimit -n)'],
] as const) {
  test(`without watches (${code}) files are looked at instead; it is said, and over when there are some`, {
    skip: linuxOnly || missing('unshare', ['-Ur', 'sh', '-c', `echo 0 > /proc/sys/user/${limit}`]),
  }, async (t) => {
    const folder = tempFolder(t);
    const path = join(folder, 'access.log');
    writeFileSync(path, 'one\n');
    const shell = `echo 0 > /proc/sys/user/${limit}; exec "$@"`;
    const reader = startReader(t, { glob: path, watch: true, unshare: ['-Ur'], shell });

    await reader.until('it is said', ({ problems }) => problems.length > 0);
    assert.deepEqual(reader.state().problems, [
      `The system has no file watches left (${code}), so files are looked at four times a second instead: raise ${setting}.`,
    ]);
    appendFileSync(path, 'two\n');
    await reader.until('both lines are taken', ({ lines }) => lines === 2);

    reader.command(`write /proc/sys/user/${limit} 1000`);
    await reader.until('it is over', ({ problems }) => problems.length === 0);
    appendFileSync(path, 'three\n');
    await reader.until('the third line is taken', ({ lines }) => lines === 3);
  });
}

test('when the queue of events overflows the sweep finds every line and every file', { skip: linuxOnly }, async (t) => {
  const limit = Number(readFileSync('/proc/sys/fs/inotify/max_queued_events', 'utf8'));
  if (limit > 100_000) return t.skip(`max_queued_events is ${limit}: too many to overflow`);
  const folder = tempFolder(t);
  const files = ['a.log', 'b.log'].map((name) => openSync(join(folder, name), 'a'));
  t.after(() => files.forEach(closeSync));
  const reader = startReader(t, { glob: join(folder, '*.log'), watch: true });
  for (const file of files) writeSync(file, 'first\n');
  await reader.until('it reads', ({ lines }) => lines === 2);

  reader.command('block 4000');
  // In turns, since equal events one after the other are merged.
  for (let count = 0; count < limit; count += 1) for (const file of files) writeSync(file, `${count}\n`);
  writeFileSync(join(folder, 'late.log'), 'late\n');
  renameSync(join(folder, 'a.log'), join(folder, 'a.log.1'));
  writeFileSync(join(folder, 'a.log'), 'new\n');

  await reader.until('every line is taken', ({ lines }) => lines === 2 + 2 * limit + 2);
  assert.deepEqual(reader.state().problems, []);
});

test('a mount without events is read by looking', {
  skip: linuxOnly || missing('unshare', ['-Urm', 'true']),
}, async (t) => {
  const folder = tempFolder(t);
  for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(folder, name));
  const options = `lowerdir=${folder}/lower,upperdir=${folder}/upper,workdir=${folder}/work`;
  const mount = `mount -t overlay overlay -o ${options} ${folder}/merged`;
  const cannot = missing('unshare', ['-Urm', 'sh', '-c', mount]);
  if (cannot) return t.skip(cannot);
  // What is written below an overlay makes no event on it.
  const below = join(folder, 'upper', 'access.log');
  writeFileSync(below, 'one\n');
  const reader = startReader(t, {
    ...{ glob: join(folder, 'merged', '*.log'), watch: true },
    ...{ unshare: ['-Urm'], shell: `${mount}; exec "$@"` },
  });
  await reader.until('it reads', ({ lines }) => lines === 1);

  appendFileSync(below, 'two\n');

  await reader.until('the line is taken', ({ lines }) => lines === 2);
  assert.deepEqual(reader.state().problems, []);
});

test('what the system answers is said with its remedy', () => {
  for (const [code, remedy] of [
    ['ENFILE', 'raise fs.file-max'],
    ['ESTALE', 'mount it again'],
    ['ENAMETOOLONG', 'shorten the path'],
    ['ENOTDIR', 'check the path'],
  ] as const) {
    const sentence = failing('/logs/a.log', Object.assign(new Error(code), { code }));
    assert.match(sentence, new RegExp(`^'/logs/a.log' cannot be read \\(${code}\\): .*${remedy}`));
  }
});

/** Until strace follows every thread of the process. */
async function attached(strace: ChildProcess, pid: number): Promise<void> {
  const { until } = await import('../support/until.ts');
  await until('strace is attached', () => {
    assert.equal(strace.exitCode, null, 'strace cannot attach here');
    const tasks = execFileSync('sh', ['-c', `grep -h TracerPid /proc/${pid}/task/*/status`], { encoding: 'utf8' });
    return tasks
      .trim()
      .split('\n')
      .every((line) => !line.endsWith('\t0'));
  });
}
