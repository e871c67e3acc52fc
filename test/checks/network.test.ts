/** What http and tls checks know of a port of this machine that does not answer. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { check as http } from '../../src/checks/http.ts';
import { connectionTrouble } from '../../src/checks/network/connection-trouble.ts';
import { createNearby } from '../../src/checks/network/nearby.ts';
import { check as tls } from '../../src/checks/tls.ts';
import { freePort } from '../support/free-port.ts';
import { askedCheck, thisMachine } from '../support/places.ts';
import { serveRaw } from './http/asking.ts';

test('a mail about a port of this machine that refuses says what listens there, or near it', async () => {
  const port = await freePort();

  for (const asked of [
    askedCheck(http, { url: `http://127.0.0.1:${port}/` }),
    askedCheck(tls, { host: '127.0.0.1', port }),
  ]) {
    const { cause, lines } = await asked.ask();
    assert.equal(cause, 'refused');
    assert.match(lines?.at(-1) ?? '', new RegExp(`^Nothing on this machine listens on port ${port}[.;]`));
  }
});

test('a mail about a port of this machine that hangs says who holds it', async () => {
  await using server = await serveRaw(() => {});
  const asked = askedCheck(http, { url: `${server.url}/` });

  const { cause, lines } = await asked.ask(AbortSignal.abort());

  assert.equal(cause, 'timeout');
  assert.match(lines?.at(-1) ?? '', new RegExp(`^It is held by .*\\(pid ${process.pid}\\)`));
});

test('in a container of its own network a refusal says nothing of the machine, until the port has answered once', async () => {
  const sys = mkdtempSync(join(tmpdir(), 'linesman-sys-'));
  const device = join(sys, 'class/net/eth0');
  mkdirSync(device, { recursive: true });
  writeFileSync(join(device, 'ifindex'), '2\n');
  writeFileSync(join(device, 'iflink'), '17\n');
  const peer = { target: 'http://127.0.0.1:3000/', host: '127.0.0.1', port: await freePort(), byHand: '' };
  const inside = createNearby(peer, { ...thisMachine, proc: '/host/proc' }, sys);
  const outside = createNearby(peer, thisMachine, sys);
  const refused = { cause: 'refused', said: 'refused' };

  const first = await inside.explained(refused);
  await inside.explained({ said: 'well', figures: { seconds: 0.1 } });
  const later = await inside.explained(refused);

  assert.equal(first.cause, 'cannot-ask');
  assert.equal(
    first.said,
    "http://127.0.0.1:3000/ is in the network of linesman's own container, where nothing listens on it.",
  );
  assert.equal(later.cause, 'refused');
  assert.equal((await outside.explained(refused)).cause, 'refused');
  rmSync(sys, { recursive: true });
});

test('of a name with several addresses the one that says most counts', () => {
  const failed = (...codes: readonly string[]) =>
    connectionTrouble(new AggregateError(codes.map((code) => Object.assign(new Error(code), { code }))))?.code;

  assert.equal(failed('ENETUNREACH', 'ECONNREFUSED'), 'ECONNREFUSED');
  assert.equal(failed('ENETUNREACH', 'ETIMEDOUT'), 'ETIMEDOUT');
  assert.equal(failed('ENETUNREACH', 'EHOSTUNREACH'), 'ENETUNREACH');
  assert.equal(failed(), undefined);
});
