/** Lines that are in no file: standard input, fifos, syslog, the journal. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { freePort } from '../support/free-port.ts';
import { createFakeJournal } from '../support/journal.ts';
import { noNginx, startNginx } from '../support/nginx.ts';
import { nginxLine, nginxLines } from '../support/nginx-lines.ts';
import { createWorld } from '../support/service.ts';
import { until } from '../support/until.ts';
import { WRAPPERS } from '../support/wrappers.ts';

/** Nothing but what the test says; the default would be a file. */
const NO_FILES = { LINESMAN_LOGS: '' };

test('standard input is read, and when it ends linesman goes on and says it once', async (t) => {
  const world = await createWorld({ env: { LINESMAN_LOGS: '-' } });
  t.after(world.end);
  const linesman = await world.start({ hasInput: true });

  linesman.input?.write(nginxLines(300) + nginxLines(20, 502));
  await linesman.takes(320);
  linesman.input?.end(nginxLine(Date.now(), 404).trimEnd());
  await linesman.takes(321);
  await until('it is said', () => ended(linesman.log()) === 1);
  await linesman.isWell();

  assert.deepEqual(await linesman.statuses(), { 200: 300, 404: 1, 502: 20 });
  assert.match(await linesman.metrics(), /^linesman_skipped_total\{.*reason="partial_final".*\} 1$/m);
  assert.equal(await linesman.stop(), 0);
  assert.equal(ended(linesman.log()), 1);
});

test('access_log syslog:server=… works with no file at all', async (t) => {
  const port = await freePort();
  const world = await createWorld({ env: { ...NO_FILES, LINESMAN_SYSLOG: `udp://127.0.0.1:${port}` } });
  t.after(world.end);
  const linesman = await world.start();
  const socket = createSocket('udp4');
  t.after(() => socket.close());

  for (const line of wrapped('syslog of nginx', nginxLines(200) + nginxLines(7, 503)))
    await new Promise((resolve) => socket.send(line, port, '127.0.0.1', resolve));
  await linesman.takes(207);
  await linesman.isWell();

  assert.deepEqual(await linesman.statuses(), { 200: 200, 503: 7 });
});

test('a real Nginx that writes to syslog alone: each request is counted', { skip: noNginx() }, async (t) => {
  const port = await freePort();
  const world = await createWorld({ env: { ...NO_FILES, LINESMAN_SYSLOG: `udp://127.0.0.1:${port}` } });
  t.after(world.end);
  const linesman = await world.start();
  const nginx = await startNginx(`syslog:server=127.0.0.1:${port}`);
  t.after(nginx.end);

  for (let i = 0; i < 100; i += 1) await nginx.get(i % 10 === 0 ? '/missing' : '/');
  await linesman.takes(100);
  await linesman.isWell();

  assert.deepEqual(await linesman.statuses(), { 200: 90, 404: 10 });
});

test('syslog over TCP and a unix socket, RFC 3164 and 5424, in one linesman', async (t) => {
  const port = await freePort();
  const world = await createWorld({
    env: NO_FILES,
    config: [
      'sources:',
      `  - { name: tcp, syslog: "tcp://127.0.0.1:${port}" }`,
      '  - { name: unix, syslog: "unix://SOCKET" }',
    ],
  });
  t.after(world.end);
  const path = join(world.folder, 'log.sock');
  await world.configure((yaml) => yaml.replace('SOCKET', path));
  const linesman = await world.start();

  const tcp = connect(port, '127.0.0.1');
  for (const line of wrapped('syslog, RFC 5424', nginxLines(100))) tcp.write(`${Buffer.byteLength(line)} ${line}`);
  const unix = connect(path);
  for (const line of wrapped('syslog with a process id', nginxLines(50, 404))) unix.write(`${line}\n`);
  await linesman.takes(150);
  tcp.destroy();
  unix.destroy();

  assert.deepEqual(await linesman.statuses(), { 200: 100, 404: 50 });
});

test('a fifo is read, also by a linesman that comes later', async (t) => {
  const world = await createWorld({ env: NO_FILES, config: ['sources: [{ name: web, fifo: FIFO }]'] });
  t.after(world.end);
  const path = join(world.folder, 'access.fifo');
  await world.configure((yaml) => yaml.replace('FIFO', path));
  execFileSync('mkfifo', [path]);
  const first = await world.start();
  // As Nginx has it open: it stays, and waits while nobody reads.
  const writer = await open(path, 'r+');
  t.after(async () => await writer.close());

  await writer.write(nginxLines(100));
  await first.takes(100);
  assert.equal(await first.stop(), 0);
  await writer.write(nginxLines(30, 502));
  const second = await world.start();
  await second.takes(130);

  assert.deepEqual(await second.statuses(), { 200: 100, 502: 30 });
});

test('the journal is read on where it was, over a stop and a kill', async (t) => {
  const journal = createFakeJournal();
  t.after(journal.end);
  const world = await createWorld({
    env: NO_FILES,
    bin: journal.bin,
    config: ['sources: [{ name: web, journal: nginx.service }]'],
  });
  t.after(world.end);
  const write = (text: string) => {
    for (const message of text.trimEnd().split('\n')) journal.write({ unit: 'nginx.service', message });
  };
  write(nginxLines(500));
  const first = await world.start();

  write(nginxLines(100));
  journal.write({ unit: 'other.service', message: nginxLine(Date.now(), 500) });
  await first.takes(100);
  assert.equal(await first.stop(), 0);
  write(nginxLines(30, 502));
  const second = await world.start();
  await second.takes(130);
  await second.kill();
  write(nginxLines(7, 404));
  const third = await world.start();
  await third.takes(137);

  assert.deepEqual(await third.statuses(), { 200: 100, 404: 7, 502: 30 });
});

test('Redis is killed again and again while syslog comes: each line once', async (t) => {
  const port = await freePort();
  const world = await createWorld({ env: { ...NO_FILES, LINESMAN_SYSLOG: `tcp://127.0.0.1:${port}` } });
  t.after(world.end);
  const linesman = await world.start();
  const sender = connect(port, '127.0.0.1');
  t.after(() => sender.destroy());
  const send = (lines: string) => void sender.write(lines);

  for (let kill = 1; kill <= 3; kill += 1) {
    send(nginxLines(500));
    await linesman.takes(kill * 800 - 300);
    process.kill(await world.redisPid(), 'SIGKILL');
    send(nginxLines(300, 404));
    await linesman.takes(kill * 800);
  }

  assert.deepEqual(await linesman.statuses(), { 200: 1_500, 404: 900 });
  assert.doesNotMatch(await linesman.metrics(), /reason="dropped"/);
});

test('a port that another program has is a reason in /healthz, and no reason to end', async (t) => {
  const other = createSocket('udp4').bind(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address();
  const world = await createWorld({ env: { ...NO_FILES, LINESMAN_SYSLOG: `udp://127.0.0.1:${port}` } });
  t.after(world.end);
  const linesman = await world.start();

  assert.match(await linesman.complains(/EADDRINUSE/), /another program listens there: stop it/);
  other.close();
  await linesman.isWell();
});

function ended(log: readonly { readonly msg: string }[]): number {
  return log.filter(({ msg }) => msg === 'The source has ended; nothing more comes from it').length;
}

function wrapped(by: string, lines: string): string[] {
  const wrap = WRAPPERS[by];
  assert.ok(wrap);
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => wrap(line, Date.now()));
}
