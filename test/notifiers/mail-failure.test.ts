import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureOf } from '../../src/notifiers/mail-failure.ts';
import { readSmtpUrl } from '../../src/notifiers/mail-server.ts';

const server = readSmtpUrl('smtp://ops:s3cret%2F1@mail.example.com:587');

/** An error as nodemailer makes it. */
function smtpError(code: string, command: string, response = '', message = 'it failed'): Error {
  const responseCode = response === '' ? {} : { responseCode: Number(response.slice(0, 3)), response };
  return Object.assign(new Error(message), { code, command, ...responseCode });
}

test('each failure is one sentence that says what to do, and whether time can help', () => {
  const cases = [
    [
      smtpError('EAUTH', 'AUTH PLAIN', '535 no'),
      true,
      'refused the user name or password (535); check LINESMAN_SMTP_URL',
    ],
    [smtpError('EAUTH', 'AUTH PLAIN', '454 busy'), true, 'could not check the password (454 busy); it is tried again'],
    [
      smtpError('EENVELOPE', 'MAIL FROM', '530 auth'),
      true,
      'wants a user name and password (530 auth); put them into LINESMAN_SMTP_URL',
    ],
    [
      smtpError('EENVELOPE', 'MAIL FROM', '553 who'),
      true,
      "refused the sender (553 who); check the sender's address in the settings",
    ],
    [
      smtpError('EENVELOPE', 'RCPT TO', '550 no such user'),
      false,
      'refused the receiver ops@example.com (550 no such user); check the address',
    ],
    [smtpError('EENVELOPE', 'RCPT TO', '451 later'), true, 'put the mail off (451 later); it is tried again'],
    [smtpError('EMESSAGE', 'DATA', '552 too big'), false, 'refused the mail (552 too big)'],
    [
      smtpError('EMESSAGE', 'DATA', '503 out of step'),
      true,
      'broke the connection off (503 out of step); it is tried again',
    ],
    [smtpError('ECONNECTION', 'CONN', '421 closing'), true, 'put the mail off (421 closing); it is tried again'],
    [
      smtpError('EPROTOCOL', 'CONN', '554 no service'),
      true,
      'broke the connection off (554 no service); it is tried again',
    ],
    [smtpError('EENVELOPE', 'API'), false, 'was not asked: it failed; check the addresses in the settings'],
    [
      smtpError('ETLS', 'STARTTLS', '500 what'),
      true,
      'does not offer the TLS that is required (500 what); nothing was sent in the clear',
    ],
    [smtpError('EDNS', 'CONN'), true, 'is not known by that name (it failed); check the host in LINESMAN_SMTP_URL'],
    [
      smtpError('ETIMEDOUT', 'CONN'),
      true,
      'did not answer in time, so nobody is told; check host and port in LINESMAN_SMTP_URL, and that no firewall keeps them shut (linesman doctor); it is tried again',
    ],
    [
      smtpError('ESOCKET', 'CONN', '', 'self-signed certificate'),
      true,
      'has a certificate that cannot be trusted (self-signed certificate); mend it, or name its authority in NODE_EXTRA_CA_CERTS',
    ],
    [
      smtpError('ETLS', 'STARTTLS', '', 'certificate has expired'),
      true,
      'has a certificate that cannot be trusted (certificate has expired); mend it, or name its authority in NODE_EXTRA_CA_CERTS',
    ],
    ['not even an error', true, 'broke the connection off (not even an error); it is tried again'],
  ] as const;
  for (const [error, retryable, sentence] of cases) {
    assert.deepEqual(failureOf(error, server, 'ops@example.com'), {
      ok: false,
      retryable,
      message: `SMTP server mail.example.com:587 ${sentence}`,
    });
  }
});

test('a server that repeats the password does not get it into a message', () => {
  const base64 = Buffer.from('\0ops\0s3cret/1').toString('base64');
  const error = smtpError('EPROTOCOL', 'AUTH', `501 s3cret/1 ${base64} ${Buffer.from('s3cret/1').toString('base64')}`);

  const { message } = failureOf(error, server);

  assert.match(message, /501 \*\*\* \*\*\* \*\*\*/);
});

test('a reply is shown harmless and cut', () => {
  const { message } = failureOf(
    smtpError('EMESSAGE', 'DATA', `554 \u001b[2J\r\nsee\u202E ${'x'.repeat(5_000)}`),
    server,
  );

  assert.match(message, /\(554 \\u001B\[2J see\\u202E x+…\)$/);
  assert.ok(message.length < 300);
});
