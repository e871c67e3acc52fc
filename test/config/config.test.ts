import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { loadConfig } from '../../src/config/config.ts';
import { UserError } from '../../src/core/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'linesman-config-'));
after(() => rmSync(folder, { recursive: true }));

const MAIL = { LINESMAN_MAIL_TO: 'ops@example.com', LINESMAN_SMTP_URL: 'smtp://mail.example.com' };

test('nothing written at all: nginx from now on, on this machine', () => {
  const config = load('', MAIL);

  assert.deepEqual(
    config.sources.map(({ timezone: _, ...rest }) => rest),
    [{ name: 'nginx', files: ['/var/log/nginx/*.log'], from: 'end' }],
  );
  assert.equal(config.data, '/var/lib/linesman');
  assert.deepEqual(config.http, { host: '127.0.0.1', port: 8686 });
  assert.equal(config.host, 'web-1');
  assert.equal(config.log, 'info');
  assert.equal(config.redis, undefined);
  assert.deepEqual(config.mail, {
    to: ['ops@example.com'],
    from: 'linesman <linesman@web-1>',
    smtp: 'smtp://mail.example.com',
  });
  assert.deepEqual(config.warnings, []);
});

test('what the file says is what counts', () => {
  const config = load(`
host: shop
data: /srv/linesman
http: '[::1]:9000'
timezone: Europe/Berlin
log: debug
sources:
  - name: shop
    files: [/srv/shop/*.log, /srv/shop/old/*.log]
    from: beginning
    timezone: UTC
  - { name: blog, files: /srv/blog/access.log, pattern: nginx-combined }
mail: { to: ops@example.com, from: 'Shop <linesman@example.com>', smtp: 'smtps://mail.example.com' }
watches:
  http.5xx.burst: { severity: warning, clearAfter: 5m, options: { window: 2m } }
collectors:
  disk: { enabled: false }
`);

  assert.deepEqual(config.sources, [
    { name: 'shop', files: ['/srv/shop/*.log', '/srv/shop/old/*.log'], from: 'beginning', timezone: 'UTC' },
    {
      name: 'blog',
      files: ['/srv/blog/access.log'],
      from: 'end',
      pattern: 'nginx-combined',
      timezone: 'Europe/Berlin',
    },
  ]);
  assert.deepEqual(config.http, { host: '::1', port: 9000 });
  assert.deepEqual(config.watches, {
    'http.5xx.burst': { severity: 'warning', clearAfter: 300_000, options: { window: '2m' } },
  });
  assert.deepEqual(config.collectors, { disk: { enabled: false } });
  assert.equal(config.host, 'shop');
  assert.equal(config.mail.from, 'Shop <linesman@example.com>');
});

test('the environment beats the file, key by key', () => {
  const config = load(
    `
host: from-file
data: /from/file
mail: { to: file@example.com, from: file@example.com, smtp: smtp://file.example.com }
sources: [{ name: other, files: /other.log }]
`,
    {
      LINESMAN_HOST: 'from-env',
      LINESMAN_MAIL_TO: 'a@example.com, b@example.com,',
      LINESMAN_LOGS: '/a/*.log,/b/*.log',
      LINESMAN_DATA: '',
      REDIS_URL: 'redis://cache:6379',
    },
  );

  assert.equal(config.host, 'from-env');
  assert.deepEqual(config.mail, {
    to: ['a@example.com', 'b@example.com'],
    from: 'file@example.com',
    smtp: 'smtp://file.example.com',
  });
  assert.deepEqual(
    config.sources.map(({ name, files }) => ({ name, files })),
    [{ name: 'nginx', files: ['/a/*.log', '/b/*.log'] }],
  );
  assert.equal(config.redis, 'redis://cache:6379');
  assert.equal(config.data, '/from/file', 'an empty variable is one that is not set');
});

test('LINESMAN_FROM moves the start of the sources there are', () => {
  const config = load('sources: [{ name: shop, files: /shop.log }, { name: blog, files: /blog.log, from: end }]', {
    ...MAIL,
    LINESMAN_FROM: 'beginning',
  });

  assert.deepEqual(
    config.sources.map(({ name, from }) => `${name} ${from}`),
    ['shop beginning', 'blog beginning'],
  );
});

test('a mistyped key is named with its place and the key that was probably meant', () => {
  assert.match(mistakesOf('mail:\n  form: a@example.com\n'), /linesman\.yaml:2:3: mail: .*'form'.*Did you mean from\?/);
});

test('a key that resembles none is named with those there are', () => {
  assert.match(mistakesOf('mail: { zebra: 1 }'), /'zebra'.*Allowed are to, from, smtp/);
});

test('all mistakes come at once, each with its line, in the order of the lines', () => {
  const message = mistakesOf('log: loud\nhost: my host\nmail:\n  to: nobody\nhttp: 70000\n');

  assert.deepEqual(
    message.split('\n').map((line) => /yaml:(\d+):\d+: (\w+)/.exec(line)?.slice(1).join(' ')),
    ['1 log', '2 host', '4 mail', '5 http'],
  );
});

