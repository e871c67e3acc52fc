import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { LineReader } from '../../src/core/ports.ts';
import { dropsIn, kernelDrops } from '../../src/sources/kernel-drops.ts';
import { createSyslogReader } from '../../src/sources/syslog.ts';
import type { SyslogAddress } from '../../src/sources/syslog-address.ts';
import { createFrameSplitter, toLine } from '../../src/sources/syslog-frames.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { createStreamHarness, type StreamHarness } from './stream-harness.ts';

const NGINX =
  '<190>Nov 25 08:22:39 web-1 nginx: 203.0.113.7 - - [25/Nov/2026:08:22:39 +0000] "GET / HTTP/1.1" 200 5 "-" "-"';

const SENT = 400;
/** Sends so many datagrams of 60,000 bytes to a port. */
const SEND = `
const socket = require('node:dgram').createSocket('udp4');
let left = ${SENT};
(function send() {
  if (left-- > 0) socket.send('x'.repeat(60_000), Number(process.argv[1]), '127.0.0.1', send);
  else socket.close();
})();
`;

test('a datagram is a line, whatever its sender puts at its end', async (t) => {
  const { harness, port } = await startUdp(t);

  await send(port, [NGINX, 'with LF\n', 'with NUL\0', 'two\nin one', '\n', '']);
  await harness.takes(4);

  assert.deepEqual(harness.stored().lines, [NGINX, 'with LF', 'with NUL', 'two in one']);
  assert.deepEqual(harness.reader().problems(), []);
});

test('datagrams wake who waits for lines', async (t) => {
  const { harness, port } = await startUdp(t);
  await harness.round();

  const waiting = harness.reader().wait(600_000);
  await send(port, ['one']);
  await waiting;

  assert.equal(await harness.round(), true);
});

