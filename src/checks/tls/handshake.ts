/** One TLS connection, opened and closed: the certificates that were shown, or what kept it from coming about. */
import type { X509Certificate } from 'node:crypto';
import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import { type ConnectionTrouble, codeOf, connectionTrouble, lateTrouble } from '../network/connection-trouble.ts';
import { sharedLookup } from '../network/shared-lookup.ts';
import { type TlsTrouble, tlsTrouble } from '../network/tls-trouble.ts';
import { createConversation } from './conversation.ts';
import { GOODBYE, type Protocol, startTls } from './start-tls.ts';

export interface Server {
  readonly host: string;
  readonly port: number;
  readonly serverName: string;
  readonly startTls?: Protocol | undefined;
}

export interface Shown {
  readonly kind: 'shown';
  /** Its own first, as they were sent. */
  readonly chain: readonly X509Certificate[];
  /** OpenSSL's code; undefined: the chain is trusted. */
  readonly distrust?: string | undefined;
  /** The server then ended it, since it wants one of ours. */
  readonly wantsOurs: boolean;
}

export type Handshake =
  | Shown
  | { readonly kind: 'connection'; readonly trouble: ConnectionTrouble; readonly phase: string }
  | { readonly kind: 'tls'; readonly trouble: TlsTrouble }
  /** What it said in the clear instead, whatever that is. */
  | { readonly kind: 'no-start-tls'; readonly heard: string };

/** Never rejects; ends when the signal does, wherever it is by then. */
export async function handshake(server: Server, context: SecureContext, signal: AbortSignal): Promise<Handshake> {
  const plain = connectPlain({ host: server.host, port: server.port, autoSelectFamily: true, lookup: sharedLookup });
  const ended = Promise.withResolvers<Handshake>();
  let phase = 'connecting';
  const fail = (error: unknown) => ended.resolve(troubleOf(error, phase));
  const late = () => ended.resolve({ kind: 'connection', trouble: lateTrouble(server.host), phase });
  signal.addEventListener('abort', late);
  if (signal.aborted) late();
  plain.on('error', fail);
  plain.once('connect', () => {
    speak().catch(fail);
  });

  async function speak(): Promise<void> {
    phase = 'waiting for its greeting';
    const heard = server.startTls && (await greet(plain, server.startTls));
    if (heard !== undefined) return ended.resolve({ kind: 'no-start-tls', heard });
    phase = 'making the TLS connection';
    ended.resolve(await secure(plain, server, context));
  }

  const came = await ended.promise;
  signal.removeEventListener('abort', late);
  if (came.kind === 'shown' && server.startTls !== undefined) leave(plain);
  else plain.destroy();
  return came;
}

/** The goodbye is on its way, and the other side ends the connection; who does not is left alone. */
function leave(plain: Socket): void {
  plain.unref();
  plain.setTimeout(GOODBYE_MS, () => plain.destroy());
}

const GOODBYE_MS = 2_000;

async function greet(plain: Socket, protocol: Protocol): Promise<string | undefined> {
  const talk = createConversation(plain);
  try {
    return await startTls(protocol, talk);
  } finally {
    talk.end();
  }
}

/** Rejects where no certificate was shown. */
async function secure(socket: Socket, server: Server, secureContext: SecureContext): Promise<Shown> {
  const servername = isIP(server.serverName) === 0 ? server.serverName : '';
  // Whatever is shown is taken, and judged afterwards: nothing is sent over it.
  const takeAny = { rejectUnauthorized: false, checkServerIdentity: () => undefined };
  const tls = connectTls({ socket, servername, secureContext, ...takeAny });
  return await new Promise((resolve, reject) => {
    tls.on('error', (error) => {
      const chain = chainOf(tls);
      if (chain.length > 0 && WANTS_OURS.test(codeOf(error))) resolve({ kind: 'shown', chain, wantsOurs: true });
      else reject(error);
    });
    tls.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })));
    tls.once('secureConnect', () => {
      const { authorized, authorizationError } = tls;
      const distrust = authorized ? undefined : String(authorizationError);
      resolve({ kind: 'shown', chain: chainOf(tls), distrust, wantsOurs: false });
      tls.resume().end(server.startTls === undefined ? '' : GOODBYE[server.startTls]);
    });
  });
}

/** Alerts of a server that has shown its certificate and gets none (RFC 5246 and 8446). */
const WANTS_OURS = /ALERT_(HANDSHAKE_FAILURE|BAD_CERTIFICATE|CERTIFICATE_REQUIRED|CERTIFICATE_UNKNOWN|ACCESS_DENIED)/;
const CHAIN_MAX = 10;

function chainOf(tls: TLSSocket): readonly X509Certificate[] {
  const chain: X509Certificate[] = [];
  // Who sends certificates without end is not followed.
  for (let one = tls.getPeerX509Certificate(); one && chain.length < CHAIN_MAX; one = one.issuerCertificate) {
    if (chain.some(({ fingerprint256 }) => fingerprint256 === one?.fingerprint256)) break;
    chain.push(one);
  }
  return chain;
}

function troubleOf(error: unknown, phase: string): Handshake {
  const connection = connectionTrouble(error);
  if (connection) return { kind: 'connection', trouble: connection, phase };
  const tls = tlsTrouble(error);
  if (tls) return { kind: 'tls', trouble: tls };
  return {
    kind: 'tls',
    trouble: { kind: 'handshake', code: codeOf(error), words: 'what it says cannot be understood' },
  };
}
