/** HTTP for machines: /metrics for Prometheus, /healthz for whoever restarts or pages, /sources and /watching for `linesman sources`; /events takes what others tell of. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { UserError } from '../core/errors.ts';
import { addEvents, type EventParts } from './events.ts';

export interface WebHealth {
  readonly ok: boolean;
  /** Each one sentence with its remedy. */
  readonly reasons: readonly string[];
  /** Lines stored since the first start. */
  readonly lines: number;
  /** The same with those in memory, which the next commit stores. */
  readonly counted?: number;
  /** Whatever else is worth a look; shown as it is. */
  readonly [fact: string]: unknown;
}

export interface WebParts {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Text in Prometheus' format 0.0.4. */
  readonly metrics: () => Promise<string>;
  readonly health: () => WebHealth;
  /** How each source is read; all: with every file. Shown as it is. */
  readonly sources: (all: boolean) => object;
  /** The start-up contract: facts, and the same as text. */
  readonly watching: () => Promise<{ readonly text: string }>;
  readonly events: EventParts;
}

export interface Web {
  readonly port: number;
  /** Within 1 s, whoever is connected. */
  close(): Promise<void>;
}

const CLOSE_GRACE_MS = 500;
const REQUEST_MS = 5_000;
const MAX_CONNECTIONS = 100;
const MAX_HEADER_BYTES = 8 * 1024;

/** Listens when it resolves. Throws UserError('CONFIG') where the address cannot be had. */
export async function startWeb(parts: WebParts): Promise<Web> {
  const server = createAdaptorServer({
    fetch: createRoutes(parts).fetch,
    overrideGlobalObjects: false,
    serverOptions: { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS, maxHeaderSize: MAX_HEADER_BYTES },
  }) as Server;
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(parts.port, parts.host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw unusable(parts, error as NodeJS.ErrnoException);
  }
  return { port: (server.address() as AddressInfo).port, close: async () => await close(server) };
}

function createRoutes({ host, metrics, health, sources, watching, events }: WebParts): Hono {
  const app = new Hono();
  app.use(secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } }));
  app.get('/metrics', async (context) =>
    context.body(await metrics(), 200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
      'cache-control': 'no-store',
    }),
  );
  app.get('/healthz', (context) => {
    const { ok, ...facts } = health();
    return context.json({ status: ok ? 'ok' : 'unwell', ...facts }, ok ? 200 : 503, { 'cache-control': 'no-store' });
  });
  app.get('/sources', (context) =>
    context.json(sources(context.req.query('all') !== undefined), 200, { 'cache-control': 'no-store' }),
  );
  app.get('/watching', async (context) => {
    const contract = await watching();
    const isText = context.req.query('text') !== undefined;
    context.header('cache-control', 'no-store');
    return isText ? context.text(contract.text) : context.json(contract);
  });
  addEvents(app, host, events);
  app.notFound((context) =>
    context.text('Nothing is here; there are /metrics, /healthz, /sources, /watching, and POST /events.\n', 404),
  );
  app.onError((_error, context) => context.text('This could not be answered; the log says more.\n', 500));
  return app;
}

function unusable({ host, port }: WebParts, error: NodeJS.ErrnoException): UserError {
  const why: Readonly<Record<string, string>> = {
    EADDRINUSE: 'is taken by another program',
    EACCES: 'is reserved for root',
    EADDRNOTAVAIL: 'is not an address of this machine',
    ENOTFOUND: 'has a host that is not known',
  };
  const what = why[error.code ?? ''] ?? `cannot be listened on (${error.code ?? error.message})`;
  return new UserError(
    'CONFIG',
    `http: ${host}:${port} ${what}; choose another port with LINESMAN_HTTP, such as LINESMAN_HTTP=127.0.0.1:${port === 8687 ? 8688 : 8687}.`,
    { cause: error },
  );
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await closed.finally(() => clearTimeout(timer));
}
