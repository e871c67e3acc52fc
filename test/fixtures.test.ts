/** Every story in fixtures/: told as its golden file says, within the bounds its story gives, the same over memory and Redis. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { type ParsedMail, simpleParser } from 'mailparser';
import { goldenLines } from '../src/cli/golden-story.ts';
import { connectRedis } from '../src/redis/connect.ts';
import { fixtures } from './support/fixtures.ts';
import { startTestRedis, type TestRedis } from './support/redis.ts';
import { type Replayed, replayFixture } from './support/replay-fixture.ts';
import { STORIES } from './tools/fixture-stories.ts';

let server: TestRedis;

before(async () => {
  server = await startTestRedis();
});

after(async () => {
  await server.stop();
});

for (const one of fixtures()) {
  test(`${one.name}: the same over memory and Redis, as its golden story says`, async () => {
    const first = await replayFixture(one);
    await emptyRedis();
    const overRedis = await replayFixture(one, server.url);

    assert.deepEqual(first.told, goldenLines(readFileSync(one.expected, 'utf8')));
    assert.deepEqual(overRedis.transitions, first.transitions);
    assert.deepEqual(overRedis.told, first.told);
    assert.deepEqual(overRedis.mails, first.mails);
    assertTruth(one.name, first);
    await assertMails(first);
    await assertSays(one.name, first);
  });

  test(`${one.name}: its input is what the generator makes`, () => {
    const made = STORIES[one.name]?.() ?? {};

    const inputs = [...one.inputs, ...(one.machine === undefined ? [] : [one.machine])];
    assert.deepEqual(inputs.map((path) => basename(path)).toSorted(), Object.keys(made).toSorted());
    for (const path of inputs) {
      const bytes = readFileSync(path);
      const plain = path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
      assert.ok(plain.equals(made[basename(path)] ?? Buffer.of()), path);
    }
  });
}

/** What must be true by the story itself, whatever the golden file says. Times of day; a fault not named must not fire. */
interface Told {
  readonly watch: string;
  readonly label?: string;
  readonly firesFrom: string;
  readonly firesTo: string;
  readonly overFrom: string;
  readonly overTo: string;
}

const burst = { firesFrom: '03:00:01', firesTo: '03:00:20', overFrom: '03:05:00', overTo: '03:06:00' };
const attack = { firesFrom: '15:40:01', firesTo: '15:40:10', overFrom: '15:44:00', overTo: '15:46:00' };

const outage = { firesFrom: '22:00:10', firesTo: '22:01:15', overFrom: '22:11:00', overTo: '22:17:00' };
const slow = { firesFrom: '11:01:00', firesTo: '11:06:00' };
const slowRoute = { firesFrom: '11:02:00', firesTo: '11:04:00', overFrom: '11:13:00', overTo: '11:15:00' };
const lost = { firesFrom: '14:01:00', firesTo: '14:12:00' };
const gone = { firesFrom: '03:20:05', firesTo: '03:20:15', overFrom: '03:31:04', overTo: '03:32:00' };
const down = { firesFrom: '04:30:20', firesTo: '04:30:30', overFrom: '04:38:15', overTo: '04:38:31' };
const copied = { firesFrom: '16:00:10', firesTo: '16:05:00', overFrom: '16:25:00', overTo: '16:32:00' };

interface Truth {
  readonly faults: readonly Told[];
  readonly mails: readonly string[];
  /** What the first mail says. */
  readonly says?: RegExp;
}

