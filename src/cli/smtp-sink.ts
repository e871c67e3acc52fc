/** A real SMTP server that keeps what it is sent: the demo shows its mails, tests make it misbehave. */
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

/** How it answers. */
export type SinkMode =
  | { readonly kind: 'ok' }
  /** 530 without, 535 with the wrong user or password. */
  | { readonly kind: 'auth'; readonly user: string; readonly password: string }
  /** 550 at RCPT. */
  | { readonly kind: 'refuse-receiver' }
  /** 554 after the mail's end. */
  | { readonly kind: 'refuse-mail' }
  /** 451 at RCPT so many times, then as ok. */
  | { readonly kind: 'greylist'; readonly times: number }
  /** Takes the mail and cuts the connection instead of saying 250. */
  | { readonly kind: 'drop' }
  /** Takes the mail and never says a word again. */
  | { readonly kind: 'stall' };

export interface SinkMail {
  readonly raw: string;
  readonly parsed: ParsedMail;
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  readonly overTls: boolean;
}

export interface SmtpSink {
  readonly port: number;
  /** smtp://127.0.0.1:PORT, or smtps:// with implicit TLS. */
  readonly url: string;
  /** Taken whole, in the order of their coming; with 'drop' and 'stall' those that were not answered too. */
  readonly mails: readonly SinkMail[];
  /** Connections made so far. */
  connections(): number;
  setMode(mode: SinkMode): void;
  /** Resolves with the mails once there are so many; rejects after waitMs. */
  waitFor(count: number, waitMs?: number): Promise<readonly SinkMail[]>;
  /** Cuts every connection, as a server does that restarts. */
  disconnect(): void;
  close(): Promise<void>;
}

export interface SmtpSinkOptions {
  readonly mode?: SinkMode;
  /** 0: any free one. */
  readonly port?: number;
  /** With the server's own self-signed certificate. */
  readonly tls?: 'none' | 'starttls' | 'implicit';
}

/** Mails kept; older ones leave. */
const MAX_MAILS = 1_000;

/** Listens on 127.0.0.1 when it resolves. */
export async function createSmtpSink({
  mode: first = { kind: 'ok' },
  port = 0,
  tls = 'none',
}: SmtpSinkOptions = {}): Promise<SmtpSink> {
  const mails: SinkMail[] = [];
  const sockets = new Set<Socket>();
  const waiting = new Set<() => void>();
  let mode: SinkMode = first;
  let connections = 0;
  let greylisted = 0;

  const server = new SMTPServer({
    secure: tls === 'implicit',
    disabledCommands: tls === 'starttls' ? [] : ['STARTTLS'],
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    logger: false,
    onAuth(auth, _session, done) {
      const isKnown = mode.kind !== 'auth' || (auth.username === mode.user && auth.password === mode.password);
      if (isKnown) done(null, { user: auth.username });
      else done(reply(535, 'Authentication credentials invalid'));
    },
    onMailFrom(_address, session, done) {
      done(mode.kind === 'auth' && !session.user ? reply(530, 'Authentication required') : null);
    },
    onRcptTo(_address, _session, done) {
      done(atReceiver());
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        keep(Buffer.concat(chunks), session).then(() => atEnd(done), done);
      });
    },
  });
  server.on('error', () => {
    // A connection that a client cut; what a test or the demo needs to know shows in the mails.
  });
  server.server.on('connection', (socket: Socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  function atReceiver(): Error | null {
    if (mode.kind === 'refuse-receiver') return reply(550, 'No such user here');
    if (mode.kind !== 'greylist' || greylisted >= mode.times) return null;
    greylisted += 1;
    return reply(451, 'Greylisted, try again later');
  }

  async function keep(raw: Buffer, session: SMTPServerSession): Promise<void> {
    const { mailFrom, rcptTo } = session.envelope;
    const parsed = await simpleParser(raw);
    mails.push({
      raw: raw.toString('latin1'),
      parsed,
      envelope: { from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address) },
      overTls: session.secure,
    });
    if (mails.length > MAX_MAILS) mails.shift();
  }

  function atEnd(done: (error?: Error | null) => void): void {
    if (mode.kind === 'refuse-mail') done(reply(554, 'Rejected as spam'));
    else if (mode.kind === 'drop') disconnect();
    else if (mode.kind !== 'stall') done();
    for (const look of [...waiting]) look();
  }

  function disconnect(): void {
    for (const socket of sockets) socket.destroy();
  }

  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  const bound = (server.server.address() as AddressInfo).port;

  return {
    port: bound,
    url: `${tls === 'implicit' ? 'smtps' : 'smtp'}://127.0.0.1:${bound}`,
    mails,
    connections: () => connections,
    setMode(next) {
      mode = next;
      greylisted = 0;
    },
    async waitFor(count, waitMs = 10_000) {
      if (mails.length >= count) return mails;
      const { promise, resolve, reject } = Promise.withResolvers<readonly SinkMail[]>();
      const look = () => mails.length >= count && resolve(mails);
      const timer = setTimeout(() => reject(new Error(`${mails.length} of ${count} mails came`)), waitMs);
      waiting.add(look);
      return await promise.finally(() => {
        clearTimeout(timer);
        waiting.delete(look);
      });
    },
    disconnect,
    async close() {
      disconnect();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function reply(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
