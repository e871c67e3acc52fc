import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { collector } from '../../src/collectors/nginx.ts';
import type { Measurement } from '../../src/core/plugin.ts';
import { freePort } from '../support/free-port.ts';
import { noNginx, runNginx } from '../support/nginx.ts';
import { THIS_MACHINE } from '../support/this-machine.ts';

const STATUS =
  'Active connections: 8 \nserver accepts handled requests\n 100 90 400 \nReading: 1 Writing: 2 Waiting: 5 \n';

test('a real Nginx tells its connections and requests', { skip: noNginx() }, async (t) => {
  const nginx = await runNginx(
    (listen) =>
      `access_log off; server { listen ${listen}; location = /status { stub_status; } location / { return 204; } }`,
  );
  t.after(nginx.end);
  const server = `127.0.0.1:${nginx.port}`;
  const reader = collector.compile({ url: `http://${server}/status` }, THIS_MACHINE);
  await reader.collect();
  const began = performance.now();
  for (let i = 0; i < 20; i += 1) await fetch(`http://${server}/`);

  const figures = byName(await reader.collect());
  const seconds = (performance.now() - began) / 1_000;

  assert.deepEqual(figures['nginx.answered'], 1);
  // The connection that asks is the one that is written to; those of fetch may be kept open.
  assert.equal(figures['nginx.connections.writing'], 1);
  assert.equal(
    figures['nginx.connections.active'],
    (figures['nginx.connections.reading'] ?? 0) + 1 + (figures['nginx.connections.waiting'] ?? 0),
  );
  assert.equal(figures['nginx.connections.dropped'], 0);
  // 20 of ours and the question itself, in less time than the test took.
  assert.ok((figures['nginx.requests'] ?? 0) >= 21 / (seconds + 1), `${figures['nginx.requests']} in ${seconds}`);
});

test('connections that were taken and are not handled by the next reading were dropped', async (t) => {
  let status = STATUS;
  const { url } = await served(t, (_, response) => response.end(status));
  const reader = collector.compile({ url: `${url}/status` }, THIS_MACHINE);
  await reader.collect();
  status = STATUS.replace('100 90 400', '130 113 440');
  assert.equal(byName(await reader.collect())['nginx.connections.dropped'], 0);
  status = STATUS.replace('100 90 400', '140 123 450');

  const figures = byName(await reader.collect());

  assert.equal(figures['nginx.connections.dropped'], 7);
  assert.equal(figures['nginx.connections.active'], 8);
  assert.equal(figures['nginx.connections.waiting'], 5);
});

test('a connection that is just being taken was not dropped', async (t) => {
  let status = STATUS.replace('100 90 400', '100 100 400');
  const { url } = await served(t, (_, response) => response.end(status));
  const reader = collector.compile({ url: `${url}/status` }, THIS_MACHINE);
  await reader.collect();

  for (const counts of ['201 200 500', '300 300 600', '402 400 700']) {
    status = STATUS.replace('100 90 400', counts);
    assert.equal(byName(await reader.collect())['nginx.connections.dropped'], 0);
  }
});

test('user and password are sent and shown nowhere', async (t) => {
  const seen: (string | undefined)[] = [];
  const { url, host } = await served(t, (request, response) => {
    seen.push(request.headers.authorization);
    response.statusCode = 401;
    response.end();
  });
  const reader = collector.compile({ url: `http://me:s3cret%40x@${host}/status` }, THIS_MACHINE);

  const measured = await reader.collect();

  assert.deepEqual(seen, [`Basic ${Buffer.from('me:s3cret@x').toString('base64')}`]);
  assert.deepEqual(measured, [
    {
      ...{ series: `nginx.answered{server=${host}/status}`, value: 0 },
      lines: [`Nginx at ${host}/status said nothing: it answered with status 401.`],
    },
  ]);
  assert.ok(url.length > 0 && !JSON.stringify(measured).includes('s3cret'));
});

test('a token in the path is shown nowhere', async (t) => {
  const { host } = await served(t, (_, response) => response.end(STATUS));

  const measured = await collector
    .compile({ url: `http://${host}/a1b2c3d4e5f6a7b8c9d0/status?key=s3cret` }, THIS_MACHINE)
    .collect();

  assert.equal(measured[0]?.series, `nginx.answered{server=${host}/***/status}`);
  assert.ok(!/a1b2c3|s3cret/.test(JSON.stringify(measured)));
});

test('what is no stub_status, never ends, leads elsewhere, or is not there says nothing, with the reason', async (t) => {
  const endless = await served(t, (_, response) => {
    const more = () => response.write('x'.repeat(65_536), (error) => (error ? undefined : setImmediate(more)));
    more();
  });
  const elsewhere = await served(t, (_, response) =>
    response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  );
  const page = await served(t, (_, response) => response.end('<html>'));
  const reasons: readonly (readonly [string, RegExp])[] = [
    [endless.url, /is no stub_status/],
    [elsewhere.url, /status 302/],
    [page.url, /is no stub_status/],
    [`http://127.0.0.1:${await freePort()}`, /ECONNREFUSED/],
  ];
  const reader = collector.compile({ url: reasons.map(([url]) => url).join(' , ') }, THIS_MACHINE);

  const measured = await reader.collect();

  for (const [i, [, said]] of reasons.entries()) {
    assert.equal(measured[i]?.value, 0);
    assert.match(measured[i]?.lines?.[0] ?? '', said);
  }
});

test('without an address nobody is asked, and a wrong one is told without its password', async () => {
  assert.deepEqual(await collector.compile({ url: '' }, THIS_MACHINE).collect(), []);
  assert.throws(
    () => collector.compile({ url: 'ftp://me:s3cret@host/x' }, THIS_MACHINE),
    (error: Error) =>
      /collectors\.nginx: url: "ftp:.*begins with none of http:\/\/, https:\/\//.test(error.message) &&
      !error.message.includes('s3cret'),
  );
  assert.throws(
    () => collector.compile({ url: '127.0.0.1/status' }, THIS_MACHINE),
    /is no address; write one such as http/,
  );
});

function byName(measured: readonly Measurement[]): Readonly<Record<string, number>> {
  return Object.fromEntries(measured.map(({ series, value }) => [series.replace(/\{.*/, ''), value]));
}

async function served(
  t: TestContext,
  answer: RequestListener,
): Promise<{ readonly url: string; readonly host: string }> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url: `http://${host}`, host };
}
