/** Redis cannot be used, so nothing can be told through it: people are told past it. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openStorageDown } from '../../../src/app/storage/storage-down.ts';
import { createStoreWait, watchedStore } from '../../../src/app/storage/store-wait.ts';
import { createDirectTelling } from '../../../src/app/telling/direct-telling.ts';
import type { DeliveryJournal, DeliveryOutcome, Notifier } from '../../../src/core/ports.ts';
import type { Notification } from '../../../src/core/types.ts';
import { createMailNotifier } from '../../../src/notifiers/mail.ts';
import { createMemoryJournal } from '../../support/memory-journal.ts';
import { connectTestClient } from '../../support/redis-client.ts';
import { startTcpRedis } from '../../support/redis-tcp.ts';
import { createSmtpSink } from '../../support/smtp-sink.ts';
import { until } from '../../support/until.ts';

const T0 = Date.UTC(2026, 10, 25, 3, 0, 0);
const AWAY: DeliveryOutcome = { ok: false, retryable: true, message: 'SMTP server cannot be reached' };
const REFUSED: DeliveryOutcome = { ok: false, retryable: false, message: '550 no such user' };

test('after two minutes each receiver is told once, and once that it is over, in one thread', async (t) => {
  const desk = await deskFor(t, { receivers: ['a@example.com', 'b@example.com'] });
  desk.away();
  await desk.pass(119);
  assert.deepEqual(desk.told(), []);

  await desk.pass(600);
  assert.deepEqual(desk.told(), ['firing a@example.com', 'firing b@example.com']);
  desk.back();
  await desk.pass(29);
  assert.equal(desk.told().length, 2);
  await desk.pass(600);

  assert.deepEqual(desk.told().slice(2), ['resolved a@example.com', 'resolved b@example.com']);
  const [first, , over] = desk.sent;
  assert.equal(over?.root, first?.id);
  assert.equal(over?.model.subject, first?.model.subject);
  assert.equal(first?.model.since, T0);
  // Seen at the next look.
  assert.equal(over?.model.resolvedAt, T0 + 720_000);
});

test('one request that waits is enough, even while others are answered', async (t) => {
  const desk = await deskFor(t);
  desk.away();
  for (let second = 0; second < 130; second += 10) {
    await desk.wait.during(async () => {});
    await desk.pass(10);
  }

  assert.deepEqual(desk.told(), ['firing ops@example.com']);
});

test('a slow Redis, and one that is back within two minutes, is told to nobody', async (t) => {
  const desk = await deskFor(t);
  for (let time = 0; time < 20; time += 1) {
    desk.away();
    await desk.pass(100);
    desk.back();
    await desk.pass(10);
  }

  assert.deepEqual(desk.told(), []);
});

test('one that comes back for a moment now and then is one outage', async (t) => {
  const desk = await deskFor(t);
  for (let time = 0; time < 5; time += 1) {
    desk.away();
    await desk.pass(200);
    desk.back();
    await desk.pass(20);
  }
  await desk.pass(60);

  assert.deepEqual(desk.told(), ['firing ops@example.com', 'resolved ops@example.com']);
});

test('a second outage is told by itself, under another id', async (t) => {
  const desk = await deskFor(t);
  for (let time = 0; time < 2; time += 1) {
    desk.away();
    await desk.pass(150);
    desk.back();
    await desk.pass(60);
  }

  assert.equal(desk.told().length, 4);
  assert.equal(new Set(desk.sent.map(({ id }) => id)).size, 4);
  assert.equal(new Set(desk.sent.map(({ root }) => root)).size, 2);
});

test('while the mail server is away too it is tried again, seldom, and told once', async (t) => {
  const desk = await deskFor(t);
  desk.answer(AWAY);
  desk.away();
  await desk.pass(120 + 3_600);
  const tries = desk.sent.length;
  desk.answer({ ok: true });
  await desk.pass(600);

  assert.ok(tries > 10 && tries < 30, `${tries} tries in an hour`);
  assert.equal(desk.sent.length, tries + 1);
  assert.equal(new Set(desk.sent.map(({ id }) => id)).size, 1);
});

test('an outage that nobody could be told of in time is not told when it is over', async (t) => {
  const desk = await deskFor(t);
  desk.answer(AWAY);
  desk.away();
  await desk.pass(300);
  desk.back();
  await desk.pass(60);
  const before = desk.sent.length;
  desk.answer({ ok: true });
  await desk.pass(900);

  assert.equal(desk.sent.length, before);
});

test('a receiver that is refused for good is not tried again', async (t) => {
  const desk = await deskFor(t);
  desk.answer(REFUSED);
  desk.away();
  await desk.pass(900);

  assert.deepEqual(desk.told(), ['firing ops@example.com']);
  assert.deepEqual(desk.outcomes, ['dead']);
});

test('a restart in the middle tells nothing twice, and still tells the end', async (t) => {
  const desk = await deskFor(t);
  desk.away();
  await desk.pass(300);
  await desk.restart();
  await desk.pass(300);
  await desk.restart();
  desk.back();
  await desk.pass(60);

  assert.deepEqual(desk.told(), ['firing ops@example.com', 'resolved ops@example.com']);
  assert.equal(desk.sent[1]?.model.since, T0);
});

test('a restart before the mail got through tells it after all, and a restart before the end did, too', async (t) => {
  const desk = await deskFor(t);
  desk.answer(AWAY);
  desk.away();
  await desk.pass(121);
  await desk.restart();
  desk.answer({ ok: true });
  desk.sent.length = 0;
  await desk.pass(130);
  assert.deepEqual(desk.told(), ['firing ops@example.com']);
  desk.answer(AWAY);
  desk.back();
  await desk.pass(31);
  await desk.restart();
  desk.answer({ ok: true });
  desk.sent.length = 0;
  await desk.pass(31);

  assert.deepEqual(desk.told(), ['resolved ops@example.com']);
  await desk.restart();
  await desk.pass(900);
  assert.equal(desk.told().length, 1);
});

test('a torn or foreign note of an outage is left out', async (t) => {
  const desk = await deskFor(t);
  for (const text of ['', '\0\0', 'null', '[]', '{"since":"now"}', '{"since":1e400}', 'x'.repeat(10_000)]) {
    await writeFile(join(desk.folder, 'outage.json'), text);
    await desk.restart();
    await desk.pass(60);
  }

  assert.deepEqual(desk.told(), []);
});

test('a journal and a notifier that fail end nothing', async (t) => {
  const desk = await deskFor(t);
  desk.breakJournal();
  desk.away();
  await desk.pass(300);
  desk.throwing();
  desk.back();
  await desk.pass(300);

  assert.ok(desk.told().length >= 1);
});

test('a Redis that was killed is told by mail with what is wrong, and when it is back', async (t) => {
  const redis = await startTcpRedis();
  t.after(redis.stop);
  const sink = await createSmtpSink();
  t.after(sink.close);
  const client = connectTestClient(redis.url);
  t.after(client.close);
  const notifier = createMailNotifier({ smtpUrl: sink.url, from: 'linesman <linesman@example.com>' });
  t.after(notifier.close);
  const reason = 'Redis at 127.0.0.1:6379 is not connected; trying again.';
  const desk = await deskFor(t, { notifier, reason });
  const store = watchedStore(client.store, desk.wait);
  await store.read('test/nginx', ['head']);

  await redis.kill();
  await until('the connection is lost', () => client.redis.status !== 'ready');
  const reading = store.read('test/nginx', ['head']);
  await desk.pass(130);
  await redis.start();
  await reading;
  await desk.pass(60);

  const [down, over] = sink.mails.map(({ parsed }) => parsed);
  assert.equal(sink.mails.length, 2);
  assert.match(String(down?.subject), /^\[linesman critical\] web-1 No usable Redis for 2 min #[0-9A-Z]{4}$/);
  assert.equal(over?.subject, `Re: ${down?.subject}`);
  assert.equal(over?.inReplyTo, down?.messageId);
  assert.match(String(down?.text), /FIRING since 2026-11-25 03:00:00 UTC on web-1/);
  assert.match(String(down?.text), /\| Redis at 127\.0\.0\.1:6379 is not connected; trying again\./);
  assert.match(String(over?.text), /RESOLVED after 2 min 11 s on web-1/);
  t.diagnostic(`\n${down?.text}\n${over?.text}`);
});

async function deskFor(
  t: TestContext,
  parts: { readonly receivers?: readonly string[]; readonly notifier?: Notifier; readonly reason?: string } = {},
) {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-outage-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  let time = T0;
  const now = () => time;
  const sent: Notification[] = [];
  const outcomes: string[] = [];
  let answer: DeliveryOutcome = { ok: true };
  let isThrowing = false;
  let journal: DeliveryJournal = createMemoryJournal();
  const notifier: Notifier = parts.notifier ?? {
    async deliver(notification) {
      sent.push(notification);
      if (isThrowing) throw new Error('a bug');
      return answer;
    },
    verify: async () => ({ ok: true }),
    async close() {},
  };
  let wait = createStoreWait(now);
  let release: (() => void) | undefined;
  const silent = { debug() {}, info() {}, warn() {}, error() {} };

  const open = async () => {
    const shared = { notifier, journal, now, clock: now, log: silent };
    const telling = createDirectTelling({ ...shared, onOutcome: (result) => void outcomes.push(result) });
    return await openStorageDown({
      ...{ ...shared, wait, telling, folder },
      receivers: () => parts.receivers ?? ['ops@example.com'],
      reason: () => parts.reason ?? '',
      facts: { host: 'web-1', timezone: 'UTC', version: '0.1.0' },
    });
  };
  let down = await open();
  const away = () => {
    void wait.during(async () => await new Promise<void>((resolve) => (release = resolve)));
  };
  const desk = {
    ...{ folder, sent, outcomes, away },
    get wait() {
      return wait;
    },
    told: () => sent.map(({ receiver, model }) => `${model.transition} ${receiver}`),
    answer(next: DeliveryOutcome) {
      answer = next;
    },
    throwing() {
      isThrowing = true;
    },
    breakJournal() {
      journal = { ...journal, append: async () => await Promise.reject(new Error('ENOSPC')) };
    },
    back() {
      release?.();
      release = undefined;
    },
    /** As after a kill and a new start: what waited waits anew. */
    async restart() {
      const wasAway = release !== undefined;
      wait = createStoreWait(now);
      await down.close();
      down = await open();
      if (wasAway) away();
    },
    async pass(seconds: number) {
      for (let second = 0; second < seconds; second += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        time += 1_000;
        await down.look();
      }
    },
  };
  return desk;
}
