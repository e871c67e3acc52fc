/** Mistakes of the operator: linesman ends at once with exit code 78 and one clear sentence. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { startFakeRedis } from '../support/fake-redis.ts';
import { nginxLines } from '../support/nginx-lines.ts';
import { startTcpRedis } from '../support/redis-tcp.ts';
import { createWorld, type World } from '../support/service.ts';

const NOBODY = 65_534;

test('broken YAML is shown with its file and line', async (t) => {
  const world = await worldFor(t);
  await writeFile(join(world.folder, 'linesman.yaml'), 'host: test\nsources:\n  - name: [nginx\n');

  const said = await refused(world);

  assert.match(said, /^linesman: \S*linesman\.yaml:\d+/);
});

test('an unknown key is shown with the nearest known one', async (t) => {
  const world = await worldFor(t);
  await writeFile(join(world.folder, 'linesman.yaml'), 'host: test\nwatchs: {}\n');

  const said = await refused(world);

  assert.match(said, /linesman\.yaml:2:1: Unknown key 'watchs'\. Did you mean watches\?/);
});

test('a data folder that may not be written is named with the command that helps', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('only root can start a process as another user');
  const world = await worldFor(t);
  await mkdir(world.data);
  await chown(world.folder, NOBODY, NOBODY);

  const said = await refused(world, { uid: NOBODY });

  assert.equal(
    said,
    `linesman: The data folder "${world.data}" cannot be written (EACCES): linesman runs as user 65534; run: chown -R 65534:65534 ${world.data}, or choose another folder with LINESMAN_DATA.`,
  );
});

test('without a Redis program the copy of the demo is named where it is', async (t) => {
  const world = await worldFor(t);
  const cache = join(world.folder, 'cache');
  const copy = join(cache, 'linesman', 'redis');
  const env = { PATH: join(world.folder, 'nothing'), XDG_CACHE_HOME: cache };
  const without = await refused(world, { env });
  await mkdir(copy, { recursive: true });
  await writeFile(join(copy, 'redis-server'), '#!/bin/sh\necho Redis server v=7.0.15\n', { mode: 0o755 });

  const said = await refused(world, { env });

  assert.equal(
    without,
    'linesman: There is no redis-server or valkey-server to start; run: apt-get install redis-server, or set REDIS_URL to a Redis that is there.',
  );
  assert.equal(
    said,
    `${without} To try linesman, the copy that its demo unpacked will do: PATH="${copy}:$PATH" linesman run`,
  );
});

test('a port that is taken is named with the way to choose another', async (t) => {
  const world = await worldFor(t);
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;

  const said = await refused(world, { env: { LINESMAN_HTTP: `127.0.0.1:${port}` } });

  assert.equal(
    said,
    `linesman: http: 127.0.0.1:${port} is taken by another program; choose another port with LINESMAN_HTTP, such as LINESMAN_HTTP=127.0.0.1:8687.`,
  );
});

test('a second linesman on the data folder is refused, and starts at once after the first was killed', async (t) => {
  const world = await worldFor(t);
  const first = await world.start();
  await world.append(nginxLines(10));
  await first.takes(10);

  const said = await refused(world);
  await first.kill();
  const second = await world.start();

  assert.match(said, new RegExp(`is used by another linesman \\(process ${first.pid} on `));
  await world.append(nginxLines(5));
  await second.takes(15);
});

test('a Redis that may evict is refused with the command to run', async (t) => {
  const redis = await startTcpRedis(['--maxmemory', '100mb', '--maxmemory-policy', 'allkeys-lru']);
  t.after(redis.stop);
  const world = await worldFor(t);

  const said = await refused(world, { env: { REDIS_URL: redis.url } });

  assert.match(said, /maxmemory-policy allkeys-lru.*Run: redis-cli CONFIG SET maxmemory-policy noeviction/);
});

test('a Redis that is too old is refused with its version', async (t) => {
  const redis = await startFakeRedis({ version: '6.2.14' });
  t.after(redis.stop);
  const world = await worldFor(t);

  const said = await refused(world, { env: { REDIS_URL: redis.url } });

  assert.match(said, /Redis is version 6\.2\.14 and linesman needs 7\.0 or later/);
});

test('a wrong password of Redis is said, and not shown', async (t) => {
  const redis = await startTcpRedis(['--requirepass', 'right']);
  t.after(redis.stop);
  const world = await worldFor(t);

  const said = await refused(world, { env: { REDIS_URL: redis.url.replace('//', '//:s3cret-wrong@') } });

  assert.match(
    said,
    /Redis refused the login \(it answered WRONGPASS\): put the right user and password into REDIS_URL/,
  );
  assert.doesNotMatch(said, /s3cret/);
});

test('a missing password of Redis is said', async (t) => {
  const redis = await startTcpRedis(['--requirepass', 'right']);
  t.after(redis.stop);
  const world = await worldFor(t);

  const said = await refused(world, { env: { REDIS_URL: redis.url } });

  assert.match(said, /Redis refused the login \(it answered NOAUTH\)/);
});

test('a receiver without a mail server is a mistake', async (t) => {
  const world = await worldFor(t);

  const said = await refused(world, { env: { LINESMAN_SMTP_URL: '' } });

  assert.match(said, /no server to send by; set mail\.smtp or LINESMAN_SMTP_URL/);
});

async function worldFor(t: TestContext): Promise<World> {
  const world = await createWorld();
  t.after(world.end);
  await chmod(world.folder, 0o755);
  return world;
}

/** What it said before it ended with 78: one sentence and its code, nothing of our insides. */
async function refused(world: World, options: Parameters<World['begin']>[0] = {}): Promise<string> {
  const linesman = world.begin(options);
  const code = await linesman.ended;
  const [said = '', where, ...more] = linesman.stderr().trimEnd().split('\n');
  assert.equal(code, 78, linesman.stderr());
  assert.match(where ?? '', /^\([A-Z_]+, see docs\/ERRORS\.md\)$/);
  assert.deepEqual(more, []);
  return said;
}
