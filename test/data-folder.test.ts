import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { UserError } from '../src/core/errors.ts';
import { lockDataFolder } from '../src/data-folder.ts';

const root = await mkdtemp(join(tmpdir(), 'linesman-data-'));
let folders = 0;

after(() => rm(root, { recursive: true, force: true }));

test('a missing folder is made for this user alone, and free again after release', async () => {
  const folder = newFolder();

  const lock = await lockDataFolder(folder);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  await lock.release();

  await (await lockDataFolder(folder)).release();
});

test('a folder that is in use is refused, with the process that uses it', async () => {
  const folder = newFolder();
  const lock = await lockDataFolder(folder);

  await assert.rejects(lockDataFolder(folder), isTaken(`process ${process.pid}`));

  await lock.release();
});

test('the lock of another living process is respected', async () => {
  const folder = newFolder();
  const holder = spawn('sleep', ['600']);
  try {
    const ticks = (await readFile(`/proc/${holder.pid}/stat`, 'utf8')).split(') ')[1]?.split(' ')[19];
    await writeLock(folder, { pid: holder.pid, startTicks: ticks });

    await assert.rejects(lockDataFolder(folder), isTaken(`process ${holder.pid}`));
  } finally {
    holder.kill('SIGKILL');
  }
});

const GONE = {
  'a process that is gone': { pid: 2 ** 22 + 1 },
  'a process whose number another one has now': { pid: 1, startTicks: '1234567890123' },
  'a process of an earlier boot': { bootId: 'another-boot' },
  'our own number at an earlier start': { startTicks: '1' },
};
for (const [who, difference] of Object.entries(GONE)) {
  test(`the lock of ${who} is taken over at once`, async () => {
    const folder = newFolder();
    await writeLock(folder, difference);

    const lock = await lockDataFolder(folder);

    assert.equal(JSON.parse(await readFile(join(folder, 'lock'), 'utf8')).pid, process.pid);
    await lock.release();
  });
}

test('a lock file that says nothing is taken over', async () => {
  const folder = newFolder();
  await mkdir(folder);
  await writeFile(join(folder, 'lock'), '{"pid":');

  await (await lockDataFolder(folder)).release();
});

const UNSEEN = {
  'another machine': { hostname: 'another-machine', pid: 77 },
  'another container with our host name': { pidNamespace: 'pid:[1]', pid: 2 ** 22 + 1 },
};
for (const [who, difference] of Object.entries(UNSEEN)) {
  test(`the lock of ${who} is respected while its heartbeat goes on`, async () => {
    const folder = newFolder();
    await writeLock(folder, difference);
    const heart = setInterval(() => {
      const now = new Date();
      void utimes(join(folder, 'lock'), now, now);
    }, 100);
    try {
      await assert.rejects(lockDataFolder(folder), isTaken(`process ${difference.pid} on `));
    } finally {
      clearInterval(heart);
    }
  });
}

test('the lock of a container that died a while ago is taken over at once', async () => {
  const folder = newFolder();
  await writeLock(folder, UNSEEN['another container with our host name']);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(join(folder, 'lock'), longAgo, longAgo);

  await (await lockDataFolder(folder)).release();
});

test('the lock of another machine is taken over when its heartbeat has stopped', async () => {
  const folder = newFolder();
  await writeLock(folder, { hostname: 'another-machine', pid: 77 });

  await (await lockDataFolder(folder)).release();
});

test('of many that take over a dead lock at once, one gets it', async () => {
  const folder = newFolder();
  await writeLock(folder, { pid: 2 ** 22 + 1 });

  const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataFolder(folder)));

  const got = results.filter((result) => result.status === 'fulfilled');
  assert.equal(got.length, 1);
  await got[0]?.value.release();
});

test('a turn to take over that was left behind is waited for no longer than a heartbeat may be silent', async () => {
  const folder = newFolder();
  await writeLock(folder, { pid: 2 ** 22 + 1 });
  await mkdir(join(folder, 'lock.takeover'));

  await (await lockDataFolder(folder)).release();

  await assert.rejects(stat(join(folder, 'lock.takeover')), { code: 'ENOENT' });
});

test('a folder that cannot be made is said with its name, the error and the remedy', async () => {
  const file = join(root, 'a-file');
  await writeFile(file, '');

  await assert.rejects(lockDataFolder(join(file, 'data')), (error: unknown) => {
    const isRight = error instanceof UserError && error.code === 'DATA_FOLDER';
    return isRight && error.message.includes(join(file, 'data')) && error.message.includes('ENOTDIR');
  });
});

function isTaken(who: string): (error: unknown) => boolean {
  return (error) => error instanceof UserError && error.code === 'DATA_FOLDER_TAKEN' && error.message.includes(who);
}

function newFolder(): string {
  folders += 1;
  return join(root, String(folders));
}

/** A lock as this process would write it, but for the differences. */
async function writeLock(folder: string, differences: Readonly<Record<string, unknown>>): Promise<void> {
  const own = await lockDataFolder(folder);
  const path = join(folder, 'lock');
  const text = await readFile(path, 'utf8');
  await own.release();
  await writeFile(path, JSON.stringify({ ...JSON.parse(text), token: 'dead', ...differences }));
}
