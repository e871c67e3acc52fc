/** The http check against servers that hang, drip, flood, lie and lead astray. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { lookupAllowed, REFUSED_ADDRESS } from '../../../src/checks/http/addresses.ts';
import { until } from '../../support/until.ts';
import { ask, compile, type Given, serve, serveRaw } from './asking.ts';

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n';

test('whoever hangs ends with the signal, and it is said where', async () => {
  const cases: readonly (readonly [talk: (socket: Socket) => void, said: RegExp])[] = [
    [() => {}, /did not answer in time, while waiting for its answer\.$/],
    [(socket) => socket.write('HTTP/1.1 200 O'), /did not answer in time, while waiting for its answer\.$/],
    [(socket) => socket.write(HEAD), /did not answer in time, while reading its answer\.$/],
    [dripping, /did not answer in time, while reading its answer\.$/],
  ];
  for (const [talk, said] of cases) {
    let isAsked = false;
    await using server = await serveRaw((socket) => {
      socket.once('data', () => {
        talk(socket);
        isAsked = true;
      });
    });
    const end = new AbortController();
    const asked = ask({ url: `${server.url}/` }, end.signal);
    await until('it was asked', () => isAsked);
    // What was written is here already: the turns of one loop bring it to whoever reads.
    for (let turns = 0; turns < 20; turns += 1) await new Promise((resolve) => setImmediate(resolve));
    end.abort();
    const reading = await asked;
    assert.equal(reading.cause, 'timeout');
    assert.match(reading.said, said);
  }
});

test('a signal that is over before it begins is a timeout too', async () => {
  await using server = await serve((_, response) => response.end());

  assert.equal((await ask({ url: `${server.url}/` }, AbortSignal.abort())).cause, 'timeout');
});

test('who closes without an answer, or in the middle of one, is told as that', async () => {
  const cases: readonly (readonly [talk: (socket: Socket) => void, cause: string, said: RegExp])[] = [
    [(socket) => socket.end(), 'reset', /closed the connection while waiting for its answer \(ECONNRESET\)\.$/],
    [(socket) => socket.resetAndDestroy(), 'reset', /while waiting for its answer \(ECONNRESET\)\.$/],
    [(socket) => socket.end(`${HEAD}beginning`), 'reset', /while reading its answer \(ECONNRESET\)\.$/],
    [(socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'), 'bad-response', /it is no HTTP \(HPE_INVALID_CONSTANT\)\.$/],
    [
      (socket) => socket.end(`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
      'bad-response',
      /headers are longer/,
    ],
    [
      (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\nno gzip!!'),
      'bad-response',
      /what it packed cannot be unpacked \(Z_DATA_ERROR\)\.$/,
    ],
  ];
  for (const [talk, cause, said] of cases) {
    await using server = await serveRaw((socket) => socket.once('data', () => talk(socket)));
    const reading = await ask({ url: `${server.url}/` });
    assert.equal(reading.cause, cause, reading.said);
    assert.match(reading.said, said);
  }
});

test('of a hundred megabytes the first 256 KiB are read, and the connection is closed', async () => {
  let sent = 0;
  let isClosed = false;
  const piece = Buffer.alloc(64 * 1024, 'x');
  await using server = await serve((_, response) => {
    response.writeHead(200, { 'content-length': 100 * 1024 * 1024 });
    response.on('close', () => {
      isClosed = true;
    });
    const flood = () => {
      while (sent < 100 * 1024 * 1024) {
        sent += piece.length;
        if (!response.write(piece)) break;
      }
    };
    response.on('drain', flood);
    flood();
  });

  const { cause, said } = await ask({ url: `${server.url}/`, contains: 'needle' });
  await until('it was closed', () => isClosed);

  assert.equal(cause, 'wrong-content');
  assert.match(said, /does not contain "needle" in its first 256 KiB\.$/);
  // The system's buffers hold some of it.
  assert.ok(sent < 50 * 1024 * 1024, String(sent));
});

test('a gzip bomb is read as far as everything else, and what is packed is read at all', async () => {
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, 'x'));
  await using server = await serve((request, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    response.end(request.url === '/bomb' ? bomb : gzipSync('all is well'));
  });
  const before = process.memoryUsage().arrayBuffers;

  const bombed = await ask({ url: `${server.url}/bomb`, contains: 'y' });

  assert.equal(bombed.cause, 'wrong-content');
  assert.ok(process.memoryUsage().arrayBuffers - before < 10 * 1024 * 1024);
  assert.equal((await ask({ url: `${server.url}/`, contains: 'is well' })).cause, undefined);
});

test('an answer without content that says it is packed is none that is damaged', async () => {
  await using server = await serve((_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end());

  for (const method of ['HEAD', 'GET']) {
    const reading = await ask({ url: `${server.url}/`, method });
    assert.equal(reading.cause, undefined, reading.said);
  }
});

test('content is read in the letters it is written in', async () => {
  await using server = await serve((_, response) => {
    response.setHeader('content-type', 'text/html; charset=ISO-8859-1');
    response.end(Buffer.from('Geöffnet', 'latin1'));
  });

  assert.equal((await ask({ url: `${server.url}/`, contains: 'Geöffnet' })).cause, undefined);
});

test('content that must not be there is wrong, and said', async () => {
  await using server = await serve((_, response) => response.end('Down for Maintenance'));

  const { cause, said } = await ask({ url: `${server.url}/`, lacks: 'Maintenance' });

  assert.equal(cause, 'wrong-content');
  assert.equal(said, `${server.url}/ contains "Maintenance".`);
});

test('an answer that is right and takes too long is slow', async () => {
  await using server = await serve((_, response) => {
    const end = performance.now() + 2;
    while (performance.now() < end);
    response.end();
  });

  const { cause, said } = await ask({ url: `${server.url}/`, slow: '1ms' });

  assert.equal(cause, 'slow');
  assert.match(said, /took [\d.]+ s to answer, longer than 0\.001 s\.$/);
});

test('redirects on the same host are followed, and one without end is told', async () => {
  await using server = await serve(({ url = '' }, response) => {
    const left = Number(url.slice(1));
    if (left === 0) response.end('here');
    else response.writeHead(302, { location: url === '/loop' ? '/loop' : `/${left - 1}` }).end();
  });
  const at = async (path: string, given: Given = {}) => await ask({ url: `${server.url}/${path}`, ...given });

  assert.equal((await at('5', { contains: 'here' })).cause, undefined);
  assert.equal((await at('6')).cause, 'redirect-loop');
  assert.equal((await at('1', { redirects: 1 })).cause, undefined);
  const loop = await at('loop', { redirects: 2 });
  assert.equal(loop.cause, 'redirect-loop');
  assert.equal(loop.said, `${server.url}/loop still redirected after 2 redirects.`);
  assert.ok(loop.lines?.includes('It redirects to /loop'));
  const none = await at('1', { redirects: 0 });
  assert.equal(none.cause, 'wrong-status');
  assert.equal(none.said, `${server.url}/1 answered 302.`);
  assert.equal((await at('1', { status: '302' })).cause, undefined);
});

test('redirects to other hosts, other protocols and to the keys of a cloud are not followed', async () => {
  let location = '';
  await using server = await serve((_, response) => response.writeHead(302, { location }).end());
  const cases: readonly (readonly [to: string, said: RegExp, given?: Given])[] = [
    ['http://other.example.com/x', /redirects to another host: http:\/\/other\.example\.com\/x$/],
    ['//other.example.com/', /redirects to another host: http:\/\/other/],
    ['file:///etc/passwd', /redirects to an address of file:, which is no HTTP\.$/],
    ['http://169.254.169.254/latest/meta-data/', /the link-local address 169\.254\.169\.254, which is not asked\.$/],
    ['http://169.254.169.254/', /link-local address 169\.254\.169\.254/, { otherHosts: true }],
    ['http://0xA9FEA9FE/', /link-local address 169\.254\.169\.254/, { otherHosts: true }],
    ['http://[fd00:ec2::254]/', /link-local address \[fd00:ec2::254\]/, { otherHosts: true }],
    ['http://[::ffff:169.254.169.254]/', /link-local address \[::ffff:a9fe:a9fe\]/, { otherHosts: true }],
    ['http://[fe80::1]/', /link-local address \[fe80::1\]/, { otherHosts: true }],
  ];
  for (const [to, said, given = {}] of cases) {
    location = to;
    const reading = await ask({ url: `${server.url}/`, ...given });
    assert.equal(reading.cause, 'redirect-refused', to);
    assert.match(reading.said, said);
  }
});

test('a name that leads to such an address is not asked either', async () => {
  const asked = async (host: string, all: boolean) =>
    await new Promise((resolve) => {
      lookupAllowed(host, { all }, (error, found) => resolve(error?.code ?? found));
    });

  assert.equal(await asked('169.254.169.254', true), REFUSED_ADDRESS);
  assert.equal(await asked('100.100.100.200', false), REFUSED_ADDRESS);
  assert.equal(await asked('127.0.0.1', false), '127.0.0.1');
  assert.deepEqual(await asked('127.0.0.1', true), [{ address: '127.0.0.1', family: 4 }]);
  assert.equal(await asked('nobody.invalid', true), 'ENOTFOUND');
});

test('an address of the cloud that is asked for on purpose has to say so', () => {
  const url = 'http://169.254.169.254/latest/';
  assert.throws(() => compile({ url }), { name: 'UserError', message: /write linkLocal: true if that is meant$/ });
  assert.equal(compile({ url, linkLocal: true }).target, url);
});

test('a status line and a body steer no terminal and have an end', async () => {
  await using server = await serveRaw((socket) =>
    socket.once('data', () =>
      socket.end(
        `HTTP/1.1 500 ${'\u009b'}${'x'.repeat(3_000)}\r\nConnection: close\r\n\r\n\u001b[2J${'y'.repeat(3_000)}`,
      ),
    ),
  );

  const { cause, lines = [] } = await ask({ url: `${server.url}/` });

  assert.equal(cause, 'server-error');
  for (const line of lines) {
    assert.ok(line.length <= 220, String(line.length));
    assert.doesNotMatch(line, /[\u0000-\u001f\u0080-\u009f]/);
  }
  assert.ok(lines.some((line) => line.startsWith('It begins: \\u001B[2Jyyy')));
});

/** A byte whenever the last one is gone. */
function dripping(socket: Socket): void {
  socket.write(HEAD);
  const drip = () => {
    if (!socket.destroyed) socket.write('x', () => setImmediate(drip));
  };
  drip();
}
