/** A TCP proxy before Redis that makes the way to it long, or cuts it again and again. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createConnection, createServer, type Socket } from 'node:net';

export interface TroubleProxy {
  readonly url: string;
  /** Every reply comes that much later. */
  setDelay(ms: number): void;
  /** Cuts every connection there is. */
  cut(): void;
  /** Connections made so far. */
  connections(): number;
  close(): Promise<void>;
}

/** To a port of 127.0.0.1. */
export async function startTroubleProxy(port: number): Promise<TroubleProxy> {
  const open = new Set<Socket>();
  let delayMs = 0;
  let connections = 0;
  const server = createServer((client) => {
    connections += 1;
    const redis = createConnection(port, '127.0.0.1');
    for (const socket of [client, redis]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        open.delete(socket);
        client.destroy();
        redis.destroy();
      });
    }
    client.on('data', (bytes) => void redis.write(bytes));
    redis.on('data', (bytes) => {
      if (delayMs === 0) return void client.write(bytes);
      setTimeout(() => client.write(bytes), delayMs);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    setDelay(ms) {
      delayMs = ms;
    },
    cut() {
      for (const socket of open) socket.destroy();
    },
    connections: () => connections,
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
