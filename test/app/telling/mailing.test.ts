/** Another mail server and other receivers while mails are on their way, with real servers. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { storageNotification } from '../../../src/app/storage/storage-mail.ts';
import { createMailing } from '../../../src/app/telling/mailing.ts';
import { loadConfig } from '../../../src/config/config.ts';
import { createSmtpSink } from '../../support/smtp-sink.ts';

const NOW = Date.UTC(2026, 10, 25, 3, 0, 0);

test('a mail that the server before was given reaches it, and the next one goes to the other', async (t) => {
  const [first, second] = [await sinkFor(t), await sinkFor(t)];
  const mailing = createMailing(configOf(first.url, 'old@example.com'));
  t.after(mailing.close);
  const given = mailing.notifier?.deliver(mailTo('old@example.com'), 1, NOW);

  mailing.use(configOf(second.url, 'new@example.com'));
  const [receiver = ''] = mailing.receivers();
  const later = await mailing.notifier?.deliver(mailTo(receiver), 1, NOW);

  assert.deepEqual([await given, later], [{ ok: true }, { ok: true }]);
  assert.equal(receiver, 'new@example.com');
  assert.deepEqual([first.mails.length, second.mails.length], [1, 1]);
});

test('an address that cannot be read changes nothing', async (t) => {
  const sink = await sinkFor(t);
  const mailing = createMailing(configOf(sink.url, 'old@example.com'));
  t.after(mailing.close);

  assert.throws(() => mailing.use(configOf('smtp://', 'new@example.com')), { code: 'CONFIG' });
  assert.deepEqual(mailing.receivers(), ['old@example.com']);
  assert.deepEqual(await mailing.notifier?.deliver(mailTo('old@example.com'), 1, NOW), { ok: true });
});

async function sinkFor(t: TestContext) {
  const sink = await createSmtpSink();
  t.after(sink.close);
  return sink;
}

function configOf(smtp: string, to: string) {
  const config = loadConfig({ env: { LINESMAN_CONFIG: '/dev/null' }, hostname: 'test' });
  return { ...config, mail: { ...config.mail, smtp, to: [to] } };
}

function mailTo(receiver: string) {
  const facts = { host: 'test', timezone: 'UTC', version: 'test' };
  const times = { since: NOW - 180_000, at: NOW, limitMs: 120_000 };
  return storageNotification({ ...times, transition: 'firing', facts, receiver, reason: 'Redis is away.' });
}