const TRUTH: Readonly<Record<string, Truth>> = {
  'burst-5xx': {
    faults: [
      { watch: 'http.5xx.burst', ...burst },
      // For the digest: told by no mail of its own.
      { watch: 'http.502_504', ...burst },
      { watch: 'http.5xx.upstream', label: '10.0.0.12:8080', ...burst },
      { watch: 'http.5xx.vhost', label: 'shop.example.com', ...burst },
      { watch: 'nginx.error.upstream', ...burst },
    ],
    mails: ['firing http.5xx.burst', 'resolved http.5xx.burst'],
  },
  'calm-day': { faults: [], mails: [] },
  'upstream-gone': {
    faults: [
      { watch: 'http.5xx.burst', ...gone },
      { watch: 'http.502_504', ...gone },
      { watch: 'http.5xx.upstream', label: '10.0.0.11:8080', ...gone },
      { watch: 'http.5xx.vhost', label: 'shop.example.com', ...gone },
      { watch: 'nginx.error.upstream', ...gone },
      // Ten minutes of which are told, and then two readings.
      { watch: 'check.shop', firesFrom: '03:20:25', firesTo: '03:20:25', overFrom: '03:30:25', overTo: '03:30:25' },
    ],
    mails: ['firing http.5xx.burst', 'resolved http.5xx.burst'],
    says: /Process shop-app is not running/,
  },
  'database-down': {
    faults: [
      { watch: 'check.db', ...down, firesFrom: '04:30:29' },
      { watch: 'check.orders', ...down },
      { watch: 'check.shop', ...down },
    ],
    mails: ['firing check.db', 'resolved check.db'],
  },
  'error-log': {
    faults: [
      {
        watch: 'nginx.error.upstream',
        firesFrom: '08:50:01',
        firesTo: '08:50:15',
        overFrom: '08:56:00',
        overTo: '08:57:00',
      },
      {
        watch: 'nginx.error.emergency',
        firesFrom: '09:20:01',
        firesTo: '09:20:01',
        overFrom: '09:22:00',
        overTo: '09:22:01',
      },
    ],
    mails: [
      ...['firing nginx.error.upstream', 'resolved nginx.error.upstream'],
      ...['firing nginx.error.emergency', 'resolved nginx.error.emergency'],
    ],
  },
  'hostile-lines': {
    faults: [
      { watch: 'http.5xx.burst', ...attack },
      { watch: 'http.502_504', ...attack },
      { watch: 'http.5xx.upstream', label: '10.0.0.11:8080', ...attack },
      // A third of its requests failed from the fifth second on only.
      { watch: 'http.5xx.vhost', label: 'shop.example.com', ...attack, firesTo: '15:40:20' },
      {
        ...{ watch: 'http.5xx.vhost', label: '"><svg/onload=alert(1)>' },
        ...{ firesFrom: '15:41:48', firesTo: '15:42:05', overFrom: '15:52:48', overTo: '16:13:00' },
      },
    ],
    mails: ['firing http.5xx.burst', 'resolved http.5xx.burst'],
  },
  'low-traffic-noise': { faults: [], mails: [] },
  'low-traffic-outage': {
    faults: [
      { watch: 'http.5xx.burst', ...outage },
      { watch: 'http.502_504', ...outage },
    ],
    mails: ['firing http.5xx.burst', 'resolved http.5xx.burst'],
  },
  'site-absent': {
    faults: [
      { watch: 'site.absent', firesFrom: '10:01:00', firesTo: '10:01:05', overFrom: '10:21:00', overTo: '10:21:05' },
    ],
    mails: ['firing site.absent', 'resolved site.absent'],
  },
  'quiet-servers': { faults: [], mails: [] },
  'stack-traces': {
    faults: [
      {
        watch: 'log.errors.share',
        firesFrom: '10:00:05',
        firesTo: '10:00:30',
        overFrom: '10:07:00',
        overTo: '10:10:00',
      },
    ],
    mails: ['firing log.errors.share', 'resolved log.errors.share'],
  },
  'slow-answers': {
    faults: [
      { watch: 'http.latency.p95', ...slow, overFrom: '11:28:00', overTo: '11:31:00' },
      { watch: 'http.latency.p50', ...slow, overFrom: '11:30:00', overTo: '11:36:00' },
    ],
    mails: ['firing http.latency.p95', 'resolved http.latency.p95'],
    says: /All routes are slow alike: \d+% to \d+% of the requests to each of the 5 largest take 500 ms or longer, \d+% of all/,
  },
  'slow-route': {
    faults: [{ watch: 'http.latency.p95', ...slowRoute }],
    mails: ['firing http.latency.p95', 'resolved http.latency.p95'],
    says: /Route \/search explains it: \d+% of the slow ones now, 1\d% of all; without it [\d.]+% of the requests take 500 ms or longer, as usual\./,
  },
  'lost-visitors': {
    faults: [
      { watch: 'http.requests.drop', ...lost, overFrom: '14:43:00', overTo: '14:48:00' },
      { watch: 'http.clients.drop', ...lost, overFrom: '14:45:00', overTo: '15:00:00' },
    ],
    mails: ['firing http.requests.drop', 'resolved http.requests.drop'],
  },
  crawler: {
    faults: [
      { watch: 'http.requests.spike', ...copied },
      { watch: 'http.client.concentration', ...copied },
    ],
    mails: [],
  },
  'broken-links': {
    faults: [
      { watch: 'http.404.shift', firesFrom: '12:00:30', firesTo: '12:10:00', overFrom: '12:35:00', overTo: '12:40:00' },
    ],
    mails: [],
  },
  'healthy-week': { faults: [], mails: [] },
  'disk-fills': {
    faults: [
      {
        ...{ watch: 'disk.fill', label: '/var', firesFrom: '03:00:00', firesTo: '05:00:00' },
        ...{ overFrom: '10:10:00', overTo: '12:00:00' },
      },
    ],
    mails: ['firing disk.fill', 'resolved disk.fill'],
  },
  'lost-worker': {
    faults: [
      {
        ...{ watch: 'queue.workers.changed', firesFrom: '04:12:01', firesTo: '04:12:40' },
        ...{ overFrom: '04:13:00', overTo: '04:14:00' },
      },
    ],
    mails: ['firing queue.workers.changed'],
  },
  'known-error': {
    faults: [
      {
        watch: 'log.errors.more',
        firesFrom: '01:40:00',
        firesTo: '02:00:00',
        overFrom: '03:30:00',
        overTo: '04:30:00',
      },
    ],
    mails: [],
  },
  'new-error': {
    faults: [
      { watch: 'log.errors.new', firesFrom: '03:10:30', firesTo: '04:30:00', overFrom: '03:11:00', overTo: '04:32:00' },
    ],
    mails: ['firing log.errors.new'],
  },
  'slow-creep': {
    faults: [
      { watch: 'http.5xx.burst', firesFrom: '06:36:00', firesTo: '07:30:00', overFrom: '09:01:00', overTo: '09:07:00' },
    ],
    mails: ['firing http.5xx.burst', 'resolved http.5xx.burst'],
  },
};

