/** A TCP proxy before Redis that can take a request to it and lose the reply. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createConnection, createServer, type Socket } from 'node:net';

export interface LosingProxy {
  readonly url: string;
  /** The next reply is thrown away and the connection is cut. */
  loseNextReply(): void;
  lost(): number;
  /** The connections there are stay open and carry nothing any more; new ones do. */
  silence(): void;
  close(): Promise<void>;
}

export async function startLosingProxy(socketPath: string): Promise<LosingProxy> {
  const open = new Set<Socket>();
  let isLosing = false;
  let lost = 0;
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
    client.on('data', (bytes) => void (born === silences && redis.write(bytes)));
    redis.on('data', (bytes) => {
      if (born !== silences) return;
      if (!isLosing) return void client.write(bytes);
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
