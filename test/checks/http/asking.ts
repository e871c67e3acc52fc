/** For tests of the http check: asks once as linesman would, and serves what a test wants to be asked. */
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net';
import { check } from '../../../src/checks/http.ts';
import { checkOptions } from '../../../src/config/options.ts';
import type { CheckReading, CheckRunner } from '../../../src/core/check.ts';
import type { OptionValue } from '../../../src/core/plugin.ts';
import { THIS_MACHINE } from '../../support/this-machine.ts';

export type Given = Readonly<Record<string, OptionValue>>;

/** Options as linesman.yaml has them; a mistake in them throws. */
export function compile(given: Given): CheckRunner {
  const { options, mistakes } = checkOptions(check.options, given);
  if (mistakes.length > 0) throw new Error(mistakes.join('\n'));
  return check.compile(options, { name: 'shop', places: THIS_MACHINE, now: Date.now });
}

/** Its reading, of which the cause is one of its causes. */
export async function ask(given: Given, signal = AbortSignal.timeout(20_000)): Promise<CheckReading> {
  const runner = compile(given);
  const reading = await runner.run(signal);
  if (reading.cause !== undefined && runner.causes[reading.cause] === undefined)
    throw new Error(`${reading.cause} is none of its causes`);
  return reading;
}

export interface Served extends AsyncDisposable {
  /** 'http://127.0.0.1:PORT'. */
  readonly url: string;
  readonly port: number;
}

export async function serve(listener: RequestListener, host = '127.0.0.1'): Promise<Served> {
  const server = createServer(listener).listen(0, host);
  await once(server, 'listening');
  return servedBy(server, () => server.closeAllConnections(), host);
}

/** A server that does with connections what no web server does. */
export async function serveRaw(accept: (socket: Socket) => void): Promise<Served> {
  const sockets = new Set<Socket>();
  const server = createTcp((socket) => {
    sockets.add(socket);
    // Who asks may leave in the middle.
    socket.on('error', () => socket.destroy());
    accept(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return servedBy(server, () => {
    for (const socket of sockets) socket.destroy();
  });
}

function servedBy(server: ReturnType<typeof createTcp>, drop: () => void, host = '127.0.0.1'): Served {
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    async [Symbol.asyncDispose]() {
      if (!server.listening) return;
      const closed = once(server, 'close');
      server.close();
      drop();
      await closed;
    },
  };
}
