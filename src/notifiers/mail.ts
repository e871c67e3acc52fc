/** Tells by e-mail, over one SMTP server: one connection, one mail at a time, so that a crash repeats at most one. */
import type { DeliveryOutcome, Notifier } from '../core/ports.ts';
import { type RenderedMail, renderMail } from '../core/render/render.ts';
import { composeMail } from './mail-compose.ts';
import { failureOf } from './mail-failure.ts';
import { type MailServer, readSmtpUrl } from './mail-server.ts';

/** How long each part of a delivery may take. */
export interface MailLimits {
  readonly connectMs: number;
  readonly greetingMs: number;
  /** Without a byte from the server. */
  readonly silentMs: number;
  /** One delivery in all: a server that trickles is never silent. */
  readonly totalMs: number;
}

const LIMITS: MailLimits = { connectMs: 10_000, greetingMs: 10_000, silentMs: 30_000, totalMs: 120_000 };

export interface MailNotifierOptions {
  /** smtp://USER:PASSWORD@HOST:587 or smtps://USER:PASSWORD@HOST:465; user and password may be absent. */
  readonly smtpUrl: string;
  /** 'linesman <alerts@example.com>'. */
  readonly from: string;
  /** Send nothing without TLS, even where there is no password to guard. */
  readonly requireTls?: boolean;
  readonly limits?: Partial<MailLimits>;
}

export interface MailNotifier extends Notifier {
  /** A mail that is no notification, once; `receiver` is for the message where it fails. */
  send(mail: RenderedMail, receiver: string): Promise<DeliveryOutcome>;
}

/** Throws UserError where the address cannot be read. Connects at the first delivery. */
export function createMailNotifier({ smtpUrl, from, requireTls, limits }: MailNotifierOptions): MailNotifier {
  const server = readSmtpUrl(smtpUrl, requireTls);
  const within = { ...LIMITS, ...limits };
  let transport: ReturnType<typeof openTransport> | undefined;

  async function hand(mail: RenderedMail): Promise<void> {
    const { bytes, envelope } = await composeMail(mail);
    transport ??= openTransport(server, within);
    await (await transport).sendMail({
      raw: bytes,
      envelope: { from: envelope.from, to: [...envelope.to] },
      signal: AbortSignal.timeout(within.totalMs),
    });
  }

  async function send(rendered: () => RenderedMail, receiver: string): Promise<DeliveryOutcome> {
    try {
      await hand(rendered());
      return { ok: true };
    } catch (error) {
      return failureOf(error, server, receiver);
    }
  }

  return {
    send: async (mail, receiver) => await send(() => mail, receiver),
    deliver: async (notification, attempt, now) =>
      await send(() => renderMail(notification, { attempt, deliveredAt: now, from }), notification.receiver),
    async verify() {
      try {
        transport ??= openTransport(server, within);
        await (await transport).verify();
        return { ok: true };
      } catch (error) {
        return failureOf(error, server);
      }
    },
    async close() {
      (await transport)?.close();
    },
  };
}

/** Loaded at the first mail: a start does without its 39 files. */
async function openTransport(server: MailServer, limits: MailLimits) {
  const { createTransport } = await import('nodemailer');
  return createTransport(transportOptions(server, limits));
}

function transportOptions(server: MailServer, limits: MailLimits) {
  const { host, port, user, password, secure, requireTls, verifyCertificate } = server;
  return {
    pool: true as const,
    maxConnections: 1,
    // Trying again is the outbox' decision.
    maxRequeues: 0,
    host,
    port,
    secure,
    requireTLS: requireTls,
    opportunisticTLS: !verifyCertificate,
    tls: { rejectUnauthorized: verifyCertificate },
    ...(user !== undefined && { auth: { user, pass: password ?? '' } }),
    connectionTimeout: limits.connectMs,
    dnsTimeout: limits.connectMs,
    greetingTimeout: limits.greetingMs,
    socketTimeout: limits.silentMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
