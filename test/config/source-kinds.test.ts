import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '../../src/config/config.ts';
import { UserError } from '../../src/core/errors.ts';

const folder = mkdtempSync(join(tmpdir(), 'linesman-kinds-'));
after(() => rmSync(folder, { recursive: true }));

test('each kind of source as it may be written', () => {
  const sources = sourcesOf(`
  - { name: a, stdin: true }
  - { name: b, fifo: /run/nginx/access.fifo }
  - { name: c, syslog: 'udp://127.0.0.1:5514' }
  - { name: d, syslog: 'tcp://[::1]:5514' }
  - { name: e, syslog: 'unix:///run/linesman/log.sock' }
  - { name: f, journal: true, from: beginning }
  - { name: g, journal: nginx.service }
  - { name: h, journal: [nginx.service, 'php@8.2.service', haproxy] }
`);

  assert.deepEqual(
    sources.map(({ stdin, fifo, syslog, journal }) => stdin ?? fifo ?? syslog ?? journal),
    [
      true,
      '/run/nginx/access.fifo',
      { protocol: 'udp', host: '127.0.0.1', port: 5514 },
      { protocol: 'tcp', host: '::1', port: 5514 },
      { protocol: 'unix', path: '/run/linesman/log.sock' },
      [],
      ['nginx.service'],
      ['nginx.service', 'php@8.2.service', 'haproxy'],
    ],
  );
  assert.equal(sources[5]?.from, 'beginning');
});

test('a source that reads nothing, or two things, is a mistake in its line that says what to write', () => {
  assert.match(
    mistakesOf('  - { name: a }'),
    /yaml:2:5: sources\.0: It says nothing to read; write files, or one of stdin, fifo, syslog, journal/,
  );
  assert.match(
    mistakesOf('  - { name: a, files: /x, stdin: true }'),
    /yaml:2:5: sources\.0: It has files and stdin, but a source reads one; make a source of each/,
  );
});

test('what cannot be read is a mistake that says what can', () => {
  const cases = [
    [
      'syslog: 127.0.0.1:5514',
      /"127\.0\.0\.1:5514" does not begin with udp:\/\/, tcp:\/\/ or unix:\/\/; write udp:\/\/127\.0\.0\.1:5514/,
    ],
    ["syslog: 'udp://127.0.0.1'", /names no IP address and port/],
    ["syslog: 'udp://localhost:5514'", /names no IP address and port/],
    ["syslog: 'udp://127.0.0.1:0'", /names no IP address and port/],
    ["syslog: 'tcp://127.0.0.1:65536'", /names no IP address and port/],
    ["syslog: 'unix://log.sock'", /names no path/],
    [`syslog: 'unix:///${'x'.repeat(120)}'`, /more than 107 bytes/],
    [
      'syslog: 5514',
      /"5514" is no text; write udp:\/\/127\.0\.0\.1:5514, tcp:\/\/127\.0\.0\.1:5514 or unix:\/\/\/run\/x\.sock/,
    ],
    ['syslog: { port: 5514 }', /syslog: It is no text; write udp:\/\/127\.0\.0\.1:5514/],
    ['syslog: true', /"true" is no text; write udp:\/\/127\.0\.0\.1:5514/],
    ['fifo: access.fifo', /"access\.fifo" is no path; write all of it/],
    ['stdin: false', /can only be true/],
    ['journal: false', /neither true nor a list of units; write true for all, or \[nginx\.service\]/],
    ...['no', 'yes', 'on', 'off', 'No', 'OFF', '"true"', '[no]'].map(
      (word) =>
        [
          `journal: ${word}`,
          /is neither a unit nor an identifier; write true for all, or one such as nginx\.service or nginx/,
        ] as const,
    ),
    ['journal: false', /leave it out to read something else/],
    ["journal: ['--file=/etc/shadow']", /"--file=\/etc\/shadow" is neither a unit nor an identifier/],
    ["journal: ['a b']", /neither a unit nor an identifier/],
    ['stdin: true, from: end', /no earlier line in stdin, so from says nothing; leave it out/],
    ["syslog: 'udp://127.0.0.1:1', from: beginning", /no earlier line in syslog/],
  ] as const;

  for (const [written, expected] of cases) assert.match(mistakesOf(`  - { name: a, ${written} }`), expected);
});

test('what one source reads another cannot read too', () => {
  const cases = ['stdin: true', 'fifo: /x', "syslog: 'udp://127.0.0.1:5514'"];

  for (const written of cases)
    assert.match(
      mistakesOf(`  - { name: a, ${written} }\n  - { name: b, ${written} }`),
      /yaml:3:5: sources\.1: It reads what the source "a" reads already; leave one out/,
    );
  assert.equal(sourcesOf('  - { name: a, journal: true }\n  - { name: b, journal: true }').length, 2);
});

test('LINESMAN_LOGS=- is standard input, alone', () => {
  const [source] = load('', { LINESMAN_LOGS: '-' }).sources;

  assert.equal(source?.name, 'nginx');
  assert.equal(source?.stdin, true);
  assert.equal(source?.files, undefined);
  assert.match(
    mistakes(() => load('', { LINESMAN_LOGS: '-,/var/log/x' })),
    /^LINESMAN_LOGS: '-' is standard input/m,
  );
});

test('LINESMAN_SYSLOG is one more source, or the only one', () => {
  const env = { LINESMAN_SYSLOG: 'udp://127.0.0.1:5514' };
  const names = (config: ReturnType<typeof load>) => config.sources.map(({ name }) => name);

  assert.deepEqual(names(load('', env)), ['syslog']);
  assert.deepEqual(names(load('sources: [{ name: web, files: /x }]', env)), ['web', 'syslog']);
  assert.deepEqual(names(load('', { ...env, LINESMAN_LOGS: '/x' })), ['nginx', 'syslog']);
  const replaced = load("sources: [{ name: syslog, syslog: 'tcp://127.0.0.1:1' }]", env);
  assert.deepEqual(
    replaced.sources.map(({ syslog }) => syslog),
    [{ protocol: 'udp', host: '127.0.0.1', port: 5514 }],
  );
});

test('a LINESMAN_SYSLOG that cannot be, or is received already, is a mistake with its name', () => {
  const env = { LINESMAN_SYSLOG: 'udp://127.0.0.1:5514' };

  assert.match(
    mistakes(() => load('', { LINESMAN_SYSLOG: '5514' })),
    /^LINESMAN_SYSLOG: .*"5514" does not begin with/m,
  );
  assert.match(
    mistakes(() => load("sources: [{ name: web, syslog: 'udp://127.0.0.1:5514' }]", env)),
    /^LINESMAN_SYSLOG: The source "web" receives there already/m,
  );
});

function load(text: string, env: Readonly<Record<string, string>> = {}) {
  const file = join(folder, 'linesman.yaml');
  writeFileSync(file, text);
  return loadConfig({ file, env, hostname: 'web-1' });
}

function sourcesOf(list: string) {
  return load(`sources:\n${list.replace(/^\n/, '')}`).sources;
}

function mistakesOf(list: string): string {
  return mistakes(() => sourcesOf(list));
}

function mistakes(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof UserError, String(error));
    return error.message;
  }
  assert.fail('taken without a word');
}
