/** What is counted: every line once, from where the operator says, and on over restarts. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nginxLines } from '../support/nginx-lines.ts';
import { createWorld } from '../support/service.ts';

test('the first start reads from the end of a log that is there', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  await world.append(nginxLines(500));
  const linesman = await world.start();
  await linesman.isWell();

  await world.append(nginxLines(20));
  await linesman.takes(20);

  assert.deepEqual(await linesman.statuses(), { 200: 20 });
});

test('with LINESMAN_FROM=beginning the first start reads all of it', async (t) => {
  const world = await createWorld({ env: { LINESMAN_FROM: 'beginning' } });
  t.after(world.end);
  await world.append(nginxLines(500));

  const linesman = await world.start();
  await linesman.takes(500);

  assert.deepEqual(await linesman.statuses(), { 200: 500 });
});

test('the metrics count each status as it was written', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const linesman = await world.start();
  const written = { 200: 301, 304: 40, 404: 17, 499: 3, 500: 5, 502: 11, 503: 2 };

  for (const [status, count] of Object.entries(written)) await world.append(nginxLines(count, Number(status)));
  await linesman.takes(379);

  assert.deepEqual(await linesman.statuses(), written);
});

test('totals go on over a stop and over a kill, with what was written meanwhile', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const first = await world.start();
  await world.append(nginxLines(100));
  await first.takes(100);
  assert.equal(await first.stop(), 0);
  await world.append(nginxLines(30, 502));

  const second = await world.start();
  await second.takes(130);
  await second.kill();
  await world.append(nginxLines(7, 404));
  const third = await world.start();
  await third.takes(137);

  assert.deepEqual(await third.statuses(), { 200: 100, 404: 7, 502: 30 });
});
