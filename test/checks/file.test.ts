/** Files that are there, missing, old, small, changed, forbidden and without an answer, made by the tests. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statfsSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { check } from '../../src/checks/file.ts';
import { UserError } from '../../src/core/errors.ts';
import { confirmedAt, PLACES, started } from './running.ts';

const folder = mkdtempSync(join(tmpdir(), 'linesman-file-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text = 'hello\n'): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('a file that is there is well, and missing once it is gone', async () => {
  const path = file('there');
  const one = started(check, { options: { path } });

  const well = await one.read();
  rmSync(path);
  const gone = await one.read();

  assert.equal(well.cause, undefined);
  assert.equal(well.figures?.bytes, 6);
  assert.equal(gone.cause, 'missing');
  assert.equal(gone.said, `${path} is not there.`);
  assert.equal(one.causes.missing?.title, `File ${path} is missing`);
  assert.match(one.causes.missing?.whatToDo ?? '', new RegExp(`ls -la ${folder}/`));
});

test('a file that should not be there is told, and nothing where it is not', async () => {
  const path = join(folder, 'maintenance');
  const one = started(check, { options: { path, exists: 'no' } });

  const absent = await one.read();
  file('maintenance');

  assert.equal(absent.cause, undefined);
  assert.equal((await one.read()).cause, 'present');
});

test('of a glob the newest counts: a backup that does not come is too old', async () => {
  const now = Date.UTC(2026, 10, 28, 12);
  for (const [name, hours] of [
    ['db-1.sql', 60],
    ['db-2.sql', 30],
    ['other.sql', 1],
  ] as const) {
    const seconds = now / 1_000 - hours * 3_600;
    utimesSync(file(name), seconds, seconds);
  }
  const options = { path: join(folder, 'db-*.sql'), maxAge: '26h' };

  const old = await started(check, { options, now: () => now }).read();
  const earlier = await started(check, { options, now: () => now - 5 * 3_600_000 }).read();

  assert.equal(old.cause, 'too-old');
  assert.equal(
    old.said,
    `${folder}/db-2.sql was last written 30 h ago (2026-11-27 06:00:00 UTC), expected is at most 26 h.`,
  );
  assert.equal(earlier.cause, undefined);
  assert.equal((await started(check, { options: { path: join(folder, '*.gz') } }).read()).cause, 'missing');
});

test('size, mode, owner and texts are held to what is asked', async () => {
  const path = file('settings.py', 'DEBUG = True\n');
  chmodSync(path, 0o644);
  const owner = process.getuid?.() === 0 ? 'root' : String(process.getuid?.());
  const causeOf = async (options: object) => (await started(check, { options: { path, ...options } }).read()).cause;

  assert.equal(await causeOf({ minSize: '1KB' }), 'too-small');
  assert.equal(await causeOf({ maxSize: '12B' }), 'too-large');
  assert.equal(await causeOf({ minSize: '13B', maxSize: '0.013kB' }), undefined);
  assert.equal(await causeOf({ mode: '0600' }), 'wrong-mode');
  assert.equal(await causeOf({ mode: 'at most 0640' }), 'wrong-mode');
  assert.equal(await causeOf({ mode: 'at most 0664' }), undefined);
  assert.equal(await causeOf({ owner }), undefined);
  assert.equal(await causeOf({ owner: 'www-data' }), 'wrong-owner');
  assert.equal(await causeOf({ lacks: 'DEBUG = True' }), 'wrong-content');
  assert.equal(await causeOf({ contains: 'DEBUG = False' }), 'lacks-content');
  assert.equal(await causeOf({ checksum: createHash('sha256').update('DEBUG = True\n').digest('hex') }), undefined);
  assert.equal(await causeOf({ checksum: `sha256:${'0'.repeat(64)}` }), 'wrong-content');
});

test('all that is wrong is said, the most telling as the cause', async () => {
  const path = file('both');
  chmodSync(path, 0o666);

  const one = started(check, { options: { path, mode: '0600', minSize: '1MB' } });
  const reading = await one.read();

  assert.equal(reading.cause, 'wrong-mode');
  assert.match(one.causes['wrong-mode']?.whatToDo ?? '', new RegExp(`\`chmod 0600 ${path}\``));
  assert.deepEqual(reading.lines, [`${path} has 6 B, expected are at least 1 MB.`]);
});

test('a change is confirmed by its second reading and accepted after five', async () => {
  const path = file('nginx.conf', 'a');
  const one = started(check, { options: { path, unchanged: 'yes' } });
  const causes = [(await one.read()).cause];

  writeFileSync(path, 'b');
  for (let reading = 0; reading < 7; reading += 1) causes.push((await one.read()).cause);

  assert.deepEqual(causes, [undefined, ...Array(5).fill('changed'), undefined, undefined]);
  // One reading before the change, so the third is the second after it: 100 s at the default step, two minutes at most.
  assert.equal(confirmedAt(check, causes), 3);
  assert.ok(2 * check.everyMs <= 120_000);
});

test('one that changes to and fro is not told, nor one that is touched only', async () => {
  const path = file('flaps', 'a');
  const one = started(check, { options: { path, unchanged: 'yes' } });
  const causes: (string | undefined)[] = [];

  for (const text of ['a', 'a', 'b', 'a', 'a', 'b', 'a']) {
    writeFileSync(`${path}.new`, text);
    renameSync(`${path}.new`, path);
    causes.push((await one.read()).cause);
  }

  assert.equal(causes.filter((cause) => cause === 'changed').length, 2);
  assert.equal(confirmedAt(check, causes), undefined);
});

test('links are followed inside the root of the host', async () => {
  const root = join(folder, 'host');
  mkdirSync(join(root, 'etc'), { recursive: true });
  mkdirSync(join(root, 'real'));
  writeFileSync(join(root, 'real/app.conf'), 'of the host');
  symlinkSync('/real/../../../real/app.conf', join(root, 'etc/app.conf'));
  symlinkSync('/etc/ring', join(root, 'etc/ring'));
  const read = (path: string) =>
    started(check, { options: { path, contains: 'of the host' }, places: { root } }).read();

  assert.equal((await read('/etc/app.conf')).cause, undefined);
  assert.equal((await read('/etc/ring')).cause, 'unreadable');
  assert.equal((await read('/etc/passwd')).cause, 'missing');
});

test('a fifo is never waited for', async () => {
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);

  assert.equal((await started(check, { options: { path, contains: 'x' } }).read()).cause, 'not-a-file');
  assert.equal((await started(check, { options: { path } }).read()).cause, undefined);
});

test('what does not answer in time hangs, and no second look is begun meanwhile', async () => {
  const one = started(check, { options: { path: file('slow') } });

  const late = await one.read(AbortSignal.abort());
  const inTime = await one.read();

  assert.equal(late.cause, 'hangs');
  assert.equal(inTime.cause, undefined);
});

test('without the right to look the reading says so, and nothing of what is there', { skip: notRoot() }, () => {
  const locked = join(folder, 'locked');
  mkdirSync(locked, { mode: 0o700 });
  writeFileSync(join(locked, 'key.pem'), 'x');
  const own = join(folder, 'own.pem');
  writeFileSync(own, 'x', { mode: 0o600 });
  chmodSync(folder, 0o755);

  assert.deepEqual(causesAsNobody([{ path: join(locked, 'key.pem') }, { path: own, contains: 'x' }, { path: own }]), [
    'not-permitted',
    'not-permitted',
    null,
  ]);
});

test('a small tmpfs that fills cuts a file off, which is then too small', {
  skip: notRoot() || noMount(),
}, async () => {
  const disk = join(folder, 'disk');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
  try {
    const path = join(disk, 'dump');
    assert.throws(() => writeFileSync(path, Buffer.alloc(200_000)), { code: 'ENOSPC' });
    const one = started(check, { options: { path, minSize: '200kB' } });
    const cut = await one.read();
    assert.equal(cut.cause, 'too-small');
    assert.ok(Number(cut.figures?.bytes) <= statfsSync(disk).blocks * statfsSync(disk).bsize);
    writeFileSync(path, '');
    assert.equal((await one.read()).said, `${path} has 0 B, expected are at least 200 kB.`);
  } finally {
    execFileSync('umount', [disk]);
  }
});

test('options that nobody can mean are told with what to write', () => {
  const saying = (options: Record<string, string>) => {
    try {
      check.compile(options, { name: 'one', places: PLACES, now: Date.now });
      return 'nothing';
    } catch (error) {
      assert.ok(error instanceof UserError);
      return error.message;
    }
  };

  assert.match(saying({ path: 'etc/passwd' }), /begins with no slash; write it from the top/);
  assert.match(saying({ path: '/backup/**/x' }), /\*\*/);
  assert.match(saying({ path: '/a', minSize: 'big' }), /minSize "big" is no size; write a number and B, KB/);
  assert.match(saying({ path: '/a', minSize: '2MB', maxSize: '1MB' }), /minSize is more than maxSize/);
  assert.match(saying({ path: '/a', mode: 'rw-r-----' }), /write it in quotes/);
  assert.match(saying({ path: '/a', checksum: 'abc' }), /sha256sum/);
  assert.match(saying({ path: '/a', exists: 'no', unchanged: 'yes' }), /leave exists out/);
});

function notRoot(): string | false {
  return process.getuid?.() === 0 ? false : 'only root may become another user or mount';
}

/** Containers mostly may not mount. */
function noMount(): string | false {
  const disk = join(folder, 'disk');
  mkdirSync(disk, { recursive: true });
  const tried = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
  if (tried.status !== 0) return 'nothing may be mounted here';
  execFileSync('umount', [disk]);
  return false;
}

function causesAsNobody(options: readonly object[]): unknown {
  const program = fileURLToPath(new URL('as-nobody.ts', import.meta.url));
  const given = JSON.stringify({ kind: 'file', options });
  return JSON.parse(execFileSync(process.execPath, [program, given], { encoding: 'utf8' }));
}
