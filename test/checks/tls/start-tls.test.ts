/** Servers that begin in the clear, as the protocols have it, and those that do something else. */
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { after, test } from 'node:test';
import { until } from '../../support/until.ts';
import { accepting, at, changeToTls, localhost, root, showing, trusted } from './shown.ts';

const ca = trusted(root.cert);
after(() => ca[Symbol.dispose]());
const certificate = localhost();

interface Dialogue {
  readonly protocol: string;
  readonly greeting: string;
  /** What is asked, and what is answered; the last one is followed by TLS. */
  readonly answers: readonly (readonly [asked: RegExp | string, answer: string])[];
  readonly goodbye: string;
}

/** PostgreSQL's SSLRequest: its length and its code, which are no text. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]).toString('latin1');

const DIALOGUES: readonly Dialogue[] = [
  {
    protocol: 'smtp',
    greeting: '220-mail.example.com\r\n220 ESMTP\r\n',
    answers: [
      [/^EHLO \S+\r\n$/, '250-mail.example.com\r\n250-STARTTLS\r\n250 HELP\r\n'],
      [/^STARTTLS\r\n$/, '220 Go ahead\r\n'],
    ],
    goodbye: 'QUIT\r\n',
  },
  {
    protocol: 'imap',
    greeting: '* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n',
    answers: [[/^a1 STARTTLS\r\n$/, '* CAPABILITY IMAP4rev1\r\na1 OK begin\r\n']],
    goodbye: 'a2 LOGOUT\r\n',
  },
  { protocol: 'pop3', greeting: '+OK ready\r\n', answers: [[/^STLS\r\n$/, '+OK begin\r\n']], goodbye: 'QUIT\r\n' },
  {
    protocol: 'ftp',
    greeting: '220-Welcome\r\n of many\r\n220 ready\r\n',
    answers: [[/^AUTH TLS\r\n$/, '234 begin\r\n']],
    goodbye: 'QUIT\r\n',
  },
  { protocol: 'postgres', greeting: '', answers: [[SSL_REQUEST, 'S']], goodbye: '' },
];

for (const { protocol, greeting, answers, goodbye } of DIALOGUES) {
  test(`${protocol} changes to TLS, shows its certificate and is left with a goodbye`, async () => {
    let heard = '';
    let isOver = false;
    await using server = await accepting((socket) => {
      // Piece by piece, as a slow line brings it.
      for (const letter of greeting) socket.write(letter);
      const left = [...answers];
      socket.on('data', function onData(piece) {
        const [asked, answer] = left.shift() ?? [/^$/, ''];
        const text = piece.toString('latin1');
        if (typeof asked === 'string') assert.equal(text, asked);
        else assert.match(text, asked);
        socket.write(answer);
        if (left.length > 0) return;
        socket.off('data', onData);
        changeToTls(socket, certificate)
          .on('data', (said) => {
            heard += said;
          })
          .on('close', () => {
            isOver = true;
          });
      });
    });

    const reading = await at(server, { startTls: protocol, ca: ca.file }).ask();

    assert.equal(reading.cause, undefined, reading.said);
    await until('the server saw it end', () => isOver);
    assert.equal(heard, goodbye);
  });
}

test('what is said instead of changing to TLS is quoted, and harmless', async () => {
  const cases: readonly (readonly [protocol: string, talk: (socket: Socket) => void, said: string])[] = [
    ['smtp', (socket) => socket.write('554 5.7.1 \u001b[2Jgo away\r\n'), '554 5.7.1 \\u001B[2Jgo away'],
    ['smtp', (socket) => answering(socket, '220 hi\r\n', '250 hi\r\n', '502 no TLS\r\n'), '502 no TLS'],
    ['imap', (socket) => answering(socket, '* OK hi\r\n', 'a1 BAD unknown\r\n'), 'a1 BAD unknown'],
    ['pop3', (socket) => answering(socket, '+OK hi\r\n', '-ERR no\r\n'), '-ERR no'],
    ['ftp', (socket) => answering(socket, '220 hi\r\n', '530 no\r\n'), '530 no'],
    ['postgres', (socket) => answering(socket, '', 'N'), 'N'],
  ];
  for (const [startTls, talk, expected] of cases) {
    await using server = await accepting(talk);
    const asked = at(server, { startTls });
    const reading = await asked.ask();
    assert.equal(reading.cause, 'handshake');
    assert.ok(reading.said.endsWith(`does not change to TLS as ${startTls} has it: it said ${expected}`), reading.said);
    assert.match(asked.remedyOf(reading), new RegExp(`-starttls ${startTls} -showcerts </dev/null\``));
  }
});

test('a greeting without an end takes no memory', async () => {
  await using server = await accepting((socket) => {
    const flood = () => {
      while (!socket.destroyed && socket.write('x'.repeat(4_096)));
    };
    socket.on('drain', flood);
    flood();
  });

  const { cause, said } = await at(server, { startTls: 'smtp' }).ask();

  assert.equal(cause, 'handshake');
  assert.match(said, /what it says cannot be understood \(LINESMAN_TOO_LONG\)\.$/);
});

test('who accepts and says nothing, in the clear or within TLS, is a timeout that says where', async () => {
  const cases = [
    [{ startTls: 'smtp' }, /^127\.0\.0\.1:\d+ did not answer in time, while waiting for its greeting\.$/],
    [{}, /^127\.0\.0\.1:\d+ did not answer in time, while making the TLS connection\.$/],
  ] as const;
  for (const [given, expected] of cases) {
    let isAsked = false;
    await using server = await accepting((socket) => {
      isAsked = true;
      socket.resume();
    });
    const end = new AbortController();
    const reading = at(server, given).ask(end.signal);
    await until('it was asked', () => isAsked);
    end.abort();
    assert.equal((await reading).cause, 'timeout');
    assert.match((await reading).said, expected);
  }
});

test('a signal that is over before it begins is a timeout too', async () => {
  await using server = await showing(certificate);

  assert.equal((await at(server).ask(AbortSignal.abort())).cause, 'timeout');
});

test('who ends the connection, or speaks no TLS, is told apart', async () => {
  await using ending = await accepting((socket) => socket.once('data', () => socket.end()));
  await using resetting = await accepting((socket) => socket.once('data', () => socket.resetAndDestroy()));
  await using plain = await accepting((socket) =>
    socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );
  await using leaving = await accepting((socket) => socket.end());

  assert.equal((await at(ending).ask()).cause, 'reset');
  assert.equal((await at(resetting).ask()).cause, 'reset');
  const reading = await at(plain).ask();
  assert.equal(reading.cause, 'handshake');
  assert.match(reading.said, /made no TLS connection: it does not speak TLS on this port \(/);
  assert.equal((await at(leaving, { startTls: 'imap' }).ask()).cause, 'reset');
});

test('a server without common settings is a failed handshake', async () => {
  await using server = await showing({ ...certificate, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' });

  const { cause, said } = await at(server).ask();

  assert.equal(cause, 'handshake');
  assert.match(said, /both sides found no common settings/);
});

/** The first at once, then one for each thing that is said. */
function answering(socket: Socket, greeting: string, ...answers: readonly string[]): void {
  const left = [...answers];
  socket.write(greeting);
  socket.on('data', () => socket.write(left.shift() ?? ''));
}
