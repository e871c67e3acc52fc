/** Passwords and tokens of linesman.yaml: everything fails at once, and they stand nowhere that anybody reads. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from '../support/free-port.ts';
import { startTcpRedis } from '../support/redis-tcp.ts';
import { createWorld, type Running, type World } from '../support/service.ts';
import { until } from '../support/until.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

/** Each its own, so that one that leaks says from where; none is a word that anything else says. */
const SECRETS = {
  inUser: 'hunter2-url',
  inQuery: 'hunter2-query',
  inHeader: 'hunter2-header',
  atClosedPort: 'hunter2-closed',
  atUnknownHost: 'hunter2-unknown',
  ofCollector: 'hunter2-collector',
  ofSmtp: 'hunter2-smtp',
  ofEvents: 'hunter2-events',
  underWrongKey: 'hunter2-misplaced',
} as const;

test('passwords and tokens of checks, collectors, mail and events stand nowhere', async (t) => {
  const echo = await startEcho();
  t.after(() => echo.close());
  const redis = await startTcpRedis(['--requirepass', 'another-password']);
  t.after(redis.stop);
  const closed = await freePort();
  const { port } = echo.address() as AddressInfo;
  const world = await createWorld({
    smtp: { mode: { kind: 'auth', user: 'mailer', password: SECRETS.ofSmtp } },
    env: { LINESMAN_EVENTS_TOKEN: SECRETS.ofEvents },
    config: [
      'checks:',
      ...[
        `name: echo, url: 'http://u:${SECRETS.inUser}@127.0.0.1:${port}/health?token=${SECRETS.inQuery}'`,
        `name: header, url: 'http://127.0.0.1:${port}/moved', headers: 'Authorization: Bearer ${SECRETS.inHeader}'`,
        `name: closed, url: 'http://u:${SECRETS.atClosedPort}@127.0.0.1:${closed}/'`,
        `name: unknown, url: 'https://u:${SECRETS.atUnknownHost}@no-such-host.invalid/'`,
      ].map((check) => `  - { ${check}, kind: http, every: 5s, settle: 0s, confirm: 1 of 1 }`),
      'collectors:',
      `  redis: { options: { url: 'redis://:${SECRETS.ofCollector}@127.0.0.1:${redis.port}' } }`,
    ],
  });
  t.after(world.end);
  const smtp = world.sink.url.replace('//', `//mailer:${SECRETS.ofSmtp}@`);
  const linesman = await world.start({ env: { LINESMAN_SMTP_URL: smtp } });

  const event = await tellEvent(linesman, 'Bearer wrong');
  const mails = await mailsAbout(world, linesman, ['echo', 'header', 'closed', 'unknown']);
  const answers = await answersOf(linesman);
  const commands = await commandsOf(world, linesman, smtp);
  await misplace(world, linesman);
  const refused = await ask(world, linesman, smtp, ['config', 'check']);
  const complaint = await linesman.complains(/SIGHUP/);
  await linesman.stop();

  assert.ok(mails.length > 0 && mails.every((mail) => mail.length > 500));
  assert.equal(commands.check?.code, 1, commands.check?.text);
  assert.match(commands.check?.text ?? '', /FAILED echo .*FAILED header .*FAILED closed .*FAILED unknown/s);
  assert.match(commands.why?.text ?? '', /check\./);
  assert.equal(refused.code, 78);
  const shown: Readonly<Record<string, string>> = {
    ...{ event, log: JSON.stringify(linesman.log()), stderr: linesman.stderr(), complaint, refused: refused.text },
    ...answers,
    ...Object.fromEntries(Object.entries(commands).map(([name, { text }]) => [`linesman ${name}`, text])),
    ...Object.fromEntries(mails.map((mail, index) => [`mail ${index}`, mail])),
    ...(await filesIn(world.data)),
  };
  assert.ok(
    Object.keys(shown).some((name) => name.includes('redis')),
    'the store is searched',
  );
  for (const [place, text] of Object.entries(shown))
    for (const [which, secret] of Object.entries(SECRETS))
      for (const form of formsOf(secret))
        assert.ok(!text.includes(form), `${which} in ${place}: ${around(text, form)}`);
});

