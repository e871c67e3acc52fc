/** Ports that answer, refuse and hang, opened by the tests. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { check } from '../../src/checks/port.ts';

const places = { proc: '/proc', sys: '/sys', root: '', isContainerOnly: false };
const context = { name: 'api', places, now: Date.now };

test('a port that is open is well, and refuses once it is closed', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const runner = check.compile({ host: '127.0.0.1', port }, context);

  const well = await runner.run(AbortSignal.timeout(5_000));
  server.close();
  await once(server, 'close');
  const closed = await runner.run(AbortSignal.timeout(5_000));

  assert.equal(well.cause, undefined);
  assert.equal(well.said, `127.0.0.1:${port} accepted a connection.`);
  assert.equal(closed.cause, 'refused');
  assert.equal(runner.causes.refused?.title, `Nothing listens on 127.0.0.1:${port}`);
  assert.match(runner.causes.refused?.whatToDo ?? '', new RegExp(`ss -ltnp 'sport = :${port}'`));
});
