/** For tests of the tls check: servers that show certificates, or something else, and authorities to trust. */
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls, TLSSocket, type TlsOptions } from 'node:tls';
import { check } from '../../../src/checks/tls.ts';
import type { OptionValue } from '../../../src/core/plugin.ts';
import { type Issued, issue, type Wanted } from '../../support/certificates.ts';
import { type AskedCheck, askedCheck } from '../../support/places.ts';

export const root = issue({ subject: 'Test Root', isAuthority: true, until: Date.now() + 400 * 24 * 3_600_000 });
export const between = issue({ subject: 'Test Intermediate', isAuthority: true, issuer: root });

export interface TlsServer extends AsyncDisposable {
  readonly port: number;
}

/** A certificate of localhost with its chain, unless told otherwise. */
export function localhost(wanted: Partial<Wanted> = {}): { readonly cert: string; readonly key: string } {
  const own = issue({ subject: 'localhost', names: ['localhost'], issuer: between, ...wanted });
  return { cert: own.cert + between.cert, key: own.key };
}

export async function showing(options: TlsOptions): Promise<TlsServer> {
  const server = createTls(options, (socket) => socket.on('error', () => {}).resume());
  // What the check ends is no error of the test.
  server.on('tlsClientError', () => {});
  return await listening(server);
}

export async function accepting(accept: (socket: Socket) => void): Promise<TlsServer> {
  return await listening(
    createTcp((socket) => {
      socket.on('error', () => socket.destroy());
      accept(socket);
    }),
  );
}

/** The rest of the connection speaks TLS. */
export function changeToTls(socket: Socket, { cert, key }: Pick<Issued, 'cert' | 'key'>): TLSSocket {
  const secure = new TLSSocket(socket, { isServer: true, cert, key });
  return secure.on('error', () => {});
}

async function listening(server: Server): Promise<TlsServer> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

export interface Authority extends Disposable {
  readonly file: string;
}

export function trusted(pem: string): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'linesman-ca-'));
  const file = join(folder, 'ca.pem');
  writeFileSync(file, pem);
  return { file, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) };
}

export function at(
  { port }: TlsServer,
  given: Readonly<Record<string, OptionValue>> = {},
  now: () => number = Date.now,
): AskedCheck {
  return askedCheck(check, { host: '127.0.0.1', serverName: 'localhost', port, ...given }, { now });
}