/** Says back all that it was sent, as debug pages and redirects do. */
async function startEcho() {
  const server = createServer(({ url, headers }, response) => {
    const all = JSON.stringify({ url, headers });
    response.writeHead(url === '/moved' ? 302 : 500, {
      ...{ 'content-type': 'text/plain', 'x-echo': encodeURIComponent(all) },
      ...(url === '/moved' && { location: `/login?token=${headers.authorization?.split(' ')[1]}&next=${url}` }),
    });
    response.end(all);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

async function tellEvent(linesman: Running, authorization: string): Promise<string> {
  const response = await fetch(`${addressOf(linesman)}/events`, {
    ...{ method: 'POST', body: '{"text": "shop 1.4 deployed"}' },
    headers: { 'content-type': 'application/json', authorization },
  });
  assert.equal(response.status, 401);
  return await response.text();
}

/** Raw and as people read them, when every one of these fires and the first mail came, which names them all. */
async function mailsAbout({ sink }: World, linesman: Running, checks: readonly string[]): Promise<readonly string[]> {
  const firing = () => linesman.log().flatMap(({ watch, to }) => (to === 'firing' ? [watch] : []));
  await until('all checks fail', () => checks.every((check) => firing().includes(`check.${check}`)));
  await sink.waitFor(1, 60_000);
  return sink.mails.map(({ raw, parsed }) => `${raw}\n${parsed.subject}\n${parsed.text}\n${parsed.html}`);
}

async function answersOf(linesman: Running): Promise<Readonly<Record<string, string>>> {
  const paths = ['/metrics', '/healthz', '/sources?all', '/watching', '/watching?text'];
  const texts = await Promise.all(paths.map(async (path) => await (await fetch(addressOf(linesman) + path)).text()));
  return Object.fromEntries(paths.map((path, index) => [path, texts[index] ?? '']));
}

interface Said {
  readonly code: number;
  readonly text: string;
}

async function commandsOf(world: World, linesman: Running, smtp: string): Promise<Readonly<Record<string, Said>>> {
  const fault = linesman.log().find(({ watch, to }) => watch === 'check.echo' && to === 'firing')?.fault;
  const asked = {
    check: ['check'],
    'check --json': ['check', '--json'],
    collect: ['collect'],
    'config check': ['config', 'check'],
    doctor: ['doctor'],
    sources: ['sources'],
    budget: ['budget'],
    dump: ['dump', 'machine'],
    why: ['why', String(fault)],
    'why --json': ['why', '--json', String(fault)],
  };
  const said: Record<string, Said> = {};
  for (const [name, args] of Object.entries(asked)) said[name] = await ask(world, linesman, smtp, args);
  return said;
}

async function ask(world: World, linesman: Running, smtp: string, args: readonly string[]): Promise<Said> {
  const env = {
    ...{ PATH: process.env.PATH, HOME: world.folder, LINESMAN_CONFIG: join(world.folder, 'linesman.yaml') },
    ...{ LINESMAN_DATA: world.data, LINESMAN_HTTP: addressOf(linesman).slice('http://'.length) },
    ...{ LINESMAN_MAIL_TO: 'ops@example.com', LINESMAN_SMTP_URL: smtp, LINESMAN_NGINX_CONF: 'off' },
    LINESMAN_EVENTS_TOKEN: SECRETS.ofEvents,
  };
  return await new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env, cwd: '/' }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, text: stdout + stderr }),
    );
  });
}

/** Puts an address where none belongs, and asks for the settings. */
async function misplace(world: World, linesman: Running): Promise<void> {
  const url = `http://u:${SECRETS.underWrongKey}@127.0.0.1/`;
  const wrong = ['name', 'parent', 'kind', 'every', 'confirm', 'severity', 'timeout'].map((key) =>
    `  - { name: a, kind: port, port: '${url}', ${key}: '${url}' }`.replace(/^(.*)name: a, (.*name: )/, '$1$2'),
  );
  await world.configure((yaml) => yaml.replace('checks:', ['checks:', ...wrong].join('\n')));
  process.kill(linesman.pid, 'SIGHUP');
}

async function filesIn(folder: string): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(folder, { recursive: true });
  const found: Record<string, string> = {};
  for (const name of names) {
    const path = join(folder, name);
    if ((await stat(path)).isFile()) found[name] = await readFile(path, 'latin1');
  }
  return found;
}

/** As it is, in an address, and in a header of HTTP or SMTP. */
function formsOf(secret: string): readonly string[] {
  const users = ['u', 'mailer', ''].map((user) => Buffer.from(`${user}:${secret}`).toString('base64').slice(0, -4));
  return [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64').slice(0, -4), ...users];
}

function around(text: string, form: string): string {
  const at = text.indexOf(form);
  return text.slice(Math.max(0, at - 200), at + 60);
}

function addressOf(linesman: Running): string {
  return `http://127.0.0.1:${linesman.log().findLast(({ http }) => typeof http === 'number')?.http}`;
}
