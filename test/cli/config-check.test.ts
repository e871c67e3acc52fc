import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'linesman-cli-'));
after(() => rmSync(folder, { recursive: true }));

test('a configuration that is right: exit 0, and what was read', async () => {
  const file = write('good.yaml', 'host: web-1\nsources: [{ name: shop, files: /srv/shop/*.log }]\n');

  const { code, out, err } = await linesman(['config', 'check', '--config', file], {
    LINESMAN_MAIL_TO: 'ops@example.com',
    LINESMAN_SMTP_URL: 'smtp://ops:hunter2@mail.example.com',
    REDIS_URL: 'redis://:hunter2@cache:6379',
  });

  assert.equal(err, '');
  assert.equal(code, 0);
  assert.match(out, /^OK: .*good\.yaml$/m);
  assert.match(out, /^source shop: \/srv\/shop\/\*\.log from end$/m);
  assert.match(out, /^mail: to ops@example\.com .* mail\.example\.com:587$/m);
  assert.match(out, /^digest: at 08:00$/m);
  assert.match(out, /Redis at redis:\/\/cache:6379/);
  assert.match(out, /^patterns: .*nginx-combined/m);
  assert.match(out, /^watches: .*http\.5xx\.burst/m);
  assert.doesNotMatch(out, /hunter2/);
});

test('a digest that is off is said with the watches whose findings nobody is mailed', async () => {
  const file = write('quiet.yaml', 'digest: off\nwatches: { http.499: { delivery: mail } }\n');
  const mail = { LINESMAN_MAIL_TO: 'ops@example.com', LINESMAN_SMTP_URL: 'smtp://mail.example.com' };

  const { code, out } = await linesman(['config', 'check', '--config', file], mail);
  const unmailed = await linesman(['config', 'check', '--config', file]);

  assert.equal(code, 0);
  assert.match(out, /^digest: off$/m);
  const [warning = ''] = out.split('\n').filter((line) => line.startsWith('warning: digest is off'));
  assert.match(warning, /mailed to nobody.*`linesman budget` lists it: .*http\.404\.shift.*digest: "08:00"/);
  assert.doesNotMatch(warning, /http\.499|http\.5xx\.burst/);
  assert.doesNotMatch(unmailed.out, /^digest|mailed to nobody/m);
});

test('what each source reads is printed as it was written', async () => {
  const file = write(
    'kinds.yaml',
    `sources:
  - { name: a, stdin: true }
  - { name: b, fifo: /run/nginx/access.fifo }
  - { name: c, syslog: 'udp://[::1]:5514' }
  - { name: d, syslog: 'unix:///run/linesman/log.sock' }
  - { name: e, journal: [nginx.service, haproxy] }
  - { name: f, journal: true, from: beginning }
`,
  );

  const { code, out } = await linesman(['config', 'check', '--config', file]);

  assert.equal(code, 0);
  assert.deepEqual(
    out.split('\n').filter((line) => line.startsWith('source ')),
    [
      'source a: standard input',
      'source b: fifo /run/nginx/access.fifo',
      'source c: syslog at udp://[::1]:5514',
      'source d: syslog at unix:///run/linesman/log.sock',
      'source e: journal of nginx.service, haproxy from end',
      'source f: journal from beginning',
    ],
  );
});

test('a configuration with mistakes: exit 78, all of them on stderr with their lines', async () => {
  const file = write('bad.yaml', 'log: loud\nmail:\n  form: x\nhttp: everywhere\n');

  const { code, out, err } = await linesman(['config', 'check', '--config', file]);

  assert.equal(code, 78);
  assert.equal(out, '');
  assert.match(err, /^linesman: \S*bad\.yaml:1:1: log: /);
  assert.match(err, /^\S*bad\.yaml:3:3: mail: .*Did you mean from\?$/m);
  assert.match(err, /^\S*bad\.yaml:4:1: http: /m);
  assert.doesNotMatch(err, /at .*\.ts:\d+/, 'a mistake is no stack trace');
});

test('what only other files can tell is checked too: watches, options, patterns, collectors', async () => {
  const cases = [
    ['watches: { http.5xx.brst: { enabled: false } }', /"http\.5xx\.burst"/],
    ['watches: { http.5xx.burst: { options: { windwo: 60s } } }', /watches\.http\.5xx\.burst: .*"windwo".*allowed are/],
    ['sources: [{ name: shop, files: /x, pattern: nginx-combind }]', /shop: .*"nginx-combined"/],
    ['collectors: { dsik: { enabled: false } }', /"dsik".*"disk"/],
    ['collectors: { disk: { options: { ignor: /x } } }', /collectors\.disk: .*"ignore"/],
    ['redis: http://cache', /redis/i],
  ] as const;

  for (const [i, [yaml, expected]] of cases.entries()) {
    const file = write(`other-${i}.yaml`, yaml);
    const { code, err } = await linesman(['config', 'check', '--config', file]);
    assert.equal(code, 78, yaml);
    assert.match(err, expected);
  }
});

