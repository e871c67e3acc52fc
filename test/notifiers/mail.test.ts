import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { DeliveryOutcome, Notifier } from '../../src/core/ports.ts';
import { renderMail } from '../../src/core/render/render.ts';
import { createMailNotifier, type MailNotifierOptions } from '../../src/notifiers/mail.ts';
import { composeEml } from '../../src/notifiers/mail-compose.ts';
import { AT, modelOf, notificationOf, resolvedModel } from '../core/render/story.ts';
import { createSmtpSink, type SmtpSink } from '../support/smtp-sink.ts';

const FROM = 'linesman <linesman@example.com>';
const firing = notificationOf(modelOf());
const resolved = notificationOf(resolvedModel(), { id: 'bbbb' });

test('a delivered mail has both parts, its headers, and answers the first of its thread', async (t) => {
  const { sink, notifier } = await start(t);

  assert.deepEqual(await notifier.deliver(firing, 1, AT), { ok: true });
  assert.deepEqual(await notifier.deliver(resolved, 1, AT), { ok: true });
  const [first, second] = await sink.waitFor(2);

  assert.equal(first?.parsed.subject, firing.model.subject);
  assert.match(first?.parsed.text ?? '', /^FIRING since/);
  assert.match(String(first?.parsed.html), /FIRING/);
  assert.equal(first?.parsed.headers.get('auto-submitted'), 'auto-generated');
  assert.equal(first?.parsed.headers.get('x-linesman-severity'), 'critical');
  assert.equal(first?.parsed.date?.getTime(), AT - (AT % 1_000));
  assert.deepEqual(first?.envelope, { from: 'linesman@example.com', to: ['ops@example.com'] });
  assert.equal(first?.parsed.attachments.length, 0);
  assert.equal(second?.parsed.inReplyTo, first?.parsed.messageId);
  assert.equal(second?.parsed.subject, `Re: ${firing.model.subject}`);
});

test('what the server gets is the .eml, byte for byte, and the same each time', async (t) => {
  const { sink, notifier } = await start(t);
  const mail = renderMail(firing, { attempt: 1, deliveredAt: AT, from: FROM });

  await notifier.deliver(firing, 1, AT);
  const [sent] = await sink.waitFor(1);

  const eml = (await composeEml(mail)).toString('latin1');
  assert.equal(sent?.raw.trimEnd(), eml.trimEnd());
  assert.equal((await composeEml(mail)).toString('latin1'), eml);
  assert.equal(eml.replaceAll('\r\n', '').includes('\n'), false, 'every line ends with CRLF');
  for (const line of eml.split('\r\n')) assert.ok(line.length <= 998, line);
});

test('several mails go over one connection, one after the other', async (t) => {
  const { sink, notifier } = await start(t);

  await Promise.all(['a', 'b', 'c'].map((id) => notifier.deliver({ ...firing, id }, 1, AT)));

  assert.equal(sink.mails.length, 3);
  assert.equal(sink.connections(), 1);
});

test('log text in a label or a line makes no header', async (t) => {
  const { sink, notifier } = await start(t);
  const evil = '\r\nBcc: all@example.com\r\n\r\n<script>';
  const model = { ...modelOf(), subject: evil, host: evil, watch: evil, evidence: [evil], title: evil };

  await notifier.deliver(notificationOf(model), 1, AT);
  const [mail] = await sink.waitFor(1);

  assert.equal(mail?.parsed.headers.has('bcc'), false);
  assert.deepEqual(mail?.envelope.to, ['ops@example.com']);
  assert.doesNotMatch(mail?.raw.split('\r\n\r\n')[0] ?? '', /^bcc/im);
});