function assertTruth(name: string, { transitions, notifications }: Replayed): void {
  const truth = TRUTH[name];
  assert.ok(truth, `${name} needs its truth in this file`);
  const faults = transitions.filter(({ to }) => to === 'firing').map(({ fault }) => fault);
  const nameOf = (watch: string, label = '') => `${watch} ${label}`;
  assert.deepEqual(
    faults.map(({ watch, first }) => nameOf(watch, Object.values(first.labels)[0])).toSorted(),
    truth.faults.map(({ watch, label }) => nameOf(watch, label)).toSorted(),
  );
  for (const told of truth.faults) {
    const [firing, resolved] = ['firing', 'resolved'].map(
      (state) =>
        transitions.find(
          ({ fault, to }) =>
            to === state &&
            fault.firedAt !== undefined &&
            nameOf(fault.watch, Object.values(fault.first.labels)[0]) === nameOf(told.watch, told.label),
        )?.at ?? 0,
    );
    assertWithin(`${told.watch} fires`, firing ?? 0, told.firesFrom, told.firesTo);
    assertWithin(`${told.watch} is over`, resolved ?? 0, told.overFrom, told.overTo);
  }
  assert.deepEqual(
    notifications.map(({ model, digest }) => (digest ? 'digest' : `${model.transition} ${model.watch}`)),
    truth.mails,
  );
}

function assertWithin(what: string, time: number, from: string, to: string): void {
  const given = new Date(time).toISOString().slice(11, 19);
  assert.ok(given >= from && given <= to, `${what} at ${given}, expected from ${from} to ${to}`);
}

const HEADERS = new Set(
  (
    'from to subject message-id in-reply-to references date mime-version content-type auto-submitted list-id importance ' +
    'x-auto-response-suppress x-linesman-severity x-linesman-watch x-linesman-host x-linesman-state x-linesman-fault'
  ).split(' '),
);
/** Log text that must stay in the body. */
const LOG_TEXT = /evil|bcc|alert\(|all is well|svg|curl|invalid|shop\.example|refused/i;

async function assertMails({ mails, notifications }: Replayed): Promise<void> {
  const messageIds = new Map<string, string>();
  for (const [index, bytes] of [...mails.values()].entries()) {
    const mail = await simpleParser(bytes);
    const notification = notifications[index];
    assert.ok(notification && mail.messageId);
    assert.doesNotMatch(bytes.toString('latin1').replaceAll('\r\n', '\n'), /[\x00-\x09\x0b-\x1f\x7f-\xff]/);
    assertHeaders(mail);
    for (const part of [mail.text ?? '', mail.html || '']) {
      assert.ok(part.length > 200);
      assert.doesNotMatch(part, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/);
    }
    assert.doesNotMatch(mail.html || '', /<script|<img|<svg/i);
    assert.equal(mail.inReplyTo, messageIds.get(notification.root));
    assert.equal(mail.references, messageIds.get(notification.root));
    assert.equal(notification.id === notification.root, mail.inReplyTo === undefined);
    assert.ok(![...messageIds.values()].includes(mail.messageId), 'one Message-ID a notification');
    messageIds.set(notification.id, mail.messageId);
  }
}

async function assertSays(name: string, { mails }: Replayed): Promise<void> {
  const says = TRUTH[name]?.says;
  const [bytes] = [...mails.values()];
  if (says && bytes) assert.match(((await simpleParser(bytes)).text ?? '').replaceAll('\n', ' '), says);
}

function assertHeaders(mail: ParsedMail): void {
  const names = mail.headerLines.map(({ key }) => key);
  assert.equal(new Set(names).size, names.length);
  for (const { key, line } of mail.headerLines) {
    assert.ok(HEADERS.has(key), `header ${line}`);
    assert.match(line, /^[\x20-\x7e\r\n]*$/);
    // The boundary is a hash, which may spell anything.
    assert.doesNotMatch(line.replace(/boundary="--_NmP-[0-9a-f]+-Part_\d+"/, ''), LOG_TEXT);
  }
}

async function emptyRedis(): Promise<void> {
  const redis = connectRedis({ url: server.url, onTrouble() {}, onOk() {} });
  await redis.flushall();
  redis.disconnect();
}
