/** `linesman dump` over a real Redis that holds what an engine wrote. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
await engine.open(T0);
reader.write(line(0) + line(1, 502) + line(1));
await engine.round(T0 + 2_000);
await ticker.tick({ complete: { [SOURCE]: T0 + 2_000 }, delivered: () => true });
await client.redis.set(`{${HOST}/evil}:head`, 'LM1 x\n{"name":"\\u001b[2J\u202e"}');
await client.redis.set(`{${HOST}}:lease`, `0d-ag start-1 ${Date.UTC(2026, 10, 25, 10, 3, 7, 250)} shop-1`);
await client.redis.set(`{${HOST}/evil}:lease`, 'a \u001b[2J 12');
await client.redis.set(`{${HOST}/evil}:w:s:1`, 'no page');
await client.redis.rpush(`{${HOST}/evil}:list`, 'not ours');

test('each chain is shown with its head, its windows and their size', async () => {
  const { code, stdout } = await dump([]);

  assert.equal(code, 0);
  assert.match(stdout, /^chain web-1: \d+ blobs, [\d.]+ (bytes|kB)\n/);
  assert.match(stdout, /^chain web-1\/nginx: 4 blobs, .*, [\d,]+ series, \d+ bytes of windows each$/m);
  assert.match(stdout, /^ {2}head +.* commit boot\d+\.\d+$/m);
  assert.match(stdout, /^ {2}w:s:\d+ +.* seconds 2026-11-25T03:00Z to 2026-11-25T03:01Z: \d+ series/m);
  assert.match(stdout, /^ {6}http\.requests: 3 in 2 steps$/m);
  assert.ok(stdout.includes('"name":"access.log"'));
});

test('the lease is shown: who is at work, where, and until when', async () => {
  const { stdout } = await dump(['--chain', HOST]);
  const { stdout: json } = await dump(['--chain', HOST, '--json']);

  assert.match(stdout, /^ {2}lease +\d+ bytes {2}held by agent 0d-ag on shop-1 until 2026-11-25T10:03:07Z$/m);
  assert.deepEqual(
    JSON.parse(json).blobs.find(({ name }: { name: string }) => name === 'lease'),
    {
      ...{ name: 'lease', sizeBytes: 34, kind: 'lease' },
      ...{ agent: '0d-ag', place: 'shop-1', until: Date.UTC(2026, 10, 25, 10, 3, 7, 250) },
    },
  );
});

test('one chain can be named, and JSON has everything', async () => {
  const { stdout } = await dump(['--chain', `${HOST}/${SOURCE}`, '--json']);

  const chains = stdout
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));
  assert.deepEqual(
    chains.map(({ chain }) => chain),
    [`${HOST}/${SOURCE}`],
  );
  const page = chains[0].blobs.find(({ name }: { name: string }) => name.startsWith('w:s:')).page;
  assert.deepEqual([page.from, page.to], [T0, T0 + 60_000]);
  assert.deepEqual(
    page.series.find(({ key }: { key: string }) => key === 'http.5xx'),
    { key: 'http.5xx', steps: 1, count: 1, sum: 1 },
  );
});

test('what is stored is inert on a terminal, and what cannot be read is said', async () => {
  const { stdout } = await dump(['--chain', `${HOST}/evil`]);

  assert.doesNotMatch(stdout, /[\u001b\u202e]/u);
  assert.ok(stdout.includes('\\u001b[2J\\u202e'));
  assert.match(stdout, /^ {2}w:s:1 +7 bytes {2}cannot be read: /m);
  assert.match(stdout, /^ {2}lease +\d+ bytes {2}cannot be read: it is no lease$/m);
  assert.doesNotMatch(stdout, /list/);
});

test('nothing is written', async () => {
  const before = await client.redis.info('commandstats');
  await dump([]);
  const later = await client.redis.info('commandstats');

  for (const command of ['set', 'mset', 'eval', 'evalsha', 'del', 'expire'])
    assert.equal(callsOf(later, command), callsOf(before, command), command);
});

test('where nothing runs or nothing is stored it says so', async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'linesman-dump-'));
  t.after(async () => await rm(data, { recursive: true }));

  const none = await dump([], { LINESMAN_DATA: data, LINESMAN_HOST: HOST, LINESMAN_CONFIG: '/dev/null' });
  const away = await dump([], { ...env, REDIS_URL: `unix://${data}/none.sock` });
  const other = await dump([], { ...env, LINESMAN_HOST: 'web-2' });
  const wrong = await dump(['--chain', '*']);

  assert.deepEqual([none.code, away.code, other.code, wrong.code], [78, 78, 78, 64]);
  assert.match(
    none.stderr,
    /^linesman: No embedded Redis runs in .*: start linesman, or name its folder by LINESMAN_DATA/,
  );
  assert.match(away.stderr, /^linesman: Redis at unix:\/\/.*none\.sock is not usable: .*ENOENT.* Check that it runs/);
  assert.match(other.stderr, /^linesman: Nothing is stored for host web-2: give the host's name by LINESMAN_HOST/);
  assert.match(wrong.stderr, /^linesman: --chain is "\*"; write HOST or HOST\/SOURCE/);
});

function callsOf(stats: string, command: string): string {
  return new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? '0';
}

function dump(options: readonly string[], given: NodeJS.ProcessEnv = env) {
  return new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(
      process.execPath,
      [MAIN, 'dump', ...options],
      { env: { PATH: process.env.PATH, ...given } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}
