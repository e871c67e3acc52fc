import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { UserError } from '../../src/core/errors.ts';
import type { EventParts } from '../../src/web/events.ts';
import { startWeb, type WebHealth } from '../../src/web/server.ts';

let health: WebHealth = { ok: true, reasons: [], lines: 0 };
let metrics = async () => 'linesman_lines_total 7\n';
const sources = (all: boolean) => ({ host: 'web-1', sources: [], all });
const watching = async () => ({ host: 'web-1', text: 'linesman watches web-1\n' });
const events: EventParts = {
  ...{ token: undefined, now: Date.now, onAnswer() {}, notNow: () => undefined },
  async take() {},
};
const web = await startWeb({
  ...{ host: '127.0.0.1', port: 0, sources, watching, events },
  metrics: async () => await metrics(),
  health: () => health,
});
const base = `http://127.0.0.1:${web.port}`;
after(web.close);

test('/healthz is 200 with what there is to know when all is well', async () => {
  health = { ok: true, reasons: [], lines: 42, version: '1.2.3' };

  const response = await fetch(`${base}/healthz`);

  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { status: 'ok', reasons: [], lines: 42, version: '1.2.3' });
});

test('/healthz is 503 with the reasons when something is wrong', async () => {
  health = { ok: false, reasons: ['Redis is not connected.'], lines: 42 };

  const response = await fetch(`${base}/healthz`);

  assert.equal(response.status, 503);
  assert.deepEqual(await response.json(), { status: 'unwell', reasons: ['Redis is not connected.'], lines: 42 });
});

test('/metrics is the text as it is, in the type that Prometheus wants', async () => {
  const response = await fetch(`${base}/metrics`);

  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal(await response.text(), 'linesman_lines_total 7\n');
});

test('/sources is what is known of the reading, with every file where all are asked for', async () => {
  const some = await fetch(`${base}/sources`);
  const all = await fetch(`${base}/sources?all`);

  assert.equal(some.status, 200);
  assert.equal(some.headers.get('cache-control'), 'no-store');
  assert.deepEqual(await some.json(), { host: 'web-1', sources: [], all: false });
  assert.deepEqual(await all.json(), { host: 'web-1', sources: [], all: true });
});

test('/watching is the contract, as facts and as the text alone', async () => {
  const facts = await fetch(`${base}/watching`);
  const text = await fetch(`${base}/watching?text`);

  assert.deepEqual(await facts.json(), { host: 'web-1', text: 'linesman watches web-1\n' });
  assert.equal(facts.headers.get('cache-control'), 'no-store');
  assert.match(text.headers.get('content-type') ?? '', /^text\/plain/);
  assert.equal(await text.text(), 'linesman watches web-1\n');
});

test('HEAD says the same without the body', async () => {
  health = { ok: false, reasons: ['Redis is not connected.'], lines: 42 };

  const healthz = await fetch(`${base}/healthz`, { method: 'HEAD' });
  const scraped = await fetch(`${base}/metrics`, { method: 'HEAD' });

  assert.equal(healthz.status, 503);
  assert.equal(await healthz.text(), '');
  assert.equal(scraped.status, 200);
  assert.equal(await scraped.text(), '');
});

test('anything else is 404, and nothing of the request comes back', async () => {
  for (const [path, method] of [
    ['/', 'GET'],
    ['/<script>alert(1)</script>', 'GET'],
    ['/metrics/', 'GET'],
    ['/metrics', 'POST'],
    ['/sources', 'PUT'],
    ['/healthz', 'DELETE'],
  ] as const) {
    const response = await fetch(base + path, { method });

    assert.equal(response.status, 404, `${method} ${path}`);
    assert.doesNotMatch(await response.text(), /script/);
  }
});

test('a browser is told to load, frame and guess nothing', async () => {
  const { headers } = await fetch(`${base}/healthz`);

  assert.equal(headers.get('content-security-policy'), "default-src 'none'; frame-ancestors 'none'");
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('x-frame-options'), 'SAMEORIGIN');
  assert.equal(headers.get('cache-control'), 'no-store');
});

test('metrics that cannot be made are a 500 without the cause', async () => {
  metrics = async () => {
    throw new Error('at /srv/secret/place');
  };

  const response = await fetch(`${base}/metrics`);

  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /secret/);
});

test('a port that is taken is a mistake that names it and what to set', async () => {
  await assert.rejects(
    startWeb({ host: '127.0.0.1', port: web.port, metrics, health: () => health, sources, watching, events }),
    (error) =>
      error instanceof UserError &&
      error.exitCode === 78 &&
      error.message.includes(`127.0.0.1:${web.port} is taken by another program`) &&
      error.message.includes('LINESMAN_HTTP'),
  );
});

test('an address that is not of this machine is a mistake that says so', async () => {
  await assert.rejects(
    startWeb({ host: '192.0.2.1', port: 0, metrics, health: () => health, sources, watching, events }),
    (error) => error instanceof UserError && error.message.includes('is not an address of this machine'),
  );
});

test('it closes although somebody is connected and says nothing', async () => {
  const own = await startWeb({ host: '127.0.0.1', port: 0, metrics, health: () => health, sources, watching, events });
  const idler = connect(own.port, '127.0.0.1');
  await once(idler, 'connect');
  idler.write('GET /metrics HTTP/1.1\r\nHost: x\r\n');
  const gone = once(idler, 'close');
  idler.on('error', () => {
    // Being cut is what is wanted.
  });

  await own.close();

  await gone;
});
