/** Ports, pages, certificates and names that the tests serve, break, leave unanswered and refuse. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { RCODE, startDnsStub } from '../../support/dns-stub.ts';
import { freePort } from '../../support/free-port.ts';
import { localhost, root, trusted } from '../tls/shown.ts';
import { asNobody, type Part } from './story.ts';

const HOST = '127.0.0.1';
const DAY = 24 * 3_600_000;
/** Whoever hangs is waited for so long. */
const SOON_MS = 200;

async function listening(server: Server, port = 0): Promise<number> {
  server.listen(port, HOST);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export async function portPart(): Promise<Part> {
  const port = await freePort();
  let server: Server | undefined;
  async function close(): Promise<void> {
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    await closed;
    server = undefined;
  }
  return {
    options: { port },
    async become(state) {
      if (state === '#') return await close();
      if (server !== undefined) return;
      server = createServer((socket) => socket.destroy());
      await listening(server, port);
    },
    end: close,
  };
}

/** Takes datagrams and says nothing. */
export async function silentPort(): Promise<Part> {
  const socket = createSocket('udp4').bind(0, HOST);
  await once(socket, 'listening');
  const options = { port: socket.address().port, protocol: 'udp', send: 'hello' };
  return { options, limitMs: SOON_MS, end: () => void socket.close() };
}

/** Whose it is only root may see. */
export async function foreignPort(): Promise<Part> {
  const server = createServer((socket) => socket.destroy());
  const options = { port: await listening(server), owner: 'somebody' };
  return { ...asNobody('port', options), end: () => void server.close() };
}

/** Hangs at 'T', lets nobody in at 'L'. */
export async function httpPart(): Promise<Part> {
  const statuses: Readonly<Record<string, number>> = { '.': 200, '#': 503, L: 401 };
  let now = '.';
  const server = createHttp((_, response) => {
    if (now !== 'T') response.writeHead(statuses[now] ?? 500).end('hello');
  });
  const options = { url: `http://${HOST}:${await listening(server)}/` };
  const become = (state: string) => {
    now = state;
  };
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { options, become, limitMs: 1_000, end };
}

export async function tlsPart(): Promise<Part> {
  const good = localhost({ until: Date.UTC(2026, 10, 28) + 90 * DAY, from: Date.UTC(2026, 10, 1) });
  const expired = localhost({ until: Date.UTC(2026, 10, 20), from: Date.UTC(2026, 7, 1) });
  const server = createTls(good, (socket) => socket.on('error', () => undefined).resume());
  server.on('tlsClientError', () => undefined);
  const port = await listening(server);
  const become = (state: string) => server.setSecureContext(state === '#' ? expired : good);
  const options = { host: HOST, serverName: 'localhost', port, verify: false };
  return { options, become, end: () => void server.close() };
}

export async function silentTls(): Promise<Part> {
  const server = createServer((socket) => socket.on('error', () => undefined));
  const options = { host: HOST, port: await listening(server) };
  return { options, limitMs: SOON_MS, end: () => void server.close() };
}

export async function lockedAuthorities(): Promise<Part> {
  const ca = trusted(root.cert);
  chmodSync(ca.file, 0o600);
  const options = { host: HOST, port: await freePort(), ca: ca.file };
  return { ...asNobody('tls', options), end: () => ca[Symbol.dispose]() };
}

/** Says nothing at 'T', refuses at 'L'. */
export async function dnsPart(): Promise<Part> {
  let now = '.';
  const stub = await startDnsStub(() => {
    if (now === 'T') return undefined;
    if (now === 'L') return { rcode: RCODE.refused };
    return now === '#' ? { rcode: RCODE.nxDomain } : { records: ['192.0.2.10'] };
  });
  const become = (state: string) => {
    now = state;
  };
  const options = { domain: 'shop.example.com', server: stub.address };
  return { options, become, limitMs: 1_000, end: async () => await stub[Symbol.asyncDispose]() };
}
