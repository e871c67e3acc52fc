/** Redis is away while logs are written and rotated: the files are the buffer, and linesman grows by nothing. */
import assert from 'node:assert/strict';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, readdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { nginxLines } from '../support/nginx-lines.ts';
import { startTcpRedis } from '../support/redis-tcp.ts';
import { createWorld, type Running, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

const MIB = 1024 * 1024;
/** LINESMAN_BACKLOG_MIB=200 for the figure in the docs. */
const BACKLOG_MIB = Number(process.env.LINESMAN_BACKLOG_MIB ?? 40);
/** What a runtime takes and gives back on its own; a backlog in memory would be several times itself. */
const RSS_RISE_MIB = 32;
const LINES_A_PIECE = 5_000;

test('a backlog that is rotated twice and compressed while Redis is away is counted exactly, and held in no memory', async (t) => {
  const { redis, world } = await worldFor(t);
  const linesman = await world.start();
  await world.append(nginxLines(1_000));
  await linesman.takes(1_000);

  await redis.kill();
  await linesman.complains(/Redis/);
  const before = await rssMib(linesman);
  const first = await writeBacklog(world, BACKLOG_MIB / 2, 404);
  await rotate(world);
  const second = await writeBacklog(world, BACKLOG_MIB / 2, 301);
  await rotate(world);
  await world.append(nginxLines(70, 403));
  const peak = await peakRssMib(linesman, 3_000);
  await redis.start();
  await linesman.takes(1_000 + first + second + 70);

  assert.deepEqual(await linesman.statuses(), { 200: 1_000, 301: second, 403: 70, 404: first });
  assert.ok(peak - before <= RSS_RISE_MIB, `memory rose from ${before} to ${peak} MiB`);
  t.diagnostic(`${BACKLOG_MIB} MiB of backlog: memory ${before} MiB before, ${peak} MiB at most while Redis was away`);
});

test('killed in the middle of it, the next start reads the compressed files on from where the first one stopped', async (t) => {
  const { redis, world } = await worldFor(t);
  const first = await world.start();
  await world.append(nginxLines(1_000));
  await first.takes(1_000);

  await redis.kill();
  await first.complains(/Redis/);
  await world.append(nginxLines(600, 404));
  await rotate(world);
  await world.append(nginxLines(500, 301));
  await first.kill();
  await rotate(world);
  await world.append(nginxLines(70, 403));
  await redis.start();
  const second = await world.start();
  await second.takes(2_170);

  assert.deepEqual(await second.statuses(), { 200: 1_000, 301: 500, 403: 70, 404: 600 });
});

test('a Redis that is long in coming is waited for by one process, which says so', async (t) => {
  const { redis, world } = await worldFor(t);
  await redis.kill();
  const linesman = world.begin();
  let code: unknown;
  void linesman.ended.then((ended) => (code = ended));

  for (let look = 0; look < 10; look += 1) {
    const { status, reasons } = await linesman.health();
    assert.equal(status, 503);
    assert.match(reasons.join(' '), /linesman is starting/);
    await pause(300);
  }
  await redis.start();
  await linesman.isWell();

  assert.equal(code, undefined);
});

test('an append-only file that ends in NULs keeps the embedded Redis away, is named, and is counted on from once mended', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const linesman = await world.start();
  await world.append(nginxLines(400));
  await linesman.takes(400);
  await until('it is on disk', async () => (await appendOnlyFile(world)).size > 0);

  const { path, size } = await damaged(world);
  await world.append(nginxLines(80, 404));
  const reason = await linesman.complains(/append only file|did not start/i);
  await truncate(path, size);
  await linesman.takes(480);
  await linesman.isWell();

  assert.match(reason, /redis-check-aof|Bad file format/i);
  assert.deepEqual(await linesman.statuses(), { 200: 400, 404: 80 });
});

test('with such a file at the start it ends with 78 and names the remedy, and starts once mended', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const first = await world.start();
  await world.append(nginxLines(400));
  await first.takes(400);
  await first.stop();
  const { path, size } = await appendOnlyFile(world);
  await truncate(path, size + 4_096);
  await world.append(nginxLines(20, 404));

  const refused = world.begin();
  const code = await refused.ended;
  await truncate(path, size);
  const second = await world.start();
  await second.takes(420);

  assert.equal(code, 78);
  assert.match(refused.stderr(), /The embedded Redis .* did not start.*redis-check-aof/s);
});

async function worldFor(t: TestContext) {
  const redis = await startTcpRedis();
  t.after(redis.stop);
  const world = await createWorld({ env: { REDIS_URL: redis.url } });
  t.after(world.end);
  return { redis, world };
}

/** Resolves with the number of lines. */
async function writeBacklog(world: World, mib: number, status: number): Promise<number> {
  const piece = nginxLines(LINES_A_PIECE, status);
  const pieces = Math.ceil((mib * MIB) / piece.length);
  const file = await open(world.accessLog, 'a');
  try {
    for (let i = 0; i < pieces; i += 1) await file.write(piece);
  } finally {
    await file.close();
  }
  return pieces * LINES_A_PIECE;
}

/** As logrotate with `compress` and `delaycompress`: .1 becomes .2.gz, the live one .1. */
async function rotate({ accessLog }: World): Promise<void> {
  const isThere = (await readFile(`${accessLog}.1`).catch(() => undefined)) !== undefined;
  if (isThere) {
    await pipeline(
      createReadStream(`${accessLog}.1`),
      createGzip({ level: 1 }),
      createWriteStream(`${accessLog}.2.gz`),
    );
    await rm(`${accessLog}.1`);
  }
  await rename(accessLog, `${accessLog}.1`);
  await writeFile(accessLog, '');
}

async function peakRssMib(linesman: Running, ms: number): Promise<number> {
  const end = performance.now() + ms;
  let peak = 0;
  while (performance.now() < end) {
    peak = Math.max(peak, await rssMib(linesman));
    await pause(100);
  }
  return peak;
}

async function rssMib({ pid }: Running): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1024);
}

async function appendOnlyFile(world: World): Promise<{ path: string; size: number }> {
  const folder = join(world.data, 'redis', 'appendonlydir');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.incr.aof')).toSorted();
  const path = join(folder, names.at(-1) ?? '');
  return { path, size: (await readFile(path)).length };
}

/** As a power failure leaves it: killed, and NULs where the last blocks were. */
async function damaged(world: World): Promise<{ path: string; size: number }> {
  process.kill(await world.redisPid(), 'SIGKILL');
  const file = await appendOnlyFile(world);
  await truncate(file.path, file.size + 4_096);
  return file;
}