test('a mistake in an own pattern file is found, with its place', async () => {
  const patterns = join(folder, 'patterns');
  mkdirSync(patterns);
  writeFileSync(join(patterns, 'app.yaml'), 'name: app\ndescripton: Lines of an application\n');

  const { code, err } = await linesman(['config', 'check'], { LINESMAN_PATTERNS: patterns });

  assert.equal(code, 78);
  assert.match(err, /app\.yaml:2:1: .*'descripton'/);
});

test('a mistyped command or option is a usage mistake: exit 64, with what was probably meant', async () => {
  const cases = [
    [['confg'], /config/],
    [['config', 'chek'], /check/],
    [['config', 'check', '--confg', 'x'], /--config/],
    [['config'], /check/],
    [[], /replay/],
  ] as const;

  for (const [given, expected] of cases) {
    const { code, out, err } = await linesman(given);
    assert.equal(code, 64, given.join(' '));
    assert.match(`${out}${err}`, expected);
  }
});

test('an expression that one line can keep busy: exit 78, with its place, the part to blame and such a line', async () => {
  mkdirSync(join(folder, 'evil'));
  write(
    'evil/evil.yaml',
    `name: evil
description: Lines of words
expressions: ['(?<words>(\\w+\\s?)+)\\.']
samples: [{ line: 'a b.' }]
`,
  );
  const file = write('evil.yaml', `patterns: ${join(folder, 'evil')}\n`);

  const { code, err } = await linesman(['config', 'check', '--config', file]);

  assert.equal(code, 78);
  assert.match(
    err,
    /evil\.yaml:3:15: '\(\\w\+\\s\?\)\+' lets one hostile line keep this expression busy for ever, such as '/,
  );
});

test('what backtracks for ever all the same goes on in the linear engine, in threads too', async () => {
  // Without it each of these takes longer than this machine will last.
  const evil = "new RegExp('^(?:(a+)+b)$', 's').exec('a'.repeat(60) + '!')";
  const thread = `new Worker(${JSON.stringify(`${evil}; process.stdout.write('thread is over ')`)}, { eval: true })`;
  const inMain = `process.once('beforeExit', () => { ${evil}; process.stdout.write('main is over '); ${thread}; })`;
  const code = `import { isMainThread, Worker } from 'node:worker_threads'; if (isMainThread) ${inMain}`;

  const { out } = await linesman(['config', 'check'], {
    NODE_OPTIONS: `--import data:text/javascript;base64,${Buffer.from(code).toString('base64')}`,
  });

  assert.match(out, /main is over thread is over/);
});

test('--help and --version are no mistakes', async () => {
  const help = await linesman(['--help']);
  const version = await linesman(['--version']);

  assert.equal(help.code, 0);
  for (const command of ['run', 'replay', 'config', 'demo'])
    assert.match(help.out, new RegExp(`^ +${command}\\b`, 'm'));
  assert.equal(version.code, 0);
  assert.match(version.out, /^\d+\.\d+\.\d+\n$/);
});

test('a bug ends with its stack and exit 70, even where nobody awaits it', async () => {
  const bug = 'data:text/javascript,setTimeout(() => { throw new Error("boom") }, 0)';

  const { code, err } = await linesman(['config', 'check'], { NODE_OPTIONS: `--import ${JSON.stringify(bug)}` });

  assert.equal(code, 70);
  assert.match(err, /^linesman: this is a bug, please report it: Error: boom\n +at /m);
});

test('who stops reading the output ends it without a stack trace', async () => {
  const child = spawn(process.execPath, [MAIN, 'config', 'check'], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.destroy();

  const [err] = await Promise.all([text(child.stderr), once(child, 'exit')]);

  assert.equal(err, '');
});

function write(name: string, yaml: string): string {
  writeFileSync(join(folder, name), yaml);
  return join(folder, name);
}

async function linesman(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  // In the throw-away folder and with nothing of this machine's environment: neither may decide a test. What one has
  // compiled the next one need not: most of its time a check takes for that.
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    env: { LINESMAN_HOST: 'web-1', NODE_COMPILE_CACHE: join(folder, 'compiled'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { out, err, code: code as number };
}
