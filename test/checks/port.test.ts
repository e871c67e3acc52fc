/** Ports that answer, refuse, hang and belong to somebody else, opened by the tests. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { check } from '../../src/checks/port.ts';
import { freePort } from '../support/free-port.ts';
import { noNginx, runNginx } from '../support/nginx.ts';
import { askAsNobody, noNamespaces, noOtherUser } from '../support/nobody.ts';
import { askedCheck } from '../support/places.ts';
import { startProgram } from '../support/program.ts';

const folder = mkdtempSync(join(tmpdir(), 'linesman-port-'));
after(() => rmSync(folder, { recursive: true }));

async function listening(server: Server, ...where: [number, string?] | [string]): Promise<number> {
  server.listen(...(where as [number]));
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}

test('a port that is open is well, refuses once it is closed, and is well again', async () => {
  const server = createServer();
  const port = await listening(server, 0, '127.0.0.1');
  const asked = askedCheck(check, { port });

  const well = await asked.ask();
  await closed(server);
  const refused = await asked.ask();
  await listening(server, port, '127.0.0.1');
  const again = await asked.ask();
  await closed(server);

  assert.equal(well.cause, undefined);
  assert.equal(well.said, `127.0.0.1:${port} accepted a connection.`);
  assert.ok((well.figures?.seconds ?? -1) >= 0);
  assert.equal(refused.cause, 'refused');
  assert.equal(asked.titleOf(refused), `Nothing listens on 127.0.0.1:${port}`);
  assert.equal(refused.said, `127.0.0.1:${port} refused the connection (ECONNREFUSED).`);
  assert.match(refused.lines?.[0] ?? '', new RegExp(`^Nothing on this machine listens on port ${port}`));
  assert.match(asked.remedyOf(refused), new RegExp(`\`ss -ltnp 'sport = :${port}'\``));
  assert.equal(again.cause, undefined);
});

test('of a port that is open at another address only this is said, and who has it', async () => {
  const server = createServer();
  const port = await listening(server, 0, '127.0.0.2');

  const reading = await askedCheck(check, { port }).ask();
  await closed(server);

  assert.equal(reading.cause, 'refused');
  assert.deepEqual(reading.lines, [
    `Port ${port} is listened on at another address: 127.0.0.2:${port} by node (pid ${process.pid}).`,
  ]);
});

test('a neighbour that listens is named, since a wrong digit is the usual mistake', async () => {
  const server = createServer();
  const port = await listening(server, 0, '127.0.0.1');
  const wrong = port === 65_535 ? port - 1 : port + 1;

  const reading = await askedCheck(check, { port: wrong }).ask();
  await closed(server);

  assert.match(
    reading.lines?.[0] ?? '',
    new RegExp(`near it: .*127\\.0\\.0\\.1:${port} by node \\(pid ${process.pid}\\)`),
  );
});

const HANGS = `const server = require('net').createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () =>
  console.log(server.address().port));`;

test('a program that is stopped accepts nothing, although the kernel still opens connections for it', async () => {
  const program = await startProgram(HANGS);
  const asked = askedCheck(check, { port: Number(program.said) });
  const before = await asked.ask();
  program.signal('SIGSTOP');

  const open = await asked.ask(AbortSignal.timeout(400));
  const waiting: Socket[] = [];
  // One more than the backlog is taken by the kernel; after that not even the connection comes about.
  for (let left = 3; left > 0; left -= 1) waiting.push(connect(Number(program.said), '127.0.0.1'));
  const full = await asked.ask(AbortSignal.timeout(400));
  program.signal('SIGCONT');
  const again = await asked.ask();
  for (const socket of waiting) socket.destroy();
  await program.end();

  assert.equal(before.cause, undefined);
  assert.equal(open.cause, 'timeout');
  assert.equal(asked.titleOf(open), `127.0.0.1:${program.said} accepts no connections`);
  assert.match(open.said, /is open, but the program there took no connection/);
  assert.deepEqual(open.lines, [
    'Connections that wait there for the program to take them: 1.',
    `It is held by node (pid ${program.pid}, stopped).`,
  ]);
  assert.match(asked.remedyOf(open), /state T was stopped.*`ps -eo pid,stat/);
  assert.equal(full.cause, 'timeout');
  assert.equal(full.said, `127.0.0.1:${program.said} did not accept a connection in time (ETIMEDOUT).`);
  assert.equal(again.cause, undefined);
});

test('a port has to belong to the program that is named', { skip: noNginx() }, async () => {
  const nginx = await runNginx((listen) => `server { listen ${listen}; }`);
  const right = askedCheck(check, { port: nginx.port, owner: 'nginx' });
  const wrong = askedCheck(check, { port: nginx.port, owner: 'haproxy' });

  const well = await right.ask();
  const other = await wrong.ask();
  await nginx.end();
  const gone = await right.ask();

  assert.equal(well.cause, undefined);
  assert.match(well.said, /accepted a connection\. It belongs to nginx \(pid \d+\)\.$/);
  assert.equal(other.cause, 'wrong-owner');
  assert.equal(wrong.titleOf(other), `127.0.0.1:${nginx.port} does not belong to haproxy`);
  assert.match(other.said, /It belongs to nginx \(pid \d+\), not to haproxy\.$/);
  assert.match(wrong.remedyOf(other), /`pgrep -a haproxy`/);
  assert.equal(gone.cause, 'refused');
});

test('who may not see whose a port is says so, and not that it is somebody else', { skip: noOtherUser }, async () => {
  const server = createServer();
  const port = await listening(server, 0, '127.0.0.1');

  const reading = await askAsNobody('port', { port, owner: 'node' });
  const without = await askAsNobody('port', { port });
  await closed(server);

  assert.equal(reading.cause, 'not-permitted');
  assert.match(reading.said, /accepted a connection\. It is answered; whose it is linesman may not see\.$/);
  const asked = askedCheck(check, { port, owner: 'node' });
  assert.equal(asked.titleOf(reading), `linesman cannot see all of 127.0.0.1:${port}`);
  assert.match(asked.remedyOf(reading), /run as root/);
  assert.equal(without.cause, undefined);
});

test('a unix socket is asked by its path, as php-fpm has it', async () => {
  const path = join(folder, 'app.sock');
  const server = createServer();
  const asked = askedCheck(check, { host: `unix:${path}`, owner: 'node' });

  const missing = await asked.ask();
  await listening(server, path);
  const well = await asked.ask();
  await closed(server);
  writeFileSync(path, '');
  const noSocket = await asked.ask();

  assert.equal(missing.cause, 'missing');
  assert.equal(asked.titleOf(missing), `Socket ${path} is not there`);
  assert.equal(well.cause, undefined);
  assert.equal(well.said, `${path} accepted a connection. It belongs to node (pid ${process.pid}).`);
  assert.equal(noSocket.cause, 'refused');
  assert.equal(asked.titleOf(noSocket), `Nothing listens on ${path}`);
  assert.match(asked.remedyOf(noSocket), new RegExp(`\`ss -lxp src ${path}\``));
});

test('a socket that others may not use is no closed one', { skip: noOtherUser }, async () => {
  const path = join(folder, 'private.sock');
  const server = createServer();
  await listening(server, path);

  const reading = await askAsNobody('port', { host: `unix:${path}` });
  await closed(server);

  assert.equal(reading.cause, 'not-permitted');
  assert.equal(reading.said, `linesman may not connect to ${path} (EACCES).`);
  assert.match(askedCheck(check, { host: `unix:${path}` }).remedyOf(reading), /usermod -aG/);
});

test('a UDP port has to answer what is sent', async () => {
  const server = createSocket('udp4', (message, from) => {
    if (message.length === 2) server.send('pong', from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  const port = server.address().port;
  const answered = askedCheck(check, { port, protocol: 'udp', send: 'hex:1b00' });
  const silent = askedCheck(check, { port, protocol: 'udp', send: 'ping' });
  const unasked = askedCheck(check, { port, protocol: 'udp' });

  const well = await answered.ask();
  const none = await silent.ask(AbortSignal.timeout(300));
  const unknown = await unasked.ask();
  await new Promise<void>((resolve) => server.close(resolve));
  const refused = await unasked.ask();

  assert.equal(well.said, `127.0.0.1:${port}/udp answered with 4 bytes.`);
  assert.equal(well.cause, undefined);
  assert.equal(none.cause, 'no-answer');
  assert.equal(silent.titleOf(none), `127.0.0.1:${port}/udp does not answer`);
  assert.deepEqual(none.lines, [`It is held by node (pid ${process.pid}).`]);
  assert.equal(unknown.cause, undefined);
  assert.match(unknown.said, /whether a program answers there is not known without the option send/);
  assert.equal(refused.cause, 'refused');
  assert.equal(unasked.titleOf(refused), `Nothing listens on 127.0.0.1:${port}/udp`);
  assert.match(unasked.remedyOf(refused), new RegExp(`\`ss -lunp 'sport = :${port}'\``));
});

test('of a name with two addresses one that answers is enough', async () => {
  const server = createSocket('udp4', (_, from) => server.send('pong', from.port, from.address));
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  const port = server.address().port;

  const reading = await askedCheck(check, { host: 'localhost', port, protocol: 'udp', send: 'ping' }).ask();
  await new Promise<void>((resolve) => server.close(resolve));

  assert.equal(reading.said, `localhost:${port}/udp answered with 4 bytes.`);
});

const noIpv6 = existsSync('/proc/net/if_inet6') ? false : 'there is no IPv6 here';

test('a program that listens on an IPv4 address by way of IPv6, as Java does, owns its port', {
  skip: noIpv6,
}, async () => {
  const server = createServer();
  const port = await listening(server, 0, '::ffff:127.0.0.1');

  const reading = await askedCheck(check, { port, owner: 'node' }).ask();
  await closed(server);

  assert.equal(reading.cause, undefined);
  assert.match(reading.said, /It belongs to node \(pid \d+\)\.$/);
});

test('a name that nobody knows is told as such', async () => {
  const asked = askedCheck(check, { host: 'linesman.invalid', port: 80 });
  const udp = askedCheck(check, { host: 'linesman.invalid', port: 80, protocol: 'udp' });

  for (const [one, reading] of [
    [asked, await asked.ask()],
    [udp, await udp.ask()],
  ] as const) {
    assert.equal(reading.cause, 'unknown-host');
    assert.equal(one.titleOf(reading), 'The name linesman.invalid cannot be looked up');
    assert.match(one.remedyOf(reading), /`getent hosts linesman\.invalid`/);
  }
});

test('where no way leads there it is not called refused', { skip: noNamespaces() }, async () => {
  const options = { host: '192.0.2.1', port: 80 };
  const asked = askedCheck(check, options);

  // A network of its own has no way out.
  const reading = await askAsNobody('port', options, { first: 'true' });

  assert.equal(reading.cause, 'unreachable');
  assert.equal(reading.said, '192.0.2.1:80 cannot be reached (ENETUNREACH).');
  assert.equal(asked.titleOf(reading), '192.0.2.1:80 cannot be reached');
  assert.match(asked.remedyOf(reading), /`ip route get 192\.0\.2\.1`/);
});

test('in a container of its own network 127.0.0.1 is no dead service of the host', {
  skip: noNamespaces(),
}, async () => {
  const options = { port: await freePort() };
  const first = 'ip link set lo up && mount -t sysfs none /sys';

  const reading = await askAsNobody('port', options, { first, places: { isContainerOnly: true } });

  assert.equal(reading.cause, 'not-permitted');
  assert.match(reading.said, /is in the network of linesman's own container/);
  assert.match(askedCheck(check, options).remedyOf(reading), /`network_mode: host`/);
});

test('options that do not go together are refused with what to do', () => {
  const table = [
    [{}, /option "port" is missing; write the number/],
    [{ port: 80, host: 'http://a' }, /option "host" is "http:\/\/a"; write a name/],
    [{ port: 80, send: 'x' }, /option "send" is for protocol: udp/],
    [{ port: 80, protocol: 'udp', send: 'hex:1' }, /after hex: write pairs/],
    [{ port: 80, protocol: 'udp', send: '' }, /option "send" has 0 bytes; write 1 to 1200/],
    [{ host: 'unix:run.sock' }, /write unix: and a full path/],
    [{ host: 'unix:/run/a.sock', port: 80 }, /option "port" does not go with a unix socket/],
    [{ host: 'unix:/run/a.sock', protocol: 'udp' }, /option "protocol" is udp/],
    [{ host: '192.0.2.1', port: 80, owner: 'nginx' }, /option "owner" is for ports of this machine/],
  ] as const;

  for (const [options, expected] of table) assert.throws(() => askedCheck(check, options), expected);
});
