/** Answers like a Redis of any version, as far as a start asks. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

export async function startFakeRedis(parts: {
  readonly version: string;
}): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const info = `# Server\r\nredis_version:${parts.version}\r\nloading:0\r\n`;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('data', (bytes) => {
      // One answer a request: each begins with its number of parts.
      for (const request of bytes.toString('latin1').split(/^(?=\*\d)/m)) {
        socket.write(/\bINFO\b/i.test(request) ? `$${info.length}\r\n${info}\r\n` : '+OK\r\n');
      }
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
