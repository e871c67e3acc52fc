/** Much at once: a backlog at the start, and rotations faster than anybody configures them. */
import assert from 'node:assert/strict';
import { appendFile, rename } from 'node:fs/promises';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { clfTime, nginxLines } from '../support/nginx-lines.ts';
import { createWorld, type World } from '../support/service.ts';

const MINUTE_MS = 60_000;

test('a million lines that are there at the start are counted exactly, and tell of no burst', async (t) => {
  const world = await createWorld({ env: { LINESMAN_FROM: 'beginning' } });
  t.after(world.end);
  const minutes = 100;
  await writeCalmHistory(world, minutes, 10_000);

  const linesman = await world.start();
  await linesman.takes(minutes * 10_000);

  assert.deepEqual(await linesman.statuses(), { 200: minutes * 9_950, 404: minutes * 50 });
  await linesman.isWell();
  assert.equal(world.sink.mails.length, 0);
  assert.doesNotMatch(await linesman.metrics(), /^linesman_skipped_total/m);
});

test('rotated five times a second, no line is lost and none is read twice', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const linesman = await world.start();
  const rotations = 25;

  for (let rotation = 1; rotation <= rotations; rotation += 1) {
    await world.append(nginxLines(200));
    await rename(world.accessLog, `${world.accessLog}.${rotation}`);
    await world.append(nginxLines(20, 404));
    // A worker that has not reopened its log yet.
    await appendFile(`${world.accessLog}.${rotation}`, nginxLines(5, 302));
    await pause(200);
  }
  await linesman.takes(rotations * 225);

  assert.deepEqual(await linesman.statuses(), { 200: rotations * 200, 302: rotations * 5, 404: rotations * 20 });
  assert.doesNotMatch(await linesman.metrics(), /^linesman_skipped_total/m);
});

/** Half a percent of misses, the same in each minute: nothing to tell of. */
async function writeCalmHistory(world: World, minutes: number, linesAMinute: number): Promise<void> {
  const end = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
  for (let minute = 0; minute < minutes; minute += 1) {
    const start = end - (minutes - minute) * MINUTE_MS;
    const lines = Array.from({ length: linesAMinute }, (_, at) => {
      const stamp = clfTime(start + Math.floor((at * MINUTE_MS) / linesAMinute));
      const status = at % 200 === 0 ? 404 : 200;
      return `203.0.113.7 - - [${stamp}] "GET /page/${at % 50} HTTP/1.1" ${status} 15 "-" "c"\n`;
    });
    await world.append(lines.join(''));
  }
}
