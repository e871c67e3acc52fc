import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { ToldEvent } from '../../src/web/event-body.ts';
import { type EventParts, isLoopback } from '../../src/web/events.ts';
import { startWeb } from '../../src/web/server.ts';

const NOW = Date.UTC(2026, 10, 28, 12);
const JSON_HEADER = { 'content-type': 'application/json' };
const closers: (() => Promise<void>)[] = [];
after(async () => await Promise.all(closers.map(async (close) => await close())));

test('what is told is taken, with its kind and its time, or those of now', async () => {
  const { post, taken, answers } = await start();

  const first = await post({ text: ' shop\n1.4  deployed ', kind: 'deploy', time: '2026-11-28T12:55:00+01:00' });
  const second = await post({ text: 'a' });

  assert.deepEqual([first.status, second.status], [202, 202]);
  assert.deepEqual(await first.json(), { text: 'shop 1.4 deployed', kind: 'deploy', time: '2026-11-28T11:55:00.000Z' });
  assert.deepEqual(taken, [
    { text: 'shop 1.4 deployed', kind: 'deploy', time: NOW - 300_000 },
    { text: 'a', kind: 'event', time: NOW },
  ]);
  assert.deepEqual(answers, ['taken', 'taken']);
});

test('a long text is cut and not refused', async () => {
  const { post, taken } = await start();

  await post({ text: '😀'.repeat(300) });

  assert.equal([...(taken[0]?.text ?? '')].length, 200);
  assert.match(taken[0]?.text ?? '', /^(😀){199}…$/u);
});

test('each mistake has its sentence, in which nothing of what was given stands', async () => {
  const { post, taken } = await start();

  for (const [body, sentence] of [
    ['', /no JSON mapping/],
    ['["hunter2"]', /no JSON mapping/],
    ['{"text": 5}', /"text" is missing/],
    ['{"text": " \\n "}', /"text" is missing/],
    ['{"text": "a", "hunter2": 1}', /other keys than text, kind, time/],
    ['{"text": "a", "kind": "hunter2"}', /"kind" is no short word/],
    ['{"text": "a", "time": "hunter2"}', /"time" is no time with a zone/],
    ['{"text": "a", "time": "2026-11-28T12:00:00"}', /"time" is no time with a zone/],
    ['{"text": "a", "time": "2026-11-28T11:49:00Z"}', /within the last ten minutes/],
    ['{"text": "a", "time": "2026-11-28T12:02:00Z"}', /within the last ten minutes/],
  ] as const) {
    const response = await post(body);

    assert.equal(response.status, 400, body);
    const text = await response.text();
    assert.match(text, sentence, body);
    assert.doesNotMatch(text, /hunter2/);
  }
  assert.deepEqual(taken, []);
});

test('a form of a browser is refused, by what it sends and by where it is from', async () => {
  const { base, taken } = await start();
  const body = '{"text": "a"}';

  const form = await fetch(`${base}/events`, { method: 'POST', body, headers: { 'content-type': 'text/plain' } });
  const page = await fetch(`${base}/events`, {
    method: 'POST',
    body,
    headers: { ...JSON_HEADER, origin: 'http://evil' },
  });
  const asked = await fetch(`${base}/events`, { method: 'OPTIONS', headers: { origin: 'http://evil' } });

  assert.deepEqual([form.status, page.status, asked.status], [415, 403, 404]);
  assert.equal(asked.headers.get('access-control-allow-origin'), null);
  assert.deepEqual(taken, []);
});

test('who has not the token is refused, where there is one', async () => {
  const { post, taken } = await start({ token: 'correct-horse' });

  const none = await post({ text: 'a' });
  const wrong = await post({ text: 'a' }, { authorization: 'Bearer correct-hors' });
  const right = await post({ text: 'a' }, { authorization: 'Bearer correct-horse' });

  assert.deepEqual([none.status, wrong.status, right.status], [401, 401, 202]);
  assert.equal(none.headers.get('www-authenticate'), 'Bearer');
  assert.doesNotMatch(await wrong.text(), /horse/);
  assert.equal(taken.length, 1);
});

