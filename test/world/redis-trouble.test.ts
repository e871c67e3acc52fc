/** A Redis that is slow, frozen, full, read-only, or at the end of a bad line: counts are exact after it. */
import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { BURST_LINES, writeBurst } from '../support/burst.ts';
import { nginxLines } from '../support/nginx-lines.ts';
import { startTestRedis } from '../support/redis.ts';
import { askRedis, callsOf } from '../support/redis-ask.ts';
import { startTcpRedis } from '../support/redis-tcp.ts';
import { createWorld, type Running, type World } from '../support/service.ts';
import { startTroubleProxy } from '../support/trouble-proxy.ts';
import { until } from '../support/until.ts';

const LATENCY_MS = 300;

test('over a way of 300 ms to Redis it counts exactly, in fewer and larger commits', async (t) => {
  const redis = await startTcpRedis();
  t.after(redis.stop);
  const proxy = await startTroubleProxy(redis.port);
  t.after(proxy.close);
  const world = await worldOn(t, proxy.url);
  const linesman = await world.start();
  proxy.setDelay(LATENCY_MS);
  const before = await callsOf(redis.url, 'mset');
  const startedAt = performance.now();
  let written = 0;
  let lagMs = 0;

  for (let i = 0; i < 40; i += 1) {
    await world.append(nginxLines(250));
    written += 250;
    if (i % 10 !== 9) {
      await pause(50);
      continue;
    }
    const writtenAt = performance.now();
    await linesman.takes(written);
    // Before the first step is judged each round waits for a tick: that is the start, not the way.
    if (i > 20) lagMs = Math.max(lagMs, performance.now() - writtenAt);
  }
  const commits = (await callsOf(redis.url, 'mset')) - before;
  const possible = (3 * (performance.now() - startedAt)) / LATENCY_MS;

  assert.deepEqual(await linesman.statuses(), { 200: written });
  // Three chains commit, each one at a time: the log's, the machine's and the judging.
  assert.ok(commits <= possible, `${commits} commits for 40 writes; ${Math.ceil(possible)} are possible`);
  t.diagnostic(
    `${commits} commits for 40 writes; once under way all is taken ${Math.round(lagMs)} ms after it was written`,
  );
});

test('a frozen Redis holds everything up, and it goes on where it was', async (t) => {
  const redis = await startTestRedis();
  t.after(redis.stop);
  const world = await worldOn(t, redis.url);
  const linesman = await world.start();
  await world.append(nginxLines(500));
  await linesman.takes(500);

  process.kill(redis.pid(), 'SIGSTOP');
  await world.append(nginxLines(300, 404));
  const reason = await linesman.complains(/Redis/);
  await world.append(nginxLines(200, 301));
  process.kill(redis.pid(), 'SIGCONT');
  await linesman.takes(1_000);
  await linesman.isWell();

  assert.match(reason, /Nothing is lost/);
  assert.deepEqual(await linesman.statuses(), { 200: 500, 301: 200, 404: 300 });
});

test('a full Redis is named, nothing is counted until there is room, and then everything once', async (t) => {
  const { redis, world } = await worldWithRedis(t);
  const linesman = await world.start();
  await world.append(nginxLines(100));
  await linesman.takes(100);
  await askRedis(redis.url, 'SET', 'ballast', 'x'.repeat(4_000_000));

  await askRedis(redis.url, 'CONFIG', 'SET', 'maxmemory', '1mb');
  await writeBurst(world);
  const reason = await linesman.complains(/OOM/);
  await askRedis(redis.url, 'CONFIG', 'SET', 'maxmemory', '0');
  await linesman.takes(100 + BURST_LINES);
  const mails = await world.sink.waitFor(1, 120_000);
  await linesman.isWell();

  assert.match(reason, /OOM command not allowed [^:]*\. It is full: raise its maxmemory.*\. Nothing is lost/);
  assert.deepEqual(await linesman.statuses(), { 200: 200, 502: 1_000 });
  assert.match(String(mails[0]?.parsed.subject), /5xx/);
});

test('a Redis that became a replica is named, and counted into again once it takes writes', async (t) => {
  const { redis, world } = await worldWithRedis(t);
  const linesman = await world.start();
  await world.append(nginxLines(100));
  await linesman.takes(100);

  await askRedis(redis.url, 'REPLICAOF', '127.0.0.1', '1');
  await writeBurst(world);
  const reason = await linesman.complains(/READONLY/);
  await askRedis(redis.url, 'REPLICAOF', 'NO', 'ONE');
  await linesman.takes(100 + BURST_LINES);
  const mails = await world.sink.waitFor(1, 120_000);
  await linesman.isWell();

  assert.match(reason, /READONLY .*replica\. It is a replica: name the primary.*\. Nothing is lost/);
  assert.match(String(mails[0]?.parsed.subject), /5xx/);
});

test('a connection that is cut again and again costs no line, no double and no descriptor', async (t) => {
  const redis = await startTcpRedis();
  t.after(redis.stop);
  const proxy = await startTroubleProxy(redis.port);
  t.after(proxy.close);
  const world = await worldOn(t, proxy.url);
  const linesman = await world.start();
  await world.append(nginxLines(100));
  await linesman.takes(100);
  const connections = proxy.connections();
  const before = await descriptors(linesman);

  for (let i = 0; i < 40; i += 1) {
    await world.append(nginxLines(50, i % 2 === 0 ? 200 : 404));
    await pause(200);
    proxy.cut();
  }
  await linesman.takes(2_100);
  await linesman.isWell();

  assert.deepEqual(await linesman.statuses(), { 200: 1_100, 404: 1_000 });
  assert.ok(proxy.connections() - connections >= 40, 'it was cut');
  await until('there are no more descriptors than before', async () => (await descriptors(linesman)) <= before);
});

test('scripts that Redis forgets again and again are not noticed', async (t) => {
  const { redis, world } = await worldWithRedis(t);
  const linesman = await world.start();
  for (let i = 1; i <= 10; i += 1) {
    await askRedis(redis.url, 'SCRIPT', 'FLUSH');
    await world.append(nginxLines(20));
    await linesman.takes(20 * i);
  }

  assert.ok(!linesman.log().some(({ level }) => level === 'error'), linesman.stderr());
});

async function descriptors({ pid }: Running): Promise<number> {
  return (await readdir(`/proc/${pid}/fd`)).length;
}

async function worldWithRedis(t: TestContext) {
  const redis = await startTcpRedis();
  t.after(redis.stop);
  return { redis, world: await worldOn(t, redis.url) };
}

async function worldOn(t: TestContext, url: string): Promise<World> {
  const world = await createWorld({ env: { REDIS_URL: url } });
  t.after(world.end);
  return world;
}
