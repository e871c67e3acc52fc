/** `linesman budget` over a real Redis that holds what an engine wrote. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createTextReader, HOST, line, SOURCE, startHost, T0 } from '../engine/parts.ts';
import { startTestRedis } from '../support/redis.ts';
import { connectTestClient } from '../support/redis-client.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const redis = await startTestRedis();
const client = connectTestClient(redis.url);
const env = { REDIS_URL: redis.url, LINESMAN_HOST: HOST, LINESMAN_CONFIG: '/dev/null' };
after(async () => {
  client.close();
  await redis.stop();
});

const reader = createTextReader();
const { engine, ticker } = startHost(client.store, reader);
await engine.open(T0 + 3_600_000);
reader.write(
  Array.from({ length: 16_000 }, (_, i) =>
    line(Math.floor(i / 40), i >= 2_400 && i < 4_800 && i % 10 < 3 ? 502 : 200),
  ).join(''),
);
while (!(await engine.round(T0 + 3_600_000)).idle);
await ticker.tick({ complete: { [SOURCE]: T0 + 400_000 }, delivered: () => true });

test('the sum, its shares and what fired are shown', async () => {
  const { code, stdout } = await budget([], { LINESMAN_FALSE_ALARMS: '0.5' });

  assert.equal(code, 0);
  assert.match(stdout, /^linesman on web-1: 0\.5 false alarms in 30 days accepted by mail/);
  assert.match(stdout, /^BY MAIL: 0\.5 false alarms in 30 days, shared equally by \d+ tests?/m);
  assert.match(stdout, /^ {2}http\.5xx\.burst +nginx +0\.\d+ .*1 fault, 1 mail$/m);
});

test('as JSON the shares of all tests make the sum', async () => {
  const { stdout } = await budget(['--json']);
  const { mail, falseAlarmsPerMonth } = JSON.parse(stdout);

  assert.equal(falseAlarmsPerMonth, 1);
  const sum = mail.tests.reduce(
    (all: number, { share, labels }: { share: number; labels: number }) => all + share * labels,
    0,
  );
  assert.ok(Math.abs(sum - 1) < 1e-9, String(sum));
});

test('where nothing was judged it says so', async () => {
  const { code, stderr } = await budget([], { LINESMAN_HOST: 'other' });

  assert.equal(code, 78);
  assert.match(stderr, /NOT_RUNNING|Nothing is judged yet for host other/);
});

async function budget(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  return await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [MAIN, 'budget', ...args],
      { env: { ...process.env, ...env, ...more } },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
