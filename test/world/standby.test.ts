/** Two linesmen of one name at one Redis, on one log folder: one works, the other stands by and follows it. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { nginxLines } from '../support/nginx-lines.ts';
import { askRedis, callsOf } from '../support/redis-ask.ts';
import { startTcpRedis } from '../support/redis-tcp.ts';
import { createWorld, type Running } from '../support/service.ts';
import { until } from '../support/until.ts';

async function createPair(t: { after(end: () => Promise<void>): void }) {
  const redis = await startTcpRedis();
  const world = await createWorld({ env: { REDIS_URL: redis.url } });
  t.after(async () => {
    await world.end();
    await redis.stop();
  });
  const first = await world.start();
  const beginSecond = () => world.begin({ env: { LINESMAN_DATA: join(world.folder, 'data-2') } });
  return { world, redis, first, beginSecond };
}

/** By its log, since one that gives its work up serves no HTTP for a moment. */
async function standsBy(one: Running): Promise<void> {
  await until('it stands by', () => one.log().some(({ msg }) => msg === 'Standing by'));
}

test('the second is well, says that it stands by and why, and takes nothing', async (t) => {
  const { world, first, beginSecond } = await createPair(t);
  const second = beginSecond();

  await standsBy(second);
  await world.append(nginxLines(500));
  await first.takes(500);

  const { status, lines, standby } = await second.health();
  assert.deepEqual([status, lines], [200, 0]);
  assert.match(standby ?? '', /^Another linesman \(on .+\) watches as host test at this Redis; .*LINESMAN_HOST/);
  assert.match((await second.sources()).standby ?? '', /^Another linesman .*LINESMAN_HOST/);
  assert.equal((await first.sources()).standby, undefined);
  assert.match(await second.metrics(), /^linesman_standby 1$/m);
  assert.match(await first.metrics(), /^linesman_standby 0$/m);
});

test('when the first is stopped the second goes on where it stood', async (t) => {
  const { world, first, beginSecond } = await createPair(t);
  const second = beginSecond();
  await standsBy(second);
  await world.append(nginxLines(300));
  await first.takes(300);

  assert.equal(await first.stop(), 0);
  await world.append(nginxLines(200));

  await second.takes(500);
  await second.isWell();
});

test('when the first is killed the second follows it, and the first stands by when it comes back', async (t) => {
  const { world, first, beginSecond } = await createPair(t);
  const second = beginSecond();
  await standsBy(second);
  await world.append(nginxLines(300));

  await first.kill();
  await world.append(nginxLines(200));
  await second.takes(500);
  const again = world.begin();

  await standsBy(again);
  await world.append(nginxLines(100));
  await second.takes(600);
});

test('a killed one that is alone has its lease at once when it comes back', async (t) => {
  const { world, first } = await createPair(t);
  await first.kill();

  const again = await world.start();

  assert.equal(again.log().filter(({ msg }) => msg === 'Standing by').length, 0);
});

test('one that was frozen finds that another works, drops what it held and stands by; nothing is counted twice', async (t) => {
  const { world, first, beginSecond } = await createPair(t);
  const second = beginSecond();
  await standsBy(second);
  await world.append(nginxLines(300));
  await first.takes(300);
  process.kill(first.pid, 'SIGSTOP');
  await world.append(nginxLines(300));
  await second.takes(600);

  process.kill(first.pid, 'SIGCONT');
  await world.append(nginxLines(300));
  await standsBy(first);
  await world.append(nginxLines(100));

  await second.takes(1_000);
  assert.match((await first.health()).standby ?? '', /stands by/);
  await second.stop();
  await world.append(nginxLines(100));
  await first.takes(1_100);
});

test('a Redis emptied while a second stands by changes nothing: the first works on, although the second asked before it', async (t) => {
  const { world, redis, first, beginSecond } = await createPair(t);
  const second = beginSecond();
  await standsBy(second);
  await world.append(nginxLines(300));
  await first.takes(300);

  process.kill(first.pid, 'SIGSTOP');
  await askRedis(redis.url, 'FLUSHALL');
  const before = await callsOf(redis.url, 'evalsha');
  await until('the second has asked', async () => (await callsOf(redis.url, 'evalsha')) > before);
  process.kill(first.pid, 'SIGCONT');
  await world.append(nginxLines(200));

  await first.takes(500);
  assert.match((await second.health()).standby ?? '', /stands by/);
});

test('when Redis is emptied and the first is dead the second begins anew, and that is told', async (t) => {
  const { world, redis, first, beginSecond } = await createPair(t);
  const second = beginSecond();
  await standsBy(second);
  await first.kill();
  await askRedis(redis.url, 'FLUSHALL');

  await until('it works', () => second.log().some(({ msg }) => msg === 'linesman is watching'));
  await world.append(nginxLines(100));
  await second.takes(100);
  const [mail] = await world.sink.waitFor(1, 120_000);

  assert.match(String(mail?.parsed.subject), /test Redis found emptied/);
  assert.match(String(mail?.parsed.text), /emptied while this linesman stood by/);
});