test('a port that is taken is a problem with its remedy, and is received at once it is free', async (t) => {
  const other = createSocket('udp4').bind(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  const harness = await start(t, { protocol: 'udp', host: '127.0.0.1', port });

  const [problem = ''] = harness.reader().problems();
  assert.match(
    problem,
    new RegExp(`udp://127\\.0\\.0\\.1:${port} \\(EADDRINUSE\\): another program listens there: stop it`),
  );
  other.close();
  await until('it listens', () => harness.reader().problems().length === 0);
  await send(port, ['one']);
  await harness.takes(1);
});

test('what is more than can be held of datagrams is dropped and counted, line by line', async (t) => {
  const { harness, port } = await startUdp(t);
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  const line = 'x'.repeat(59_999);
  const sent = 300;

  for (let i = 1; i <= sent; i += 1) {
    await new Promise((resolve) => socket.send(line, port, '127.0.0.1', resolve));
    // A few at a time, so that none is lost before it is ours.
    if (i % 3 === 0) await until('they have come', () => seenBytes(harness.reader()) === i * 60_000);
  }
  await until('all is stored', async () => !(await harness.round()));

  const { lines, skipped, ledger } = harness.stored();
  const dropped = sent - lines.length;
  assert.ok(lines.length * 60_000 <= 16 * 1024 * 1024);
  assert.ok(dropped > 0);
  assert.deepEqual(skipped, { dropped });
  assert.deepEqual(ledger.skipped, { dropped: dropped * 60_000 });
});

test('the kernel is asked what it dropped of our socket alone', () => {
  const table = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  345: 0100007F:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 24612 2 00000000a1 1234
  346: 00000000:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 24613 2 00000000a2 7
  347: 0100007F:158B 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 24614 2 00000000a3 9
`;
  const table6 = `  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  345: 00000000000000000000000001000000:158A 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 24612 2 00000000a1 55
  346: 0000000000000000FFFF00000100007F:158A 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 24612 2 00000000a1 66
`;

  assert.equal(dropsIn(table, '127.0.0.1', 5514), 1234);
  assert.equal(dropsIn(table, '0.0.0.0', 5514), 7);
  assert.equal(dropsIn(table, '127.0.0.1', 5516), 0);
  assert.equal(dropsIn(table6, '::1', 5514), 55);
  assert.equal(dropsIn(table6, '::ffff:127.0.0.1', 5514), 66);
  assert.equal(dropsIn('', '127.0.0.1', 5514), 0);
});

test('what the kernel dropped of a socket is told', { skip: await hasNoUdpTable() }, async (t) => {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  t.after(() => socket.close());
  await once(socket, 'listening');
  const { port } = socket.address();
  let received = 0;
  socket.on('message', () => {
    received += 1;
  });

  // Nothing is received before it has ended: 24 MB are more than any buffer holds.
  execFileSync(process.execPath, ['-e', SEND, String(port)]);
  const dropped = await kernelDrops('127.0.0.1', port);

  assert.ok(dropped > 0);
  await until('the others have come', () => received === SENT - dropped);
});

test('what the kernel drops while we are busy is counted', { skip: await hasNoUdpTable() }, async (t) => {
  const { harness, port } = await startUdp(t);
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  const line = 'x'.repeat(59_999);

  // Many at a time: where the receiver's thread is behind, the kernel's buffer overflows.
  const sends: Promise<unknown>[] = [];
  for (let i = 0; i < 400; i += 1) sends.push(new Promise((resolve) => socket.send(line, port, '127.0.0.1', resolve)));
  await Promise.all(sends);

  await until('each is taken or counted', async () => {
    await harness.round();
    const { lines, skipped } = harness.stored();
    return lines.length + (skipped.dropped ?? 0) === 400;
  });
});

test('TCP takes frames with a count and frames with LF, from one connection, however they are cut', async (t) => {
  const { harness, port } = await startTcp(t);
  const socket = await connectTo({ port });
  const counted = '<13>1 2026-11-25T08:00:00Z h app - - - two\nlines';

  for (const piece of [
    `<13>on`,
    `e\n${counted.length} ${counted.slice(0, 9)}`,
    counted.slice(9),
    '7 <13>end',
    '203.0 x\n',
  ])
    await new Promise((resolve) => socket.write(piece, resolve));
  await harness.takes(4);
  socket.destroy();

  assert.deepEqual(harness.stored().lines, ['<13>one', counted.replace('\n', ' '), '<13>end', '203.0 x']);
});

test('lines of different connections never mix, though their pieces come in turns', async (t) => {
  const { harness, port } = await startTcp(t);
  const sockets = await Promise.all(Array.from({ length: 8 }, async () => await connectTo({ port })));

  for (let letter = 0; letter < 6; letter += 1)
    for (const [index, socket] of sockets.entries()) await new Promise((resolve) => socket.write(`${index}`, resolve));
  for (const socket of sockets) socket.write('\n');
  await harness.takes(8);
  for (const socket of sockets) socket.destroy();

  assert.deepEqual(
    harness.stored().lines.toSorted(),
    Array.from({ length: 8 }, (_, index) => `${index}`.repeat(6)),
  );
});

test('a sender that goes in the middle of a frame leaves a line of its own, counted as one', async (t) => {
  const { harness, port } = await startTcp(t);
  const half = await connectTo({ port });
  half.end('90 <13>half a fra');
  await once(half, 'close');
  const whole = await connectTo({ port });

  whole.write('<13>whole\n');
  await harness.takes(2);
  whole.destroy();

  assert.deepEqual(harness.stored().lines.toSorted(), ['90 <13>half a fra', '<13>whole']);
  assert.deepEqual(harness.stored().skipped, { partial_final: 1 });
});

test('a message over 64 KiB is stepped over and counted, and the connection goes on', async (t) => {
  const { harness, port } = await startTcp(t);
  const socket = await connectTo({ port });

  socket.write(`<13>${'x'.repeat(200_000)}\n<13>one\n`);
  socket.write(`200000 <13>${'x'.repeat(199_996)}<13>two\n`);
  await harness.takes(2);
  socket.destroy();

  assert.deepEqual(harness.stored().lines, ['<13>one', '<13>two']);
  assert.deepEqual(harness.stored().skipped, { line_too_long: 2 });
  assert.deepEqual(harness.stored().ledger.skipped, { line_too_long: 200_005 + 200_000 });
});

test('while nothing is stored TCP senders must wait, and lose nothing', async (t) => {
  const { harness, port } = await startTcp(t);
  const socket = await connectTo({ port });
  const line = `<13>${'x'.repeat(995)}\n`;

  // More than fits into what we hold and the kernel's buffers on both sides: the rest waits in the sender.
  const sent = 20_000;
  for (let i = 0; i < sent; i += 1) socket.write(line);
  await until('it holds what it may', () => seenBytes(harness.reader()) >= 2 * 1024 * 1024);
  assert.ok(socket.writableLength > 0);
  await harness.takes(sent);
  socket.destroy();

  assert.deepEqual(harness.stored().skipped, {});
});

test('one connection too many is turned away and said, until another one goes', async (t) => {
  const { harness, port } = await startTcp(t);
  const sockets: Socket[] = [];
  for (let i = 0; i < 64; i += 1) sockets.push(await connectTo({ port }));

  const tooMany = await connectTo({ port });
  await once(tooMany, 'close');
  await until('it is said', () => /More than 64 programs/.test(harness.reader().problems().join()));
  sockets[0]?.destroy();
  await until('it is well', () => harness.reader().problems().length === 0);
  const next = await connectTo({ port });
  next.write('one\n');
  await harness.takes(1);
  for (const socket of [...sockets, next]) socket.destroy();
});

test('a unix socket takes frames from everybody who may enter its folder', async (t) => {
  const path = join(await makeFolder(t), 'log.sock');
  const harness = await start(t, { protocol: 'unix', path });
  const socket = await connectTo({ path });

  socket.end('<13>one\n<13>two\n');
  await harness.takes(2);

  assert.deepEqual(harness.stored().lines, ['<13>one', '<13>two']);
  assert.equal((await stat(path)).mode & 0o777, 0o666);
});

test('a unix socket left by a kill is made anew, one in use is left alone', async (t) => {
  const path = join(await makeFolder(t), 'log.sock');
  await leaveSocket(path);
  const first = await start(t, { protocol: 'unix', path });
  assert.deepEqual(first.reader().problems(), []);

  const second = await start(t, { protocol: 'unix', path });

  assert.match(second.reader().problems().join(), /unix:\/\/.*log\.sock \(EADDRINUSE\): another program listens there/);
  const socket = await connectTo({ path });
  socket.end('one\n');
  await first.takes(1);
});

test('a file where the socket should be is never removed', async (t) => {
  const path = join(await makeFolder(t), 'log.sock');
  await writeFile(path, 'precious');

  const harness = await start(t, { protocol: 'unix', path });

  assert.match(harness.reader().problems().join(), /EADDRINUSE/);
  assert.equal(await readFile(path, 'utf8'), 'precious');
});

test('a folder that is not there is a problem with its remedy', async (t) => {
  const harness = await start(t, { protocol: 'unix', path: '/nowhere/at/all/log.sock' });

  assert.match(harness.reader().problems().join(), /nowhere.*make it, writable for linesman's user/);
});

test('whatever bytes come by TCP: the lines are the same however they are cut', () => {
  const bytes = fc.array(
    fc.constantFrom('12 ', '3 <1', '<13>', '\n', '\0', 'abc', '65537 <', '9', 'x'.repeat(70_000)),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(bytes, fc.array(fc.integer({ min: 1, max: 70_000 }), { maxLength: 6 }), (parts, cuts) => {
      const text = parts.join('');

      const whole = framesOf(text, []);
      const cut = framesOf(text, cuts);

      assert.deepEqual(cut, whole);
      assert.ok(whole.every((line) => !line.includes('\n') && line !== ''));
    }),
    { numRuns: 300 },
  );
});

test('a line has one LF, at its end', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (message) => {
      const line = Buffer.from(toLine(message));

      if (line.length > 0) assert.equal(line.indexOf(10), line.length - 1);
      assert.ok(line.length <= message.length + 1);
    }),
  );
});

function framesOf(text: string, cuts: readonly number[]): string[] {
  const lines: string[] = [];
  const splitter = createFrameSplitter({
    lines: (line) => void lines.push(Buffer.from(line).toString().slice(0, -1)),
    skip() {},
    partial() {},
  });
  let rest = Buffer.from(text);
  for (const cut of cuts) {
    splitter.push(rest.subarray(0, cut));
    rest = rest.subarray(cut);
  }
  splitter.push(rest);
  splitter.end();
  return lines;
}

/** Bytes that came, taken or not. */
function seenBytes(reader: LineReader): number {
  const [record] = reader.records();
  return record?.size ?? 0;
}

async function start(t: TestContext, address: SyslogAddress): Promise<StreamHarness> {
  const reader = createSyslogReader({ source: 'syslog', address });
  const harness = createStreamHarness(reader);
  t.after(async () => await reader.close());
  await harness.open();
  return harness;
}

async function startUdp(t: TestContext) {
  const port = await freePort();
  return { port, harness: await start(t, { protocol: 'udp', host: '127.0.0.1', port }) };
}

async function startTcp(t: TestContext) {
  const port = await freePort();
  return { port, harness: await start(t, { protocol: 'tcp', host: '127.0.0.1', port }) };
}

async function connectTo(to: { readonly port: number } | { readonly path: string }): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', ...to });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

async function send(port: number, messages: readonly string[]): Promise<void> {
  const socket = createSocket('udp4');
  for (const message of messages) await new Promise((resolve) => socket.send(message, port, '127.0.0.1', resolve));
  socket.close();
}

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-syslog-'));
  t.after(async () => await rm(folder, { recursive: true }));
  return folder;
}

/** A socket in the file system that nobody listens on, as a kill leaves it. */
async function leaveSocket(path: string): Promise<void> {
  const { spawn } = await import('node:child_process');
  const program = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  await once(spawn(process.execPath, ['-e', program]), 'exit');
}

async function hasNoUdpTable(): Promise<string | false> {
  const table = await readFile('/proc/net/udp', 'utf8').catch(() => '');
  return table.includes('drops') ? false : 'only Linux tells what it dropped';
}
