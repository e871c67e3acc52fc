/** Reads LINESMAN_SMTP_URL, and decides how the connection is guarded. */
import { UserError } from '../core/errors.ts';

export interface MailServer {
  readonly host: string;
  readonly port: number;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** TLS from the first byte. */
  readonly secure: boolean;
  /** Without STARTTLS nothing is sent. */
  readonly requireTls: boolean;
  /** The certificate must be good. Where TLS may be left out altogether, refusing a bad one would guard nothing. */
  readonly verifyCertificate: boolean;
}

const PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };

/** requireTls: also where there is no password. Throws UserError; its message never holds the password. */
export function readSmtpUrl(url: string, requireTls = false): MailServer {
  const parsed = URL.parse(url);
  const port = parsed === null ? undefined : PORTS[parsed.protocol];
  if (parsed === null || port === undefined || parsed.hostname === '') throw malformed(url);
  if (parsed.search !== '' || parsed.hash !== '' || !['', '/'].includes(parsed.pathname)) throw trailing(parsed);
  const host = parsed.hostname.replace(/^\[|\]$/g, '');
  const user = decoded(parsed.username);
  const password = decoded(parsed.password);
  const secure = parsed.protocol === 'smtps:';
  // A password must not cross a network in the clear; on the machine itself nobody listens.
  const isGuarded = requireTls || (password !== undefined && !isLoopback(host));
  return {
    host,
    port: parsed.port === '' ? port : Number(parsed.port),
    user,
    password,
    secure,
    requireTls: !secure && isGuarded,
    verifyCertificate: (secure || isGuarded) && !isLoopback(host),
  };
}

/** 'mail.example.com:587', as it stands in messages. */
export function serverName({ host, port }: MailServer): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export function isLoopback(host: string): boolean {
  return /^(localhost|(.+\.)localhost|127(\.\d{1,3}){3}|::1)$/i.test(host);
}

function decoded(text: string): string | undefined {
  if (text === '') return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    throw new UserError(
      'CONFIG',
      'LINESMAN_SMTP_URL: the user name or password holds a % that begins no escape. Write % as %25.',
    );
  }
}

function malformed(url: string): UserError {
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]{0,20}(?=:)/.exec(url)?.[0];
  const given = scheme === undefined ? 'text without smtp:// or smtps://' : `an address that begins with "${scheme}:"`;
  return new UserError(
    'CONFIG',
    `LINESMAN_SMTP_URL is ${given} and cannot be read. Write smtp://USER:PASSWORD@mail.example.com:587 or smtps://USER:PASSWORD@mail.example.com:465, with @ : / % # in the password as %40 %3A %2F %25 %23.`,
  );
}

function trailing({ host }: URL): UserError {
  return new UserError(
    'CONFIG',
    `LINESMAN_SMTP_URL has something after ${host}; nothing may follow the port. If it is part of the password, write / ? # in it as %2F %3F %23.`,
  );
}
