/** A TCP proxy before Redis that can take a request to it and lose the reply. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createConnection, createServer, type Socket } from 'node:net';

export interface LosingProxy {
  readonly url: string;
  /** The next reply is thrown away and the connection is cut. */
  loseNextReply(): void;
  lost(): number;
  /** Requests that never came to Redis, since the connection was cut before. */
  cut(): number;
  /** The connections there are stay open and carry nothing any more; new ones do. */
  silence(): void;
  close(): Promise<void>;
}

export interface Losing {
  /** Of what comes from Redis this share is thrown away, and half of it of what goes there; the connection is cut. */
  readonly share: number;
  readonly random: () => number;
}

export async function startLosingProxy(
  socketPath: string,
  losing: Losing = { share: 0, random: () => 1 },
): Promise<LosingProxy> {
  const open = new Set<Socket>();
  let isLosing = false;
  let lost = 0;
  let cut = 0;
  let silences = 0;
  const server = createServer((client) => {
    const redis = createConnection(socketPath);
    for (const socket of [client, redis]) {
      open.add(socket);
      socket.on('error', () => {});
      socket.once('close', () => {
        open.delete(socket);
        client.destroy();
        redis.destroy();
      });
    }
    const born = silences;
    client.on('data', (bytes) => {
      if (born !== silences) return;
      if (losing.random() >= losing.share / 2) return void redis.write(bytes);
      cut += 1;
      client.destroy();
    });
    redis.on('data', (bytes) => {
      if (born !== silences) return;
      if (!isLosing && losing.random() >= losing.share) return void client.write(bytes);
      isLosing = false;
      lost += 1;
      client.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseNextReply() {
      isLosing = true;
    },
    lost: () => lost,
    cut: () => cut,
    silence() {
      silences += 1;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
