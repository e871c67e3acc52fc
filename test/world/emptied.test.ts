/** A Redis that forgot everything, or its last minutes: it is said, and no line is counted twice. */
import assert from 'node:assert/strict';
import { rename, writeFile } from 'node:fs/promises';
import { type TestContext, test } from 'node:test';
import { BURST_LINES, writeBurst } from '../support/burst.ts';
import { nginxLines } from '../support/nginx-lines.ts';
import { askRedis } from '../support/redis-ask.ts';
import { startTcpRedis } from '../support/redis-tcp.ts';
import { createWorld, type Running, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

const LOST = 'linesman.state.lost';

test('a Redis emptied under a running linesman is a fault and a mail, and nothing is counted again', async (t) => {
  const { redis, world } = await worldFor(t);
  const linesman = await world.start();
  await world.append(nginxLines(900) + nginxLines(100, 404));
  await linesman.takes(1_000);

  await askRedis(redis.url, 'FLUSHALL');
  await world.append(nginxLines(50));
  await linesman.takes(1_050);
  const [mail] = await world.sink.waitFor(1, 120_000);

  assert.match(String(mail?.parsed.subject), /^\[linesman warning\] test Redis found emptied 1 in /);
  assert.deepEqual(await linesman.statuses(), { 200: 950, 404: 100 });
  assert.deepEqual(fired(linesman), [LOST]);
  await linesman.kill();
  const next = await world.start();
  await next.takes(1_050);
});

test('a silent source is written anew too, without waiting for its next line', async (t) => {
  const { redis, world } = await worldFor(t);
  const linesman = await world.start();
  await world.append(nginxLines(200));
  await linesman.takes(200);

  await askRedis(redis.url, 'FLUSHALL');
  await until('its head is there again', async () => (await askRedis(redis.url, 'EXISTS', '{test/nginx}:head')) === 1);
  await linesman.kill();
  await world.append(nginxLines(20));
  const next = await world.start();

  await next.takes(220);
  // Who was killed may not have told of the loss yet: then the next one does, and of nothing else.
  assert.deepEqual(
    fired(next).filter((watch) => watch !== LOST),
    [],
  );
});

test('a Redis emptied while linesman was down is gone on from the mirror: no recount, no burst, and it is told', async (t) => {
  const { redis, world } = await worldFor(t);
  const first = await world.start();
  await writeBurst(world);
  await first.takes(BURST_LINES);
  await world.sink.waitFor(1, 120_000);
  await first.stop();
  await askRedis(redis.url, 'FLUSHALL');
  await world.append(nginxLines(70));

  const second = await world.start();
  await second.takes(BURST_LINES + 70);
  await until('it is a fault', () => fired(second).includes(LOST));
  await second.isWell();
  const lost = await world.sink.waitFor(2, 120_000);

  assert.deepEqual(await second.statuses(), { 200: 170, 502: BURST_LINES - 100 });
  assert.deepEqual(fired(second), [LOST]);
  assert.match(String(lost.at(-1)?.parsed.subject), /Redis found emptied/);
});

test('the wrong, empty database is the same as an emptied one', async (t) => {
  const { redis, world } = await worldFor(t);
  const first = await world.start();
  await world.append(nginxLines(300));
  await first.takes(300);
  await first.stop();

  const second = await world.start({ env: { REDIS_URL: `${redis.url}/5` } });
  await until('it is a fault', () => fired(second).includes(LOST));
  await world.append(nginxLines(5));

  await second.takes(305);
});

test('a first start says nothing of a loss', async (t) => {
  const { world } = await worldFor(t);
  const linesman = await world.start();
  await world.append(nginxLines(10));
  await linesman.takes(10);

  assert.ok(!linesman.log().some(({ msg }) => /emptied/.test(msg)));
});

test('a Redis that is rolled back to an older snapshot has everything read again, once', async (t) => {
  const { redis, world } = await worldFor(t, SNAPSHOTS_ONLY);
  const linesman = await world.start();
  await world.append(nginxLines(400));
  await linesman.takes(400);
  await askRedis(redis.url, 'SAVE');
  await world.append(nginxLines(300, 404));
  await linesman.takes(700);

  await redis.kill();
  await redis.start();
  await world.append(nginxLines(25, 301));
  await linesman.takes(725);

  assert.deepEqual(await linesman.statuses(), { 200: 400, 301: 25, 404: 300 });
  assert.deepEqual(fired(linesman), []);
  await linesman.stop();
  const next = await world.start();
  await next.takes(725);
});

test('rolled back while linesman was down, over a rotation, it reads again from there and not from the newer mirror', async (t) => {
  const { redis, world } = await worldFor(t, SNAPSHOTS_ONLY);
  const first = await world.start();
  await world.append(nginxLines(400));
  await first.takes(400);
  await askRedis(redis.url, 'SAVE');
  await world.append(nginxLines(300, 404));
  await rename(world.accessLog, `${world.accessLog}.1`);
  await writeFile(world.accessLog, nginxLines(30, 301));
  await first.takes(730);
  await first.stop();
  await redis.kill();
  await redis.start();

  const second = await world.start();
  await second.takes(730);

  assert.deepEqual(await second.statuses(), { 200: 400, 301: 30, 404: 300 });
});

test('rolled back beyond a file that is gone by now, the bytes that nobody can read again are counted', async (t) => {
  const { redis, world } = await worldFor(t, SNAPSHOTS_ONLY);
  const first = await world.start();
  await world.append(nginxLines(40));
  await first.takes(40);
  await askRedis(redis.url, 'SAVE');
  const gone = nginxLines(60, 404);
  await world.append(gone);
  await first.takes(100);
  await first.stop();
  // Renamed over it, so that the new file cannot have the inode of the old one.
  await writeFile(`${world.accessLog}.new`, nginxLines(7, 301));
  await rename(`${world.accessLog}.new`, world.accessLog);
  await redis.kill();
  await redis.start();

  const second = await world.start();
  await second.takes(47);
  const expected = new RegExp(
    `^linesman_skipped_total\\{source="nginx",reason="deleted_unread_bytes"\\} ${Buffer.byteLength(gone)}$`,
    'm',
  );
  await until('they are counted', async () => expected.test(await second.metrics()));

  assert.deepEqual(await second.statuses(), { 200: 40, 301: 7 });
});

/** No append-only file: what came after the last snapshot is forgotten at a kill. */
const SNAPSHOTS_ONLY = ['--appendonly', 'no'];

async function worldFor(t: TestContext, settings: readonly string[] = []) {
  const redis = await startTcpRedis(settings);
  t.after(redis.stop);
  const world: World = await createWorld({ env: { REDIS_URL: redis.url } });
  t.after(world.end);
  return { redis, world };
}

/** Watches that fired, in their order. */
function fired(linesman: Running): readonly unknown[] {
  return linesman
    .log()
    .filter(({ msg, to }) => msg === 'Fault' && to === 'firing')
    .map(({ watch }) => watch);
}