test('a file and the environment are wrong at once: each mistake says which', () => {
  const message = mistakesOf('log: loud', { LINESMAN_HTTP: 'everywhere', LINESMAN_MAIL_TO: 'nobody' });

  assert.match(message, /^\S*linesman\.yaml:1:1: log/m);
  assert.match(message, /^LINESMAN_HTTP: .*"everywhere".*host:port/m);
  assert.match(message, /^LINESMAN_MAIL_TO: .*"nobody".*ops@example\.com/m);
});

test('a file that is no YAML says where it breaks', () => {
  assert.match(mistakesOf('mail:\n  to: [a@example.com\nlog: info\n'), /linesman\.yaml:3:1: /);
  assert.match(mistakesOf('log: info\nlog: warn\n'), /linesman\.yaml:2:1: .*unique/);
});

test('a YAML bomb is a mistake, not an endless wait', () => {
  const levels = Array.from({ length: 9 }, (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`);

  assert.match(mistakesOf(['l0: &l0 [x]', ...levels].join('\n')), /alias/i);
});

test('a named file that is not there is a mistake that says so', () => {
  for (const parts of [{ file: '/no/such.yaml', env: {} }, { env: { LINESMAN_CONFIG: '/no/such.yaml' } }])
    assert.throws(() => loadConfig({ ...parts, hostname: 'web-1' }), {
      name: 'UserError',
      code: 'CONFIG',
      exitCode: 78,
      message: /\/no\/such\.yaml: There is no such file/,
    });
});

test('a receiver without a server is a mistake, and a server without a receiver', () => {
  assert.match(mistakesOf('mail: { to: ops@example.com }'), /LINESMAN_SMTP_URL/);
  assert.match(mistakesOf('', { LINESMAN_MAIL_TO: 'ops@example.com' }), /LINESMAN_SMTP_URL/);
  assert.match(mistakesOf('', { LINESMAN_SMTP_URL: 'smtp://mail.example.com' }), /LINESMAN_MAIL_TO/);
});

test('who only looks at what is stored needs neither, since the variables of a service are not those of a shell', () => {
  const file = join(folder, 'looking.yaml');
  writeFileSync(file, 'mail: { to: ops@example.com }');
  const parts = { file, env: {}, hostname: 'web-1' };

  assert.throws(() => loadConfig(parts), /no server to send by/);
  assert.deepEqual(loadConfig({ ...parts, isLooking: true }).mail.to, ['ops@example.com']);
});

test('neither a receiver nor a server is fine, with a warning', () => {
  assert.match(load('').warnings.join('\n'), /Nobody is told/);
});

test('an address that could become a header of its own is refused', () => {
  for (const address of [
    'a@b@c',
    'a@example.com\nBcc: all@example.com',
    'a b@example.com',
    '@example.com',
    'a@',
    '<a@b>',
  ])
    assert.match(mistakesOf(JSON.stringify({ mail: { to: [address], smtp: 'smtp://x' } })), /mail\.to\.0: /, address);
  for (const sender of ['Shop', 'Shop <nobody>', 'Shop\r\nBcc: x@example.com <a@example.com>', 'a@b <a@example.com>'])
    assert.match(mistakesOf(JSON.stringify({ mail: { from: sender } })), /mail\.from: /, sender);
});

test('no password is ever part of a message', () => {
  for (const url of ['http://ops:hunter2@mail', 'ops:hunter2@mail', 'smtp:///hunter2', 'hunter2'])
    assert.doesNotMatch(mistakesOf(JSON.stringify({ mail: { smtp: url } }), { LINESMAN_SMTP_URL: url }), /hunter2/);
  assert.doesNotMatch(mistakesOf('redis: [redis://:hunter2@cache]\nmail: redis://:hunter2@cache'), /hunter2/);
});

test('names that become parts of keys are refused where they cannot', () => {
  for (const name of ['a b', 'a/b', '', 'ü', 'x'.repeat(65)]) {
    assert.match(mistakesOf(JSON.stringify({ host: name })), /host: /, name);
    assert.match(mistakesOf(JSON.stringify({ sources: [{ name, files: '/x' }] })), /sources\.0\.name: /, name);
  }
  assert.match(mistakesOf('', {}, 'my laptop'), /"my laptop".*LINESMAN_HOST/);
});

test('false alarms a month are a number, of the file or of the variable', () => {
  assert.equal(load('').falseAlarmsPerMonth, 1);
  assert.equal(load('falseAlarmsPerMonth: 0.25').falseAlarmsPerMonth, 0.25);
  assert.equal(load('falseAlarmsPerMonth: 5', { LINESMAN_FALSE_ALARMS: '0.5' }).falseAlarmsPerMonth, 0.5);
  for (const wrong of ['0', '-1', '101', 'none', '" "', '.nan', '[]'])
    assert.match(mistakesOf(`falseAlarmsPerMonth: ${wrong}`), /falseAlarmsPerMonth: .*write 0\.01 to 100/, wrong);
  assert.match(mistakesOf('', { LINESMAN_FALSE_ALARMS: 'few' }), /^LINESMAN_FALSE_ALARMS: .*"few".*write 0\.01 to 100/);
});

test('what the first start learns from is one of two', () => {
  assert.equal(load('').learnFrom, 'rotated');
  assert.equal(load('learnFrom: rotated', { LINESMAN_LEARN_FROM: 'nothing' }).learnFrom, 'nothing');
  assert.match(mistakesOf('learnFrom: never'), /learnFrom: Unknown value 'never'\. Allowed are rotated, nothing$/);
  assert.match(
    mistakesOf('', { LINESMAN_LEARN_FROM: 'all' }),
    /^LINESMAN_LEARN_FROM: learnFrom: Unknown value 'all'\. Allowed are rotated/,
  );
});

test('the digest has a time of day, quoted or not, or is off', () => {
  const HOUR_MS = 3_600_000;
  assert.equal(load('').digest, 8 * HOUR_MS);
  assert.equal(load('digest: 18:30').digest, 18.5 * HOUR_MS);
  assert.equal(load('digest: "0:00"').digest, 0);
  assert.equal(load('digest: off').digest, undefined);
  for (const wrong of ['24:00', '8', 'morning', '"08:60"'])
    assert.match(mistakesOf(`digest: ${wrong}`), /digest: .*; write /, wrong);
});

test('a watch can be moved to the digest and back', () => {
  const { watches } = load('watches: { a: { delivery: digest }, b: { delivery: mail } }');

  assert.deepEqual([watches.a?.delivery, watches.b?.delivery], ['digest', 'mail']);
  assert.match(mistakesOf('watches: { a: { delivery: pigeon } }'), /delivery/);
});

test('two sources of one name, or one named as the machine, are mistakes in their line', () => {
  assert.match(
    mistakesOf('sources:\n  - { name: a, files: /x }\n  - { name: a, files: /y }\n'),
    /yaml:3:7: sources\.1\.name: "a" is there twice/,
  );
  assert.match(mistakesOf('sources: [{ name: machine, files: /x }]'), /"machine" is the source of the machine's own/);
});

test("a container's own host name is warned about, since it changes", () => {
  const { warnings } = loadConfig({ file: write(''), env: MAIL, hostname: '3f2a9c01b7de' });

  assert.equal(warnings.length, 1);
  assert.match(warnings[0] ?? '', /3f2a9c01b7de.*LINESMAN_HOST.*hostname:/);
});

test('a mistyped variable is warned about; what Kubernetes sets is not', () => {
  const { warnings } = load('', {
    ...MAIL,
    LINESMAN_MAILTO: 'x',
    LINESMAN_PORT: 'tcp://10.0.0.1:8686',
    LINESMAN_SERVICE_HOST: '10.0.0.1',
  });

  assert.deepEqual(warnings, ['LINESMAN_MAILTO is set but means nothing; did you mean LINESMAN_MAIL_TO?']);
});

test('whatever is written, the answer is a configuration or a list of mistakes', () => {
  const json = fc.json({ maxDepth: 3 });
  const keys = [
    'host',
    'data',
    'redis',
    'http',
    'timezone',
    'log',
    'sources',
    'mail',
    'falseAlarmsPerMonth',
    'digest',
    'learnFrom',
    'patterns',
    'watches',
    'collectors',
  ];
  const documents = fc.oneof(
    json,
    fc.dictionary(fc.constantFrom(...keys), fc.jsonValue({ maxDepth: 3 })).map((value) => JSON.stringify(value)),
    fc.string({ maxLength: 200 }),
  );
  fc.assert(
    fc.property(documents, (text) => {
      try {
        load(text);
      } catch (error) {
        assert.ok(error instanceof UserError, String(error));
        assert.ok(error.message.length > 0);
      }
    }),
    { numRuns: 300 },
  );
});

function write(text: string): string {
  const file = join(folder, 'linesman.yaml');
  writeFileSync(file, text);
  return file;
}

function load(text: string, env: Readonly<Record<string, string>> = {}, hostname = 'web-1') {
  return loadConfig({ file: write(text), env, hostname });
}

function mistakesOf(text: string, env: Readonly<Record<string, string>> = {}, hostname = 'web-1'): string {
  try {
    load(text, env, hostname);
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.code, 'CONFIG');
    return error.message;
  }
  assert.fail(`taken without a word: ${text}`);
}

test('a duration without a unit is said to be one that lacks it', () => {
  const checks = 'checks:\n  - { name: api, kind: port, port: 3000, every: 15 }';

  assert.match(
    mistakesOf(checks, {}),
    /:2:\d+: checks\.0\.every: "15" is no duration; write a number with ms, s, m, h or d, such as 90s$/m,
  );
});
