/** The http check against servers that answer, fail, hang, lie and flood. */
import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { test } from 'node:test';
import { ask, compile, serve } from './asking.ts';

test('an address that answers as it should is well, with its time and status', async () => {
  await using server = await serve((_, response) => response.end('all is well'));

  const reading = await ask({ url: `${server.url}/health`, contains: 'is well', lacks: 'Maintenance' });

  assert.equal(reading.cause, undefined);
  assert.match(reading.said, /^http:\/\/127\.0\.0\.1:\d+\/health answered 200 in [\d.]+ s\.$/);
  assert.equal(reading.figures?.status, 200);
  assert.ok((reading.figures?.seconds ?? 0) > 0);
});

const noIpv6 =
  Object.values(networkInterfaces())
    .flat()
    .every((one) => one?.address !== '::1') && 'this machine has no IPv6';

test('addresses of version 6 are asked too', { skip: noIpv6 }, async () => {
  await using server = await serve((_, response) => response.end(), '::1');

  const reading = await ask({ url: `${server.url}/` });

  assert.equal(reading.cause, undefined, reading.said);
  assert.match(reading.said, /^http:\/\/\[::1\]:\d+\/ answered 200/);
});

test('nothing that listens is refused, and what to type says where to look', async () => {
  const server = await serve(() => {});
  await server[Symbol.asyncDispose]();

  const { cause, said } = await ask({ url: `${server.url}/` });

  assert.equal(cause, 'refused');
  assert.equal(said, `${server.url}/ refused the connection (ECONNREFUSED).`);
  const { refused, timeout } = compile({ url: `${server.url}/` }).causes;
  assert.match(refused?.whatToDo ?? '', new RegExp(`\`ss -ltnp 'sport = :${server.port}'\``));
  assert.match(timeout?.whatToDo ?? '', new RegExp(`\`curl -sv -o /dev/null --max-time 10 ${server.url}/\``));
});

test('a server error is critical, another wrong status is a warning, and the answer is shown', async () => {
  await using server = await serve((request, response) => {
    response.writeHead(request.url === '/gone' ? 404 : 502).end('<h1>Bad\n\tGateway</h1>');
  });

  const bad = await ask({ url: `${server.url}/` });
  const gone = await ask({ url: `${server.url}/gone` });

  assert.equal(bad.cause, 'server-error');
  assert.equal(bad.said, `${server.url}/ answered 502.`);
  assert.equal(bad.lines?.[0], 'HTTP/1.1 502 Bad Gateway');
  assert.match(bad.lines?.[1] ?? '', /^connected after \d+ ms, answer begun after \d+ ms, end after \d+ ms\.$/);
  assert.equal(bad.lines?.[2], 'It begins: <h1>Bad Gateway</h1>');
  assert.equal(gone.cause, 'wrong-status');
  const { causes } = compile({ url: `${server.url}/` });
  assert.equal(causes['server-error']?.severity, 'critical');
  assert.equal(causes['wrong-status']?.severity, 'warning');
});

test('who is not let in is told how to be, and not that the service is down', async () => {
  await using server = await serve((_, response) => response.writeHead(401).end());
  const url = `${server.url}/`;

  assert.equal((await ask({ url })).cause, 'not-permitted');
  assert.equal((await ask({ url, status: '200,401' })).cause, undefined);
  const { causes } = compile({ url });
  assert.equal(causes['not-permitted']?.severity, 'warning');
  assert.match(causes['not-permitted']?.whatToDo ?? '', /USER:PASSWORD/);
});