test('user and password are given where they are wanted, and a wrong one is reported without saying it', async (t) => {
  const mode = { kind: 'auth', user: 'ops', password: 'pa:ss/word' } as const;
  const { sink, notifier } = await start(t, { mode }, (url) => url.replace('//', '//ops:pa%3Ass%2Fword@'));
  const wrong = createMailNotifier({ smtpUrl: sink.url.replace('//', '//ops:s3cret@'), from: FROM });
  const none = createMailNotifier({ smtpUrl: sink.url, from: FROM });
  t.after(() => Promise.all([wrong.close(), none.close()]));

  assert.deepEqual(await notifier.verify(), { ok: true });
  assert.deepEqual(await notifier.deliver(firing, 1, AT), { ok: true });
  const refused = `SMTP server 127.0.0.1:${sink.port} refused the user name or password (535); check LINESMAN_SMTP_URL`;
  assert.deepEqual(await wrong.verify(), { ok: false, retryable: true, message: refused });
  assert.deepEqual(await wrong.deliver(firing, 1, AT), { ok: false, retryable: true, message: refused });
  assertFailure(await none.deliver(firing, 1, AT), true, /wants a user name and password \(530 .*LINESMAN_SMTP_URL/);
  assert.equal(sink.mails.length, 1);
});

test('a receiver or a mail that is refused for good is not tried again', async (t) => {
  const { sink, notifier } = await start(t, { mode: { kind: 'refuse-receiver' } });

  assertFailure(
    await notifier.deliver(firing, 1, AT),
    false,
    /refused the receiver ops@example\.com \(550 No such user here\); check the address/,
  );
  sink.setMode({ kind: 'refuse-mail' });
  assertFailure(await notifier.deliver(firing, 1, AT), false, /refused the mail \(554 Rejected as spam\)/);
  sink.setMode({ kind: 'ok' });
  assert.deepEqual(await notifier.deliver(firing, 1, AT), { ok: true });
});

test('a greylisted mail is tried again, with the same Message-ID', async (t) => {
  const { sink, notifier } = await start(t, { mode: { kind: 'greylist', times: 2 } });

  assertFailure(await notifier.deliver(firing, 1, AT), true, /put the mail off \(451 Greylisted/);
  assertFailure(await notifier.deliver(firing, 2, AT), true, /put the mail off/);
  assert.deepEqual(await notifier.deliver(firing, 3, AT), { ok: true });
  const [mail] = await sink.waitFor(1);

  assert.equal(mail?.parsed.messageId, '<00112233445566aa@web-1>');
  assert.equal(mail?.parsed.headers.get('x-linesman-attempt'), '3');
});

test('a connection cut before the 250 counts as not delivered, and is not repeated behind our back', async (t) => {
  const { sink, notifier } = await start(t, { mode: { kind: 'drop' } });

  assertFailure(await notifier.deliver(firing, 1, AT), true, /broke the connection off/);
  sink.setMode({ kind: 'ok' });
  assert.deepEqual(await notifier.deliver(firing, 2, AT), { ok: true });

  assert.deepEqual(
    sink.mails.map(({ parsed }) => parsed.messageId),
    ['<00112233445566aa@web-1>', '<00112233445566aa@web-1>'],
  );
});

test('a connection that the server closed while it was idle costs nothing', async (t) => {
  const { sink, notifier } = await start(t);

  await notifier.deliver(firing, 1, AT);
  sink.disconnect();

  assert.deepEqual(await notifier.deliver(resolved, 1, AT), { ok: true });
  assert.equal(sink.mails.length, 2);
});

test('a server that falls silent is given up, and the next mail still goes out', async (t) => {
  const { sink, notifier } = await start(t, { mode: { kind: 'stall' } }, undefined, { limits: { silentMs: 500 } });

  assertFailure(await notifier.deliver(firing, 1, AT), true, /did not answer in time/);
  sink.setMode({ kind: 'ok' });
  assert.deepEqual(await notifier.deliver(firing, 2, AT), { ok: true });
});

test('a server that says nothing, or trickles, is given up', async (t) => {
  const mute = await listen(t, () => undefined);
  const trickling = await listen(t, (write) => {
    write('220 hello\r\n');
    const timer = setInterval(() => write('250-more\r\n'), 10);
    return () => clearInterval(timer);
  });

  for (const [port, limits] of [
    [mute, { greetingMs: 50 }],
    [trickling, { totalMs: 200 }],
  ] as const) {
    const notifier = createMailNotifier({ smtpUrl: `smtp://127.0.0.1:${port}`, from: FROM, limits });
    t.after(() => notifier.close());
    assertFailure(await notifier.deliver(firing, 1, AT), true, /did not answer in time/);
  }
});

test('a server that is not there is tried again', async (t) => {
  const sink = await createSmtpSink();
  await sink.close();
  const notifier = createMailNotifier({ smtpUrl: sink.url, from: FROM });
  t.after(() => notifier.close());

  const expected = /SMTP server 127\.0\.0\.1:\d+ cannot be reached \(.*ECONNREFUSED/;
  assertFailure(await notifier.deliver(firing, 1, AT), true, expected);
  assertFailure(await notifier.verify(), true, expected);
});

test('STARTTLS is used when it is offered, and required when that is wished', async (t) => {
  const offering = await start(t, { tls: 'starttls' });
  const required = await start(t, { tls: 'starttls' }, undefined, { requireTls: true });
  const missing = await start(t, {}, undefined, { requireTls: true });
  const implicit = await start(t, { tls: 'implicit' });

  for (const { sink, notifier } of [offering, required, implicit]) {
    assert.deepEqual(await notifier.deliver(firing, 1, AT), { ok: true });
    assert.deepEqual(
      (await sink.waitFor(1)).map(({ overTls }) => overTls),
      [true],
    );
  }
  assertFailure(await missing.notifier.deliver(firing, 1, AT), true, /does not offer the TLS that is required/);
  assert.equal(missing.sink.mails.length, 0);
});

test('an address in the settings that is none is not tried again', async (t) => {
  const { notifier } = await start(t);

  assertFailure(await notifier.deliver({ ...firing, receiver: 'nobody' }, 1, AT), false, /receiver|addresses/);
});

async function start(
  t: TestContext,
  sinkOptions: Parameters<typeof createSmtpSink>[0] = {},
  toUrl: (url: string) => string = (url) => url,
  options: Partial<MailNotifierOptions> = {},
): Promise<{ sink: SmtpSink; notifier: Notifier }> {
  const sink = await createSmtpSink(sinkOptions);
  const notifier = createMailNotifier({ smtpUrl: toUrl(sink.url), from: FROM, ...options });
  t.after(async () => {
    await notifier.close();
    await sink.close();
  });
  return { sink, notifier };
}

function assertFailure(outcome: DeliveryOutcome, retryable: boolean, message: RegExp): void {
  assert.ok(!outcome.ok);
  assert.match(outcome.message, message);
  assert.equal(outcome.retryable, retryable, outcome.message);
}

/** A server that only writes; answers with its port. */
async function listen(
  t: TestContext,
  talk: (write: (text: string) => void) => (() => void) | undefined,
): Promise<number> {
  const server: Server = createServer((socket) => {
    const stop = talk((text) => socket.writable && socket.write(text));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => stop?.());
    t.after(() => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
