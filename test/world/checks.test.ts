/** Checks of linesman.yaml as an operator has them: what ends is told by mail, what comes back too. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import { writeBurst } from '../support/burst.ts';
import { freePort } from '../support/free-port.ts';
import { createWorld, type Running } from '../support/service.ts';
import { until } from '../support/until.ts';

test('a port that closes is told once, and that it is open again', async (t) => {
  const server = await listen(0);
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const world = await createWorld({
    config: ['checks:', `  - { name: api, kind: port, port: ${port}, every: 5s, clearAfter: 5s }`],
  });
  t.after(world.end);
  const linesman = await world.start();
  await until('it is well', async () => /^linesman_check_up\{check="api"\} 1$/m.test(await linesman.metrics()));

  server.close();
  const [told] = await world.sink.waitFor(1, 120_000);
  const again = await listen(port);
  t.after(() => again.close());
  const [, over] = await world.sink.waitFor(2, 120_000);

  assert.match(told?.parsed.subject ?? '', new RegExp(`Nothing listens on 127.0.0.1:${port}`));
  assert.match(told?.parsed.text ?? '', /ECONNREFUSED/);
  assert.match(told?.parsed.text ?? '', /ss -ltn/);
  assert.match(over?.parsed.text ?? '', /^RESOLVED/);
  assert.match(await linesman.metrics(), /^linesman_check_up\{check="api"\} 1$/m);
  assert.equal(await linesman.stop(), 0);
});

test('502s because the port behind them closed: one mail, which names it and what was deployed', async (t) => {
  const server = await listen(0);
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const world = await createWorld({
    config: [
      'checks:',
      `  - { name: api, kind: port, port: ${port} }`,
      `  - { name: www, kind: port, port: ${await open(t)} }`,
    ],
  });
  t.after(world.end);
  const linesman = await world.start();
  await until(
    'both are well',
    async () => (await linesman.metrics()).match(/^linesman_check_up\{.*\} 1$/gm)?.length === 2,
  );

  const event = await fetch(`http://127.0.0.1:${portOf(linesman)}/events`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ text: 'shop 1.4 deployed', kind: 'deploy' }),
  });
  server.close();
  await writeBurst(world);
  const [mail] = await world.sink.waitFor(1, 120_000);

  assert.equal(event.status, 202);
  const { subject = '', text = '' } = mail?.parsed ?? {};
  assert.match(subject + text, new RegExp(`Nothing listens on 127\\.0\\.0\\.1:${port}`));
  assert.match(text, /5xx/i);
  assert.match(text, /shop 1\.4 deployed/);
  assert.equal(await linesman.stop(), 0);
  assert.equal(world.sink.mails.length, 1);
});

test('checks change by SIGHUP: a new one is asked, the fault of one that is gone ends, nothing is read anew', async (t) => {
  const [shut, closed] = [await freePort(), await freePort()];
  const world = await createWorld({ config: ['checks:', check('gone', shut), check('kept', closed)] });
  t.after(world.end);
  const linesman = await world.start();
  await until('both fire', () => transitions(linesman, 'firing').length === 2);

  await world.configure((yaml) => yaml.replace(check('gone', shut), check('new', shut)));
  process.kill(linesman.pid, 'SIGHUP');
  await until('the new one fires', () => transitions(linesman, 'firing').includes('check.new'));
  await until('the fault of the other one ends', () => transitions(linesman, 'resolved').includes('check.gone'));

  assert.deepEqual(transitions(linesman, 'resolved'), ['check.gone']);
  assert.deepEqual(transitions(linesman, 'firing').toSorted(), ['check.gone', 'check.kept', 'check.new']);
  assert.equal(linesman.log().filter(({ msg }) => msg === 'linesman is watching').length, 1);
  const metrics = await linesman.metrics();
  assert.deepEqual(metrics.match(/^linesman_check_up\{.*$/gm)?.toSorted(), [
    'linesman_check_up{check="kept"} 0',
    'linesman_check_up{check="new"} 0',
  ]);
  assert.equal(await linesman.stop(), 0);
});

function check(name: string, port: number): string {
  return `  - { name: ${name}, kind: port, port: ${port}, every: 5s, settle: 0s }`;
}

function transitions(linesman: Running, to: string): readonly unknown[] {
  return linesman.log().flatMap((line) => (line.msg === 'Fault' && line.to === to ? [line.watch] : []));
}

function portOf(linesman: Running): unknown {
  return linesman.log().findLast(({ http }) => typeof http === 'number')?.http;
}

/** Port of a server that stays. */
async function open(t: TestContext): Promise<number> {
  const server = await listen(0);
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function listen(port: number): Promise<Server> {
  const server = createServer((socket) => socket.end()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
