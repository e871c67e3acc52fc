import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { after, type TestContext, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { Redis } from 'ioredis';
import { collector } from '../../src/collectors/redis.ts';
import type { Measurement } from '../../src/core/plugin.ts';
import { issue } from '../support/certificates.ts';
import { freePort } from '../support/free-port.ts';

import { startTestRedis } from '../support/redis.ts';
import { startTcpRedis } from '../support/redis-tcp.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';
import { until } from '../support/until.ts';

const PASSWORD = 'pa/ss@wörd';
const LIMITS = ['--maxmemory', '100mb', '--maxclients', '200', '--maxmemory-policy', 'noeviction'];
const redis = await startTcpRedis(['--requirepass', PASSWORD, ...LIMITS]);
after(redis.stop);
const server = `127.0.0.1:${redis.port}`;
const url = `redis://:${encodeURIComponent(PASSWORD)}@${server}`;

test('a real Redis tells memory, clients and what it did', async (t) => {
  const client = new Redis(url);
  t.after(() => client.disconnect());
  const reader = collector.compile({ url }, THIS_MACHINE);
  await reader.collect();
  await client.set('key', 'x'.repeat(10_000_000));
  let figures = byName(await reader.collect());
  let used = 0;
  // What the client sent is kept a while, and connections that come and go take some kB.
  await until('Redis has let go of what was sent', async () => {
    used = Number(/^used_memory:(\d+)/m.exec(await client.info())?.[1]);
    figures = byName(await reader.collect());
    return Math.abs((figures['redis.memory'] ?? 0) - used) < 500_000;
  });

  assert.ok(used > 10_000_000);
  assert.ok(Math.abs((figures['redis.memory.used'] ?? 0) - (used / (100 * 1_048_576)) * 100) < 0.5);
  assert.ok((figures['redis.clients'] ?? 0) >= 2);
  assert.equal(figures['redis.clients.used'], (figures['redis.clients'] ?? 0) / 2);
  assert.ok((figures['redis.operations'] ?? 0) > 0);
  for (const name of ['redis.clients.blocked', 'redis.evicted', 'redis.rejected', 'redis.save.failed'])
    assert.equal(figures[name], 0, name);
  assert.equal(figures['redis.replication.down'], undefined, 'it is no replica');
});

test('a client that waits is blocked, and a cache that evicts is not full', async (t) => {
  const client = new Redis(url);
  const waiting = new Redis(url);
  t.after(() => {
    client.disconnect();
    waiting.disconnect();
  });
  const blocked = waiting.blpop('nothing', 0).catch(() => undefined);
  const reader = collector.compile({ url }, THIS_MACHINE);
  await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
  t.after(async () => await blocked);

  let figures = byName(await reader.collect());
  while (figures['redis.clients.blocked'] !== 1) figures = byName(await reader.collect());

  assert.equal(figures['redis.memory.used'], undefined);
  await client.config('SET', 'maxmemory-policy', 'noeviction');
});

test('a wrong password is told, and shown nowhere; a right one is needed', async () => {
  const wrong = collector.compile({ url: `redis://:wr0ng@${server}` }, THIS_MACHINE);
  const none = collector.compile({ url: `redis://${server}` }, THIS_MACHINE);

  const said = await wrong.collect();

  assert.deepEqual(
    said.map(({ series, value }) => [series, value]),
    [[`redis.answered{server=${server}}`, 0]],
  );
  assert.match(said[0]?.lines?.[0] ?? '', /said nothing: WRONGPASS/);
  assert.ok(!JSON.stringify(said).includes('wr0ng'));
  assert.match((await none.collect())[0]?.lines?.[0] ?? '', /said nothing: NOAUTH/);
});

test('a user of its own is one too', async (t) => {
  const client = new Redis(url);
  t.after(() => client.disconnect());
  await client.call('ACL', 'SETUSER', 'watcher', 'on', '>look', '+info');

  const reader = collector.compile({ url: `redis://watcher:look@${server}` }, THIS_MACHINE);

  assert.equal((await reader.collect())[0]?.value, 1);
});

test('one on a socket of its own is asked there', async (t) => {
  const local = await startTestRedis();
  t.after(local.stop);

  const [answered] = await collector.compile({ url: local.url }, THIS_MACHINE).collect();

  assert.deepEqual(answered, { series: `redis.answered{server=${local.url.replace('unix://', '')}}`, value: 1 });
});

test('a replica that copies all data anew says so, since that may take longer than a restart', async (t) => {
  const info =
    'role:slave\r\nmaster_host:10.0.0.9\r\nmaster_port:6379\r\nmaster_link_status:down\r\nmaster_sync_in_progress:1\r\n';
  const { place } = await answering(t, `$${info.length}\r\n${info}\r\n`);

  const measured = await collector.compile({ url: `redis://${place}` }, THIS_MACHINE).collect();

  const { lines } = measured.find(({ series }) => series.startsWith('redis.replication.down')) ?? {};
  assert.deepEqual(lines, [`${place} has lost its master 10.0.0.9:6379, and is just copying all data of it anew.`]);
});

test('saves that fail and a master that is lost are told', async (t) => {
  const info =
    'role:slave\r\nmaster_host:10.0.0.9\r\nmaster_port:6379\r\nmaster_link_status:down\r\nrdb_last_bgsave_status:err\r\naof_last_write_status:err\r\n';
  const { place } = await answering(t, `$${info.length}\r\n${info}\r\n`);

  const measured = await collector.compile({ url: `redis://${place}` }, THIS_MACHINE).collect();

  assert.deepEqual(
    measured.filter(({ lines }) => lines),
    [
      {
        ...{ series: `redis.save.failed{server=${place}}`, value: 1 },
        lines: ['Its last save (RDB) failed. It cannot write its append-only file.'],
      },
      {
        series: `redis.replication.down{server=${place}}`,
        value: 1,
        lines: [`${place} has lost its master 10.0.0.9:6379.`],
      },
    ],
  );
});

test('what is no Redis, never ends, closes at once, or is not there says nothing, with the reason', async (t) => {
  const reasons: readonly (readonly [string, RegExp])[] = [
    [(await answering(t, 'HTTP/1.1 400 Bad Request\r\n')).place, /is no Redis/],
    [(await answering(t, `$999999999\r\n${'x'.repeat(400_000)}`)).place, /too long/],
    [(await answering(t, '-LOADING Redis is loading the dataset in memory\r\n')).place, /LOADING/],
    [(await answering(t, undefined)).place, /closed the connection/],
    [`127.0.0.1:${await freePort()}`, /ECONNREFUSED/],
    [(await answering(t, '')).place, /did not answer within 2 s/],
  ];
  const list = reasons.map(([place]) => `redis://${place}`).join(',');

  const measured = await collector.compile({ url: list }, THIS_MACHINE).collect();

  for (const [i, [, said]] of reasons.entries()) {
    assert.equal(measured[i]?.value, 0);
    assert.match(measured[i]?.lines?.[0] ?? '', said);
  }
});

test('by TLS a certificate that nobody vouches for is refused, before a password is sent', async (t) => {
  const said: string[] = [];
  const { cert, key } = issue({ subject: 'redis', names: ['127.0.0.1'] });
  const listening = createTlsServer({ cert, key }, (socket) => {
    socket.on('error', () => {}).on('data', (bytes) => void said.push(bytes.toString()));
  }).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  t.after(() => listening.close());
  const place = `127.0.0.1:${(listening.address() as AddressInfo).port}`;

  const measured = await collector.compile({ url: `rediss://:s3cret@${place}` }, THIS_MACHINE).collect();

  assert.match(measured[0]?.lines?.[0] ?? '', /said nothing: (self-signed|unable to verify)/);
  assert.deepEqual(said, []);
});

test('an address that is none is told without its password', () => {
  assert.throws(
    () => collector.compile({ url: 'http://:s3cret@host' }, THIS_MACHINE),
    (error: Error) =>
      /collectors\.redis: url: .*begins with none of redis:/.test(error.message) && !error.message.includes('s3cret'),
  );
});

function byName(measured: readonly Measurement[]): Readonly<Record<string, number>> {
  return Object.fromEntries(measured.map(({ series, value }) => [series.replace(/\{.*/, ''), value]));
}

/** A server that sends this to whoever says something; undefined: it closes. */
async function answering(t: TestContext, text: string | undefined): Promise<{ readonly place: string }> {
  const sockets: Socket[] = [];
  const listening = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {}).on('data', () => (text === undefined ? socket.destroy() : socket.write(text)));
  }).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  });
  return { place: `127.0.0.1:${(listening.address() as AddressInfo).port}` };
}
