/** What is said in the clear before a connection changes to TLS, by protocol. */
import { hostname } from 'node:os';
import type { Conversation } from './conversation.ts';

/**
 * Not MySQL: it takes a handshake that nobody ends for an attack, and after a hundred of them (max_connect_errors) lets nobody of this
 * machine in.
 */
export const PROTOCOLS = ['smtp', 'imap', 'pop3', 'ftp', 'postgres'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** PostgreSQL's SSLRequest: length 8, code 80877103. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
/** What a goodbye is after the handshake, so that no log of theirs says that somebody left without a word. */
export const GOODBYE: Readonly<Record<Protocol, string>> = {
  smtp: 'QUIT\r\n',
  imap: 'a2 LOGOUT\r\n',
  pop3: 'QUIT\r\n',
  ftp: 'QUIT\r\n',
  postgres: '',
};

/** What the other side said instead, where it does not change to TLS; undefined: it does. Rejects as the conversation does. */
export async function startTls(protocol: Protocol, talk: Conversation): Promise<string | undefined> {
  switch (protocol) {
    case 'smtp':
      return await startSmtp(talk);
    case 'imap':
      return (await expects(talk, /^\* (OK|PREAUTH)/i)) ?? (await asks(talk, 'a1 STARTTLS', /^a1 OK/i, /^a1 /i));
    case 'pop3':
      return (await expects(talk, /^\+OK/)) ?? (await asks(talk, 'STLS', /^\+OK/));
    case 'ftp':
      return (await expects(talk, /^220 /, /^\d{3} /)) ?? (await asks(talk, 'AUTH TLS', /^234/, /^\d{3} /));
    case 'postgres': {
      talk.send(SSL_REQUEST);
      const answer = await talk.byte();
      return answer === 'S' ? undefined : answer;
    }
  }
}

/** RFC 3207; a reply's last line has a space behind its number. */
async function startSmtp(talk: Conversation): Promise<string | undefined> {
  const last = /^\d{3}( |$)/;
  const refused = (await expects(talk, /^220/, last)) ?? (await asks(talk, `EHLO ${hostname()}`, /^250/, last));
  return refused ?? (await asks(talk, 'STARTTLS', /^220/, last));
}

async function asks(talk: Conversation, command: string, wanted: RegExp, last?: RegExp): Promise<string | undefined> {
  talk.send(`${command}\r\n`);
  return await expects(talk, wanted, last);
}

/** The line that is not the wanted one; lines before the last are not looked at. */
async function expects(talk: Conversation, wanted: RegExp, last = /^/): Promise<string | undefined> {
  for (;;) {
    const line = await talk.line();
    if (last.test(line)) return wanted.test(line) ? undefined : line;
  }
}
