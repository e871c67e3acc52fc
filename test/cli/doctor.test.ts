/** `linesman doctor` as people ask it: a list with remedies, an exit code, a test mail, Redis installed. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Checkup } from '../../src/core/checkup.ts';
import { freePort } from '../support/free-port.ts';
import { startTestRedis } from '../support/redis.ts';
import { createWorld, type Running } from '../support/service.ts';
import { createSmtpSink } from '../support/smtp-sink.ts';

const COMBINED = '203.0.113.7 - - [25/Nov/2026:05:22:42 +0000] "GET / HTTP/1.1" 200 15 "-" "curl"\n';
const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'linesman-doctor-'));
const logs = join(folder, 'logs');
const bin = join(folder, 'bin');
after(() => rmSync(folder, { recursive: true }));
mkdirSync(logs);
mkdirSync(bin);
mkdirSync(join(folder, 'data'));
writeFileSync(join(logs, 'access.log'), '');

test('all is well: exit 0, and every receiver gets a test mail that is asked for', async () => {
  const [redis, sink] = [await startTestRedis(['--maxmemory-policy', 'noeviction']), await createSmtpSink()];
  const env = await environment({
    REDIS_URL: redis.url,
    LINESMAN_MAIL_TO: 'a@example.com,b@example.com',
    LINESMAN_SMTP_URL: sink.url,
  });

  const quiet = await ask(env);
  const sent = await ask(env, '--send-test');
  const mails = await sink.waitFor(2);
  await Promise.all([redis.stop(), sink.close()]);

  assert.deepEqual([quiet.code, sent.code], [0, 0], quiet.stdout + quiet.stderr);
  assert.match(quiet.stdout, /^ {2}note {2}Nothing was sent; --send-test sends a test mail\.$/m);
  assert.match(quiet.stdout, /^Nothing is wrong, /m);
  assert.match(sent.stdout, /The server took a test mail to a@example\.com\./);
  assert.deepEqual(mails.flatMap(({ envelope }) => envelope.to).toSorted(), ['a@example.com', 'b@example.com']);
  const [mail] = mails;
  assert.equal(mail?.parsed.subject, '[linesman test] web-1 can send you mail');
  assert.match(mail?.parsed.text ?? '', /^This is a test that was asked for on web-1 at /);
  assert.match(String(mail?.parsed.html), /Nothing is wrong, and there is nothing to do\./);
});

test('what is wrong has its remedy as a command, and the exit code is 1', async () => {
  const sink = await createSmtpSink({ mode: { kind: 'auth', user: 'u', password: 'right' } });
  const env = await environment({
    REDIS_URL: `redis://:hunter2@127.0.0.1:${await freePort()}`,
    LINESMAN_MAIL_TO: 'a@example.com',
    LINESMAN_SMTP_URL: sink.url.replace('//', '//u:wrong@'),
    LINESMAN_DATA: join(logs, 'access.log', 'data'),
  });

  const { code, stdout } = await ask(env);
  const json = await ask(env, '--json');
  await sink.close();

  assert.deepEqual([code, json.code], [1, 1]);
  const { checkups } = JSON.parse(json.stdout) as { checkups: Checkup[] };
  const wrong = checkups.filter(({ result }) => result === 'wrong');
  assert.deepEqual([...new Set(wrong.map(({ area }) => area))].toSorted(), ['Redis', 'data folder', 'mail']);
  assert.match(sayingOf(wrong, 'Redis'), /^Redis at redis:\/\/127\.0\.0\.1:\d+ is not usable: .*ECONNREFUSED/);
  assert.match(sayingOf(wrong, 'mail'), /refused the user name or password/);
  assert.match(sayingOf(wrong, 'data folder'), /a part of the path is a file/);
  assert.doesNotMatch(stdout + json.stdout, /hunter2|wrong@/);
  assert.match(stdout, /^3 things are wrong/m);
});

test('a user without a name, as a container may have, is told whose the folder must be', {
  skip: process.getuid?.() !== 0 && 'only root can ask as another user',
}, async () => {
  const shut = join(folder, 'shut');
  mkdirSync(shut, { mode: 0o700 });
  chmodSync(folder, 0o755);
  const env = { ...(await environment({ LINESMAN_DATA: shut })), HOME: '/' };

  const { code, stdout, stderr } = await ask(env, '--json', { uid: 4242, gid: 4343 });

  assert.equal(code, 1, stderr);
  const { checkups } = JSON.parse(stdout) as { checkups: Checkup[] };
  const found = checkups.find(({ area }) => area === 'data folder');
  assert.equal(found?.result, 'wrong');
  assert.match(found?.remedy?.join('\n') ?? '', /chown -R 4242:4343/);
});

test('a configuration with mistakes: all of them, and nothing else is guessed', async () => {
  const { code, stdout } = await ask({ ...(await environment({})), LINESMAN_HTTP: 'nowhere', LINESMAN_FROM: 'middle' });

  assert.equal(code, 1);
  assert.match(stdout, /WRONG LINESMAN_HTTP: /);
  assert.match(stdout, /WRONG LINESMAN_FROM: /);
  assert.doesNotMatch(stdout, /^Redis$/m);
});

test('no Redis: the command is named, and --fix runs it', async () => {
  const env = { ...(await environment({})), PATH: bin };
  script(
    'apt-get',
    `echo "$@" > ${folder}/asked\nprintf '#!/bin/sh\\necho Redis server v=7.0.15\\n' > ${bin}/redis-server\n/bin/chmod +x ${bin}/redis-server`,
  );

  const before = await ask(env);
  const fixed = await ask(env, '--fix');

  assert.equal(before.code, 1);
  assert.match(before.stdout, /^ {10}apt-get install -y --no-install-recommends redis-server$/m);
  assert.equal(fixed.code, 0, fixed.stdout + fixed.stderr);
  assert.match(fixed.stdout, /^ {2}ok {4}linesman starts redis-server for itself/m);
});

test('--fix fetches a list of packages where there is none, and leaves standard output to the list', async () => {
  rmSync(join(bin, 'redis-server'), { force: true });
  script(
    'apt-get',
    `echo "I: $1"\n[ "$1" != update ] || { echo > ${folder}/list; exit 0; }\n[ -e ${folder}/list ] || exit 100\nprintf '#!/bin/sh\\necho Redis server v=7.0.15\\n' > ${bin}/redis-server\n/bin/chmod +x ${bin}/redis-server`,
  );

  const fixed = await ask({ ...(await environment({})), PATH: bin }, '--fix', '--json');

  assert.equal(fixed.code, 0, fixed.stdout + fixed.stderr);
  assert.match(fixed.stderr, /^I: install\nI: update\nI: install$/m);
  assert.ok((JSON.parse(fixed.stdout) as { checkups: Checkup[] }).checkups.length > 5);
});

test('--fix installs nothing where a file names a Redis', async () => {
  rmSync(join(bin, 'redis-server'), { force: true });
  script('apt-get', `echo asked > ${folder}/asked-again`);
  writeFileSync(join(folder, 'own.yaml'), `redis: redis://127.0.0.1:${await freePort()}\n`);

  const { code } = await ask(
    { ...(await environment({})), PATH: bin, LINESMAN_CONFIG: join(folder, 'own.yaml') },
    '--fix',
  );

  assert.equal(code, 1);
  assert.equal(existsSync(join(folder, 'asked-again')), false);
});

test('--fix that cannot be done says what to run', async () => {
  rmSync(join(bin, 'redis-server'), { force: true });
  script('apt-get', 'echo E: no network >&2; exit 100');

  const failed = await ask({ ...(await environment({})), PATH: bin }, '--fix');
  rmSync(join(bin, 'apt-get'));
  const without = await ask({ ...(await environment({})), PATH: bin }, '--fix');

  assert.equal(failed.code, 78);
  assert.match(failed.stderr, /E: no network/);
  assert.match(failed.stderr, /'apt-get install .*' did not install Redis/);
  assert.equal(without.code, 78);
  assert.match(without.stderr, /None of the known package managers/);
});

test('a linesman that runs is asked how it is, and its data folder is no mistake', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const linesman = await world.start();
  const address = addressOf(linesman);

  const { stdout } = await ask({ ...(await environment({})), LINESMAN_HTTP: address, LINESMAN_DATA: world.data });

  assert.match(
    stdout,
    new RegExp(`linesman \\d+\\.\\d+\\.\\d+ runs here and is well\\s+\\(http://${address}/healthz\\)`),
  );
  assert.match(stdout, /can be written by this user\./);
});

test('logs: what cannot be read, is not understood, is stamped in another zone, or does not say enough', async () => {
  const own = join(folder, 'seen');
  mkdirSync(own);
  writeFileSync(join(own, 'a-combined.log'), COMBINED.repeat(30));
  writeFileSync(join(own, 'b-odd.log'), 'one\ntwo\nthree\n');
  writeFileSync(join(own, 'e-old.log'), gzipSync(COMBINED));
  const now = Math.floor(Date.now() / 1_000) * 1_000;
  const wall = new Date(now + 5 * 3_600_000).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ');
  writeFileSync(
    join(own, 'c-error.log'),
    `${wall} [error] 1#1: *1 open() "/x" failed (2: No such file or directory)\n`,
  );
  utimesSync(join(own, 'c-error.log'), now / 1_000, now / 1_000);
  symlinkSync('/dev/stdout', join(own, 'd-link.log'));
  const env = await environment({ LINESMAN_LOGS: `${own}/*.log,${own}/none/*.log`, LINESMAN_TIMEZONE: 'UTC' });

  const { code, stdout } = await ask(env, '--json');

  const { checkups } = JSON.parse(stdout) as { checkups: Checkup[] };
  const said = checkups.filter(({ area }) => area === 'source nginx').map(({ result, says }) => `${result}: ${says}`);
  assert.equal(code, 1);
  assert.equal(said.filter((one) => /a-combined\.log can be read: nginx-combined takes 30 of/.test(one)).length, 1);
  assert.ok(
    said.some((one) =>
      /^wrong: .*b-odd\.log can be read and is not understood: patterns take 0 of its last 3/.test(one),
    ),
  );
  const off = checkups.find(({ says }) => /c-error\.log is stamped 5 h later than it was written/.test(says));
  assert.equal(off?.result, 'wrong');
  assert.match(off?.remedy?.join('\n') ?? '', /^LINESMAN_TIMEZONE=Asia\/Karachi$/);
  assert.ok(said.some((one) => /^wrong: '.*d-link\.log' is a link to \/dev\/stdout/.test(one)));
  assert.ok(!said.some((one) => one.includes('e-old.log')), 'a packed log is no live one');
  assert.ok(said.some((one) => /^wrong: Nothing matches '.*none\/\*\.log'/.test(one)));
  const unseen = checkups.find(({ says }) => says.startsWith('Its lines do not say how long requests take'));
  assert.match(unseen?.remedy?.join('\n') ?? '', /^log_format timed '.*request_time/s);
});

async function environment(more: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  return {
    LINESMAN_CONFIG: '/dev/null',
    LINESMAN_HOST: 'web-1',
    LINESMAN_DATA: join(folder, 'data'),
    LINESMAN_NGINX_CONF: 'off',
    LINESMAN_LOGS: join(logs, '*.log'),
    LINESMAN_HTTP: `127.0.0.1:${await freePort()}`,
    ...more,
  };
}

function script(name: string, body: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(bin, name), 0o755);
}

function sayingOf(checkups: readonly Checkup[], area: string): string {
  return checkups.find((one) => one.area === area)?.says ?? '';
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

function ask(env: Readonly<Record<string, string>>, ...given: readonly (string | User)[]) {
  const args = given.filter((one) => typeof one === 'string');
  const user = given.find((one) => typeof one === 'object');
  return new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
    const options = { ...user, env, timeout: 60_000 };
    const child = execFile(process.execPath, [MAIN, 'doctor', ...args], options, (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

function addressOf(linesman: Running): string {
  return `127.0.0.1:${linesman.log().find(({ http }) => typeof http === 'number')?.http}`;
}
