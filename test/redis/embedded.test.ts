import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { UserError } from '../../src/core/errors.ts';
import { startEmbeddedRedis } from '../../src/redis/embedded.ts';
import { ensureRedisProgram } from '../../src/redis/fetch-program.ts';
import { commitOf } from '../contract/store.ts';
import { connectTestClient } from '../support/redis-client.ts';
import { until } from '../support/until.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

test('the embedded Redis takes commits, and a stop leaves no socket, no pid file and no process', async () => {
  const folder = await newFolder();
  const { redis } = await started(folder);
  const { store } = client(redis.url);

  assert.equal(await store.commit(commitOf('host', '', 'a', { one: [1] })), 'ok');
  const pid = redis.pid() ?? 0;
  await redis.stop();

  assert.equal(isRunning(pid), false);
  await assert.rejects(access(join(folder, 'redis.sock')));
  await assert.rejects(access(join(folder, 'redis.pid')));
});

test('killed, it is started again with its data, and that is said', async () => {
  const { redis, troubles, oks } = await started(await newFolder());
  const { store } = client(redis.url);
  await store.commit(commitOf('host', '', 'a', { one: [7] }));
  await until('the commit is on disk', async () => (await syncedBytes(redis.url)) === 0);
  const first = redis.pid() ?? 0;

  process.kill(first, 'SIGKILL');
  await until('another one runs', () => redis.pid() !== undefined && redis.pid() !== first && oks() === 1);

  assert.equal((await store.read('host', ['one']))[0]?.[0], 7);
  assert.match(troubles.join('\n'), /ended \(signal SIGKILL\)/);
});

test('one that a killed linesman left on the folder is ended first', async () => {
  const folder = await newFolder();
  const program = await ensureRedisProgram();
  const leftover = spawn(program, ['--port', '0', '--dir', folder, '--unixsocket', join(folder, 'redis.sock')]);
  cleanups.push(() => void leftover.kill('SIGKILL'));
  await until('the leftover listens', () =>
    access(join(folder, 'redis.sock')).then(
      () => true,
      () => false,
    ),
  );
  await writeFile(join(folder, 'redis.pid'), String(leftover.pid));
  const exit = once(leftover, 'exit');

  const { redis } = await started(folder);

  await exit;
  assert.notEqual(redis.pid(), leftover.pid);
  assert.equal(Number(await readFile(join(folder, 'redis.pid'), 'utf8')), redis.pid());
});

test('a pid file that names a process of somebody else ends nobody', async () => {
  const folder = await newFolder();
  const stranger = spawn('sleep', ['600']);
  cleanups.push(() => void stranger.kill('SIGKILL'));
  await writeFile(join(folder, 'redis.pid'), String(stranger.pid));

  await started(folder);

  assert.equal(stranger.signalCode, null);
  assert.equal(isRunning(stranger.pid ?? 0), true);
});

test('a folder whose path is too long for a socket gets its socket elsewhere', async () => {
  const folder = join(await newFolder(), 'x'.repeat(120));
  await mkdir(folder);

  const { redis } = await started(folder);

  assert.ok(!redis.url.includes(folder));
  assert.equal(await client(redis.url).store.commit(commitOf('host', '', 'a', {})), 'ok');
  await access(join(folder, 'appendonlydir'));
});

test('a stop while it is being started again does not wait until it answers', async () => {
  const folder = await newFolder();
  const program = join(folder, 'answers-once');
  const script = `#!/bin/sh
[ -e ${folder}/again ] && exec sleep 600
touch ${folder}/again
exec ${await ensureRedisProgram()} "$@"
`;
  await writeFile(program, script, { mode: 0o755 });
  const redis = await startEmbeddedRedis({ folder, program, onTrouble: () => {}, onOk: () => {} });
  const first = redis.pid() ?? 0;
  process.kill(first, 'SIGKILL');
  let second = 0;
  await until('another one was started', async () => {
    second = Number.parseInt(await readFile(join(folder, 'redis.pid'), 'utf8'), 10);
    return second > 0 && second !== first;
  });

  await redis.stop();

  assert.equal(isRunning(second), false);
});

test('one that does not react is ended all the same, soon enough for our own stop', async () => {
  const { redis } = await started(await newFolder());
  const pid = redis.pid() ?? 0;
  process.kill(pid, 'SIGSTOP');

  const startedAt = performance.now();
  await redis.stop();

  assert.ok(performance.now() - startedAt < 3_000);
  assert.equal(isRunning(pid), false);
});

test('a data folder may be named as a folder may be named', async () => {
  const folder = join(await newFolder(), 'data#1 50%?x=%23');
  await mkdir(folder);

  const { redis } = await started(folder);

  assert.equal(await client(redis.url).store.commit(commitOf('host', '', 'a', {})), 'ok');
});

test('one that cannot start is said with its last words', async () => {
  const folder = await newFolder();
  await writeFile(join(folder, 'appendonlydir'), 'a file where a folder must be');
  const program = await ensureRedisProgram();

  await assert.rejects(
    startEmbeddedRedis({ folder, program, onTrouble: () => {}, onOk: () => {} }),
    (error: unknown) =>
      error instanceof UserError && error.code === 'REDIS_START' && /exit code 1.*append/is.test(error.message),
  );
});

test('a program that is not there is said too', async () => {
  const folder = await newFolder();

  await assert.rejects(
    startEmbeddedRedis({ folder, program: '/nowhere/redis-server', onTrouble: () => {}, onOk: () => {} }),
    (error: unknown) => error instanceof UserError && error.code === 'REDIS_START',
  );
});

async function started(folder: string) {
  const troubles: string[] = [];
  let oks = 0;
  const redis = await startEmbeddedRedis({
    folder,
    program: await ensureRedisProgram(),
    onTrouble: (message) => troubles.push(message),
    onOk: () => {
      oks += 1;
    },
  });
  cleanups.push(() => redis.stop());
  return { redis, troubles, oks: () => oks };
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-embedded-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function client(url: string) {
  const made = connectTestClient(url);
  cleanups.push(() => made.close());
  return made;
}

/** Bytes that Redis has written to the append-only file and not yet synced. */
async function syncedBytes(url: string): Promise<number> {
  const { redis, close } = connectTestClient(url);
  try {
    const text = await redis.info('persistence');
    return Number(/aof_pending_bio_fsync:(\d+)/.exec(text)?.[1]) + Number(/aof_buffer_length:(\d+)/.exec(text)?.[1]);
  } finally {
    close();
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