test('beyond this machine nobody may tell without a token, and the answer says how', async () => {
  const open = await start({}, '0.0.0.0');
  const guarded = await start({ token: 'correct-horse' }, '0.0.0.0');

  const refused = await open.post({ text: 'a' });
  const taken = await guarded.post({ text: 'a' }, { authorization: 'Bearer correct-horse' });

  assert.deepEqual([refused.status, taken.status], [403, 202]);
  assert.match(await refused.text(), /LINESMAN_EVENTS_TOKEN/);
});

test('addresses of this machine alone', () => {
  for (const host of ['127.0.0.1', '127.8.9.1', '::1', 'localhost']) assert.equal(isLoopback(host), true, host);
  for (const host of ['0.0.0.0', '::', '10.0.0.1', 'web-1', '127.0.0.1.example.com'])
    assert.equal(isLoopback(host), false, host);
});

test('more than twenty a minute are not taken, and a minute later again', async () => {
  let now = NOW;
  const { post, answers } = await start({ now: () => now });

  for (let i = 0; i < 20; i += 1) assert.equal((await post({ text: `${i}` })).status, 202);
  const over = await post({ text: 'over' });
  now += 60_000;
  const later = await post({ text: 'later' });

  for (let i = 1; i < 20; i += 1) await post({ text: `${i}` });
  now -= 3_600_000;
  const setBack = await post({ text: 'the clock was set back' });

  assert.deepEqual([over.status, later.status, setBack.status], [429, 202, 202]);
  assert.ok(Number(over.headers.get('retry-after')) > 0);
  assert.equal(answers.filter((answer) => answer === 'refused').length, 1);
});

test('a long body is cut off', async () => {
  const { post, base, taken } = await start();

  const sized = await post({ text: 'a'.repeat(5_000) });
  const streamed = await fetch(`${base}/events`, {
    ...{ method: 'POST', headers: JSON_HEADER, duplex: 'half' },
    body: new Blob(['{"text": "', 'a'.repeat(1_000_000), '"}']).stream(),
  } as RequestInit).then(
    ({ status }) => status,
    () => 413,
  );

  assert.deepEqual([sized.status, streamed], [413, 413]);
  assert.deepEqual(taken, []);
});

test('what cannot be taken now, or not be stored, is to be sent again', async () => {
  const starting = await start({ notNow: () => 'linesman is starting.' });
  const away = await start({
    take: async () => {
      throw new Error('redis://:hunter2@cache is away');
    },
  });

  const first = await starting.post({ text: 'a' });
  const second = await away.post({ text: 'a' });

  assert.deepEqual([first.status, second.status], [503, 503]);
  assert.equal(await first.text(), 'linesman is starting. Send it again.\n');
  assert.doesNotMatch(await second.text(), /hunter2/);
});

async function start(parts: Partial<EventParts> = {}, host = '127.0.0.1') {
  const taken: ToldEvent[] = [];
  const answers: string[] = [];
  const web = await startWeb({
    ...{ host, port: 0, metrics: async () => '', health: () => ({ ok: true, reasons: [], lines: 0 }) },
    ...{ sources: () => ({}), watching: async () => ({ text: '' }) },
    events: {
      ...{ token: undefined, notNow: () => undefined, now: () => NOW, onAnswer: (answer) => void answers.push(answer) },
      take: async (event) => void taken.push(event),
      ...parts,
    },
  });
  closers.push(web.close);
  const base = `http://127.0.0.1:${web.port}`;
  return {
    ...{ base, taken, answers },
    post: async (body: string | object, headers: Readonly<Record<string, string>> = {}) =>
      await fetch(`${base}/events`, {
        ...{ method: 'POST', headers: { ...JSON_HEADER, ...headers } },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  };
}
