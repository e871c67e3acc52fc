/** A password and tokens that an http check sends stand in nothing it says, whatever the other side does with them. */
import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { ask, compile, type Given, serve } from './asking.ts';

const PASSWORD = 'hunter2&"<!';
const TOKEN = 'tok-9f8e7d';
const BEARER = 'bearer-1a2b3c';
const PATH_SECRET = '8dkfj3kfj29dkfj3kd93';
const SECRETS = [PASSWORD, TOKEN, BEARER, PATH_SECRET];
/** As they may come back. */
const FORMS = SECRETS.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  new URL(`http://u:${encodeURIComponent(secret)}@a`).password,
  JSON.stringify(secret).slice(1, -1),
  secret.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;'),
]).concat(Buffer.from(`eve:${PASSWORD}`).toString('base64'));

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

/** Everything that was sent, in every form. */
function echo({ url, headers }: IncomingMessage): string {
  const [, base64 = ''] = /^Basic (.*)$/.exec(headers.authorization ?? '') ?? [];
  const pair = Buffer.from(base64, 'base64').toString();
  const html = pair.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return JSON.stringify({ url, headers, pair }) + pair + html + decodeURIComponent(url ?? '');
}

const ANSWERS: Readonly<Record<string, Answering>> = {
  'echoed in an error': (request, response) => response.writeHead(500).end(echo(request)),
  'echoed in a status line': (request, response) =>
    response.writeHead(502, echo(request).replace(/[^\x20-\x7e]/g, '')).end(),
  'sent elsewhere': (request, response) =>
    response
      .writeHead(302, { location: `http://other.example.com${request.url}&again=${encodeURIComponent(echo(request))}` })
      .end(),
  'sent in circles': (request, response) => response.writeHead(302, { location: request.url }).end(),
  'kept and refused': (request, response) => response.writeHead(401).end(echo(request)),
  'answered well': (request, response) => response.end(echo(request)),
  'cut off': (_, response) => response.destroy(),
};

for (const [how, answering] of Object.entries(ANSWERS)) {
  test(`secrets that are ${how} are not shown`, async () => {
    let heard = '';
    await using server = await serve((request, response) => {
      heard = echo(request);
      answering(request, response);
    });
    const given = givenFor(server.port);

    const reading = await ask(given);
    const { target, causes } = compile(given);

    for (const secret of SECRETS) assert.ok(decodeURIComponent(heard).includes(secret), `it was not sent ${secret}`);
    const shown = JSON.stringify({ reading, target, causes });
    for (const form of FORMS)
      assert.ok(!shown.includes(form) && !shown.includes(JSON.stringify(form).slice(1, -1)), `${form} in ${shown}`);
  });
}

test('who is not told the secrets is named by a command that knows them', () => {
  const { causes, target } = compile(givenFor(8_080));

  assert.equal(target, 'http://127.0.0.1:8080/***?token=***&page=2');
  assert.match(causes.timeout?.whatToDo ?? '', /`linesman check shop`/);
});

test('another host gets neither password nor headers, the same one does', async () => {
  const heard: (string | undefined)[] = [];
  await using other = await serve((request, response) => {
    heard.push(request.headers.authorization, request.headers['x-token']?.toString());
    response.end();
  });
  await using first = await serve(({ url }, response) => {
    const location = url === '/other' ? `http://localhost:${other.port}/` : '/here';
    if (url === '/here') response.end();
    else response.writeHead(302, { location }).end();
  });
  const address = (path: string) => `http://eve:${encodeURIComponent(PASSWORD)}@127.0.0.1:${first.port}${path}`;

  const reading = await ask({ url: address('/other'), otherHosts: true, headers: `X-Token: ${TOKEN}` });

  assert.equal(reading.cause, undefined, reading.said);
  assert.deepEqual(heard, [undefined, undefined]);
});

test('a port of the same host that a redirect names gets neither', async () => {
  let heard: string | undefined = 'nothing';
  await using other = await serve((request, response) => {
    heard = request.headers.authorization;
    response.end();
  });
  await using first = await serve((_, response) =>
    response.writeHead(302, { location: `http://127.0.0.1:${other.port}/` }).end(),
  );

  await ask({ url: `http://eve:hunter2@127.0.0.1:${first.port}/` });

  assert.equal(heard, undefined);
});

test('mistakes in options quote no secret', () => {
  const wrong: readonly Given[] = [
    { url: `ftp://eve:${TOKEN}@a/` },
    { url: `http://eve:${TOKEN}@/` },
    { url: `http//eve:${TOKEN}@a` },
    { url: `http://eve:${TOKEN}%zz@a/` },
    { url: 'http://a/', headers: `Authorization Bearer ${TOKEN}` },
    { url: 'http://a/', headers: `Authorization: ${TOKEN}\u0000` },
    { url: 'http://a/', headers: `Transfer-Encoding: ${TOKEN}` },
    { url: `http://eve:${TOKEN}@a/`, status: 'ok' },
    { url: `http://eve:${TOKEN}@169.254.169.254/?token=${TOKEN}` },
  ];
  for (const given of wrong) {
    assert.throws(
      () => compile(given),
      (error: Error) => error.name === 'UserError' && !error.message.includes(TOKEN),
      JSON.stringify(given),
    );
  }
});

function givenFor(port: number): Given {
  const user = `eve:${encodeURIComponent(PASSWORD)}`;
  return {
    url: `http://${user}@127.0.0.1:${port}/${PATH_SECRET}?token=${TOKEN}&page=2`,
    headers: `X-Auth: ${BEARER}`,
  };
}
