/** Says in one sentence why a mail was not delivered, and whether trying again can help. */
import { messageOf } from '../core/errors.ts';
import type { DeliveryOutcome } from '../core/ports.ts';
import { visible } from '../core/render/sanitise.ts';
import { type MailServer, serverName } from './mail-server.ts';

type Failure = Extract<DeliveryOutcome, { ok: false }>;

/** What nodemailer's errors carry. */
interface SmtpError {
  readonly code: string;
  readonly command: string;
  /** Of the server's reply; 0 where there was none. */
  readonly reply: number;
  /** The server's reply, or the error's own words. */
  readonly words: string;
}

const REPLY_CHARS = 200;
const CHECK =
  'check host and port in LINESMAN_SMTP_URL, and that no firewall keeps them shut (linesman doctor); it is tried again';

/** receiver: undefined when the connection was only tried. */
export function failureOf(error: unknown, server: MailServer, receiver?: string): Failure {
  const smtp = smtpErrorOf(error, server);
  const { retryable, sentence } = classify(smtp, receiver);
  return { ok: false, retryable, message: `SMTP server ${serverName(server)} ${sentence}` };
}

/** Only a server's lasting refusal of this mail is final. What an operator can mend is worth another try. */
function classify(smtp: SmtpError, receiver = 'the receiver'): { retryable: boolean; sentence: string } {
  const { code, command, reply, words } = smtp;
  if (reply === 530 || code === 'ENOAUTH') {
    return later(`wants a user name and password (${words}); put them into LINESMAN_SMTP_URL`);
  }
  if (code === 'EAUTH' && reply >= 500) {
    return later(`refused the user name or password (${reply}); check LINESMAN_SMTP_URL`);
  }
  if (code === 'EAUTH') return later(`could not check the password (${words}); it is tried again`);
  if (code === 'ETLS') return later(tlsSentence(words));
  if (reply >= 400 && reply < 500) return later(`put the mail off (${words}); it is tried again`);
  if (reply >= 500 && command === 'MAIL FROM') {
    return later(`refused the sender (${words}); check the sender's address in the settings`);
  }
  if (isFinal(smtp)) return { retryable: false, sentence: refusal(smtp, receiver) };
  if (code === 'EENVELOPE' && reply === 0) {
    return { retryable: false, sentence: `was not asked: ${words}; check the addresses in the settings` };
  }
  if (code === 'EMESSAGE' && reply === 0) return { retryable: false, sentence: `cannot take this mail: ${words}` };
  return later(connectionSentence(smtp, command));
}

function later(sentence: string): { retryable: boolean; sentence: string } {
  return { retryable: true, sentence };
}

/** 503 says that the session was out of step, not that the mail is refused; before RCPT it is not about this mail. */
function isFinal({ command, reply }: SmtpError): boolean {
  return reply >= 500 && reply !== 503 && ['RCPT TO', 'DATA'].includes(command);
}

function refusal({ command, words }: SmtpError, receiver: string): string {
  if (command === 'RCPT TO') return `refused the receiver ${visible(receiver, 100)} (${words}); check the address`;
  return `refused the mail (${words})`;
}

function connectionSentence({ code, words }: SmtpError, command: string): string {
  if (code === 'EDNS') return `is not known by that name (${words}); check the host in LINESMAN_SMTP_URL`;
  if (isAboutCertificate(words)) return tlsSentence(words);
  if (code === 'ETIMEDOUT' || code === 'EABORT') {
    return `did not answer in time, so nobody is told; ${CHECK}`;
  }
  if (code === 'ESOCKET' && command === 'CONN') {
    return `cannot be reached (${words}), so nobody is told; ${CHECK}`;
  }
  return `broke the connection off (${words}); it is tried again`;
}

function tlsSentence(words: string): string {
  return isAboutCertificate(words)
    ? `has a certificate that cannot be trusted (${words}); mend it, or name its authority in NODE_EXTRA_CA_CERTS`
    : `does not offer the TLS that is required (${words}); nothing was sent in the clear`;
}

function isAboutCertificate(words: string): boolean {
  return /certificate|altnames/i.test(words);
}

function smtpErrorOf(error: unknown, server: MailServer): SmtpError {
  const fields: Readonly<Record<string, unknown>> = typeof error === 'object' && error !== null ? { ...error } : {};
  const { code, command, responseCode, response } = fields;
  const words = typeof response === 'string' && response !== '' ? response : messageOf(error);
  return {
    code: typeof code === 'string' ? code : '',
    command: typeof command === 'string' ? command : '',
    reply: typeof responseCode === 'number' ? responseCode : 0,
    words: visible(withoutSecrets(words, server).replace(/\s+/g, ' '), REPLY_CHARS),
  };
}

/** A server may repeat what it was sent. */
function withoutSecrets(text: string, { user = '', password }: MailServer): string {
  if (password === undefined) return text;
  const forms = [
    password,
    encodeURIComponent(password),
    Buffer.from(password).toString('base64'),
    Buffer.from(`\0${user}\0${password}`).toString('base64'),
  ];
  return forms.reduce((rest, form) => rest.replaceAll(form, '***'), text);
}
