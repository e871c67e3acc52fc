/** What linesman stands on goes away and comes back: it says so meanwhile, and nothing is lost. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import { BURST_LINES, writeBurst } from '../support/burst.ts';
import { nginxLines } from '../support/nginx-lines.ts';
import { startTcpRedis } from '../support/redis-tcp.ts';
import { createWorld } from '../support/service.ts';

const execute = promisify(execFile);
const MIB = 1024 * 1024;
/** Docker sends SIGKILL that long after SIGTERM. */
const DOCKER_GRACE_MS = 10_000;

test('a Redis that goes away and comes back costs no line and no mail', async (t) => {
  const redis = await startTcpRedis();
  t.after(redis.stop);
  const world = await createWorld({ env: { REDIS_URL: redis.url } });
  t.after(world.end);
  const linesman = await world.start();
  await world.append(nginxLines(1_000));
  await linesman.takes(1_000);

  await redis.kill();
  const reason = await linesman.complains(/Redis/);
  for (let i = 0; i < 5; i += 1) await world.append(nginxLines(100, 404));
  await writeBurst(world);
  await linesman.complains(/Redis/);
  await redis.start();
  await linesman.takes(1_500 + BURST_LINES);
  const mails = await world.sink.waitFor(1, 120_000);
  await linesman.isWell();

  assert.match(reason, /127\.0\.0\.1:\d+ is not .*Nothing is lost: lines are read when it is back\.$/);
  assert.deepEqual(await linesman.statuses(), { 200: 1_100, 404: 500, 502: 1_000 });
  assert.match(mails[0]?.parsed.subject ?? '', /5xx/);
});

test('a Redis that is not there yet at the start is waited for', async (t) => {
  const redis = await startTcpRedis();
  t.after(redis.stop);
  const world = await createWorld({ env: { REDIS_URL: redis.url } });
  t.after(world.end);
  await redis.kill();

  const linesman = world.begin();
  await linesman.complains(/Redis at .* is not/);
  await redis.start();
  await linesman.isWell();

  await world.append(nginxLines(50));
  await linesman.takes(50);
});

test('asked to end while Redis is away it ends, and goes on from there at the next start', async (t) => {
  const redis = await startTcpRedis();
  t.after(redis.stop);
  const world = await createWorld({ env: { REDIS_URL: redis.url } });
  t.after(world.end);
  const first = await world.start();
  await world.append(nginxLines(80));
  await first.takes(80);
  await redis.kill();
  await first.complains(/Redis/);
  await world.append(nginxLines(20, 502));

  const askedAt = performance.now();
  const code = await first.stop();
  const tookMs = performance.now() - askedAt;
  await redis.start();
  const second = await world.start();
  await second.takes(100);

  assert.equal(code, 0, first.stderr());
  assert.ok(tookMs < DOCKER_GRACE_MS, `it took ${tookMs} ms`);
});

test('the embedded Redis is started again when it is killed', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const linesman = await world.start();
  await world.append(nginxLines(400));
  await linesman.takes(400);

  process.kill(await world.redisPid(), 'SIGKILL');
  await linesman.complains(/Redis/);
  await world.append(nginxLines(60, 503));
  await linesman.takes(460);

  assert.deepEqual(await linesman.statuses(), { 200: 400, 503: 60 });
  await linesman.isWell();
});

test('asked to end under load it ends with 0, and the next start counts on exactly', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const first = await world.start();
  let written = 0;
  const writeSome = async () => {
    await world.append(nginxLines(2_000));
    written += 2_000;
  };
  for (let i = 0; i < 20; i += 1) await writeSome();

  const ended = first.stop();
  for (let i = 0; i < 20; i += 1) await writeSome();
  const code = await ended;
  const second = await world.start();
  await second.takes(written);

  assert.equal(code, 0, first.stderr());
  assert.equal(first.log().at(-1)?.msg, 'linesman has stopped');
  assert.deepEqual(await second.statuses(), { 200: written });
});

test('Ctrl-C in a terminal, which every process of its group gets, ends it without a complaint', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const linesman = await world.start({ leadsGroup: true });
  await world.append(nginxLines(300));
  await linesman.takes(300);
  const redis = await world.redisPid();

  const code = await linesman.interrupt();

  assert.equal(code, 0, linesman.stderr());
  const complaints = linesman.log().filter(({ level }) => level !== 'info' && level !== 'debug');
  assert.deepEqual(complaints, []);
  assert.equal(linesman.log().at(-1)?.msg, 'linesman has stopped');
  assert.throws(() => process.kill(redis, 0), { code: 'ESRCH' });
});

test('a data folder that is full at the start is said, with exit code 78', async (t) => {
  const world = await createWorld();
  const isSmall = await isMounted(t, world.data, 1);
  t.after(world.end);
  if (!isSmall) return t.skip('a small disk cannot be mounted here');
  await fill(world.data);

  const linesman = world.begin();
  const code = await linesman.ended;

  assert.equal(code, 78, linesman.stderr());
  assert.match(
    linesman.stderr(),
    /The data folder ".*" cannot be written \(ENOSPC\): its disk is full; free some space there/,
  );
});

test('a data folder that fills up stops the counting, and it goes on once there is space', async (t) => {
  const world = await createWorld();
  const isSmall = await isMounted(t, world.data, 48);
  t.after(world.end);
  if (!isSmall) return t.skip('a small disk cannot be mounted here');
  const linesman = await world.start();
  await world.append(nginxLines(100));
  await linesman.takes(100);

  await fill(world.data);
  await world.append(nginxLines(900, 404));
  const reason = await linesman.complains(/Redis/);
  await rm(join(world.data, 'filler'));
  await linesman.takes(1_000);

  assert.match(reason, /disk|space|MISCONF/i);
  assert.deepEqual(await linesman.statuses(), { 200: 100, 404: 900 });
  await linesman.isWell();
});

/** A disk in memory of so many MiB; unmounted after the test, behind the end of the world on it. */
async function isMounted(t: TestContext, folder: string, mib: number): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  try {
    await execute('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', folder]);
  } catch {
    return false;
  }
  t.after(async () => {
    await execute('umount', ['-l', folder]);
  });
  return true;
}

/** Takes all the space that is left. */
async function fill(folder: string): Promise<void> {
  const path = join(folder, 'filler');
  for (const size of [MIB, 4096, 1]) {
    const piece = Buffer.alloc(size, 1);
    try {
      for (;;) await writeFile(path, piece, { flag: 'a' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}
