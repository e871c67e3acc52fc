/** Checks of linesman.yaml as an operator has them: what ends is told by mail, what comes back too. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { test } from 'node:test';
import { createWorld } from '../support/service.ts';
import { until } from '../support/until.ts';

test('a port that closes is told once, and that it is open again', async (t) => {
  const server = await listen(0);
  t.after(() => server.close());
  const { port } = server.address() as { port: number };
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

async function listen(port: number): Promise<Server> {
  const server = createServer((socket) => socket.end()).listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
