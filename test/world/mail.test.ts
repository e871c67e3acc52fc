/** Mail servers that refuse, are away or never take a mail: a mail comes late, not twice, and never in a loop. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeBurst } from '../support/burst.ts';
import { freePort } from '../support/free-port.ts';
import { createWorld, type Running } from '../support/service.ts';
import { createSmtpSink } from '../support/smtp-sink.ts';
import { until } from '../support/until.ts';

test('with a wrong password of the mail server it says so, and the mail comes when the password works', async (t) => {
  const world = await createWorld({ smtp: { mode: { kind: 'auth', user: 'lm', password: 'right' } } });
  t.after(world.end);
  const url = world.sink.url.replace('//', '//lm:s3cret-given@');
  const linesman = await world.start({ env: { LINESMAN_SMTP_URL: url } });

  const reason = await linesman.complains(/refused the user name or password/);
  await writeBurst(world);
  await said(linesman, 'Notification not delivered yet; it is tried again');
  world.sink.setMode({ kind: 'auth', user: 'lm', password: 's3cret-given' });
  const mails = await world.sink.waitFor(1, 120_000);

  assert.match(reason, /refused the user name or password \(535\); check LINESMAN_SMTP_URL/);
  assert.equal(mails.length, 1);
  assert.doesNotMatch(JSON.stringify(linesman.log()), /s3cret/);
  await linesman.isWell();
});

test('a wrong password that is mended shows as mended, without a mail to send', async (t) => {
  const world = await createWorld({ smtp: { mode: { kind: 'auth', user: 'lm', password: 'right' } } });
  t.after(world.end);
  const linesman = await world.start({ env: { LINESMAN_SMTP_URL: world.sink.url.replace('//', '//lm:later@') } });

  await linesman.complains(/refused the user name or password/);
  world.sink.setMode({ kind: 'auth', user: 'lm', password: 'later' });
  await linesman.isWell();

  assert.equal(world.sink.mails.length, 0);
});

test('a mail server that is away gets the mail when it is back, once, under the Message-ID it had', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const port = await freePort();
  const linesman = await world.start({ env: { LINESMAN_SMTP_URL: `smtp://127.0.0.1:${port}` } });

  const reason = await linesman.complains(/cannot be reached/);
  await writeBurst(world);
  const [decided] = await said(linesman, 'Notification decided');
  await said(linesman, 'Notification not delivered yet; it is tried again');
  const sink = await createSmtpSink({ port });
  t.after(sink.close);
  const mails = await sink.waitFor(1, 120_000);
  await linesman.isWell();

  assert.match(reason, /^SMTP server 127\.0\.0\.1:\d+ cannot be reached \(.*ECONNREFUSED.*\); it is tried again$/);
  assert.deepEqual(
    mails.map(({ parsed }) => parsed.messageId),
    [`<${decided?.id}@test>`],
  );
});

test('a receiver refused for good is given up once, and that is a fault of its own but no loop', async (t) => {
  const world = await createWorld({ smtp: { mode: { kind: 'refuse-receiver' } } });
  t.after(world.end);
  const linesman = await world.start();

  await writeBurst(world);
  await said(linesman, 'Gave up a notification');
  await until('it is a fault that nobody was told', () =>
    linesman
      .log()
      .some(({ msg, watch, to }) => msg === 'Fault' && watch === 'linesman.delivery.dead' && to === 'firing'),
  );
  await until('nothing is left to tell', async () =>
    /^linesman_outbox_notifications 0$/m.test(await linesman.metrics()),
  );

  const given = linesman.log().filter(({ msg }) => msg === 'Gave up a notification');
  const decided = linesman.log().filter(({ msg }) => msg === 'Notification decided');
  assert.deepEqual(
    given.map(({ id, attempt }) => ({ id, attempt })),
    decided.map(({ id }) => ({ id, attempt: 1 })),
  );
  assert.match(String(given[0]?.message), /refused the receiver ops@example\.com .*550/);
  assert.equal(world.sink.mails.length, 0);
});

test('a mail cut off before the server said yes comes again under the same Message-ID', async (t) => {
  const world = await createWorld({ smtp: { mode: { kind: 'drop' } } });
  t.after(world.end);
  const linesman = await world.start();

  await writeBurst(world);
  await world.sink.waitFor(1, 120_000);
  world.sink.setMode({ kind: 'ok' });
  await said(linesman, 'Notification delivered');

  assert.equal(new Set(world.sink.mails.map(({ parsed }) => parsed.messageId)).size, 1);
});

/** Waits until it has logged this sentence, and gives the records. */
async function said(linesman: Running, sentence: string) {
  const records = () => linesman.log().filter(({ msg }) => msg === sentence);
  await until(`it says '${sentence}'`, () => records().length > 0);
  return records();
}
