/** One request and its answer, or what kept it from coming, with the time each phase took. */
import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { performance } from 'node:perf_hooks';
import type { SecureContext } from 'node:tls';
import { type ConnectionTrouble, codeOf, connectionTrouble, lateTrouble } from '../network/connection-trouble.ts';
import { sharedLookup } from '../network/shared-lookup.ts';
import { type TlsTrouble, tlsTrouble } from '../network/tls-trouble.ts';
import { lookupAllowed, REFUSED_ADDRESS } from './addresses.ts';
import { type Body, readBody } from './body.ts';
import { followPhases, type Phases } from './phases.ts';

export interface Request {
  readonly url: URL;
  readonly method: 'GET' | 'HEAD';
  readonly headers: Readonly<Record<string, string>>;
  /** Whom to trust; undefined: whatever certificate is shown. */
  readonly trust?: SecureContext | undefined;
  /** Link-local addresses may be asked too. */
  readonly isLinkLocalAllowed: boolean;
}

export interface Answer {
  readonly kind: 'answer';
  readonly status: number;
  /** 'HTTP/1.1 200 OK'; whatever the other side wrote. */
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
}

export type Trouble =
  | { readonly kind: 'connection'; readonly trouble: ConnectionTrouble }
  | { readonly kind: 'tls'; readonly trouble: TlsTrouble }
  | { readonly kind: 'refused-address'; readonly words: string }
  | { readonly kind: 'bad-response'; readonly words: string };

export interface Exchange {
  readonly came: Answer | Trouble;
  readonly phases: Phases;
}

/** Never rejects; one connection, closed afterwards. Ends when the signal does, wherever it is by then. */
export async function exchange(asked: Request, signal: AbortSignal): Promise<Exchange> {
  return await new Promise((resolve) => {
    const request = open(asked);
    const phases = followPhases(request, asked.url, () => performance.now());
    const end = (came: Answer | Trouble) => {
      signal.removeEventListener('abort', late);
      resolve({ came, phases: phases.end() });
      request.destroy();
    };
    const late = () => end({ kind: 'connection', trouble: lateTrouble(asked.url.hostname) });
    request.on('error', (error) => end(troubleOf(error)));
    request.once('response', (response) => {
      readBody(response).then(
        (body) => end(answerOf(response, body)),
        (error: unknown) => end(troubleOf(error)),
      );
    });
    signal.addEventListener('abort', late);
    if (signal.aborted) late();
    else request.end();
  });
}

function open({ url, method, headers, trust, isLinkLocalAllowed }: Request): ClientRequest {
  const common = {
    method,
    headers: {
      'user-agent': USER_AGENT,
      accept: '*/*',
      'accept-encoding': 'identity',
      connection: 'close',
      ...headers,
    },
    agent: false,
    autoSelectFamily: true,
    lookup: isLinkLocalAllowed ? sharedLookup : lookupAllowed,
  };
  const address = withoutUser(url);
  if (url.protocol === 'http:') return requestPlain(address, common);
  return requestSecure(address, {
    ...common,
    rejectUnauthorized: trust !== undefined,
    ...(trust && { secureContext: trust }),
  });
}

/** Where linesman reads the log of whom it asks, it counts as a robot by this word and hides no silence of visitors. */
const USER_AGENT = 'linesman (monitor)';

/** Node would send them along; which header is sent where is decided by the caller. */
function withoutUser(url: URL): URL {
  const address = new URL(url);
  address.username = '';
  address.password = '';
  return address;
}

function answerOf(response: IncomingMessage, body: Body): Answer {
  const { statusCode: status = 0, statusMessage = '', httpVersion, headers } = response;
  return { kind: 'answer', status, line: `HTTP/${httpVersion} ${status} ${statusMessage}`.trim(), headers, body };
}

function troubleOf(error: unknown): Trouble {
  const code = codeOf(error);
  if (code === REFUSED_ADDRESS) return { kind: 'refused-address', words: (error as Error).message };
  const connection = connectionTrouble(error);
  if (connection) return { kind: 'connection', trouble: connection };
  const tls = tlsTrouble(error);
  if (tls) return { kind: 'tls', trouble: tls };
  return { kind: 'bad-response', words: wordsOf(code) };
}

function wordsOf(code: string): string {
  if (code === 'HPE_HEADER_OVERFLOW') return 'its headers are longer than 16 KiB';
  if (code.startsWith('HPE_')) return `it is no HTTP (${code})`;
  if (/^(Z_|ERR_BROTLI|ERR__)/.test(code)) return `what it packed cannot be unpacked (${code})`;
  return `it broke off (${code || 'no code'})`;
}
