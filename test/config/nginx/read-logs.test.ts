import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { logFormatText } from '../../../src/config/nginx/log-format.ts';
import { nginxLogsOfText, readNginxLogs } from '../../../src/config/nginx/read-logs.ts';
import { UserError } from '../../../src/core/errors.ts';

const root = mkdtempSync(join(tmpdir(), 'linesman-nginx-conf-'));
after(() => rmSync(root, { recursive: true }));

let folders = 0;

/** Writes files into a folder of their own and gives the path of the first. */
function written(files: Readonly<Record<string, string>>): string {
  folders += 1;
  const folder = join(root, String(folders));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, Object.keys(files)[0] as string);
}

test('quotes, escapes, comments and several strings are read as Nginx reads them', () => {
  const good = written({
    'nginx.conf': String.raw`http {
  log_format  a  "say \"$status\"\t"
                 'it\'s # no comment' ' ${'$'}{host}x' $uri;
  log_format b escape=json plain\ word;
  log_format c escape=none '$Status\d';
  map $uri $loggable { "~^/a{1,2}$" 0; default "1;}"; }
  content_by_lua_block { local a = "}" -- }
    if a then end }
  log_format d "$status";
}`,
  });

  const { formats, problems } = readNginxLogs(good);
  const texts = formats.slice(1).map((format) => logFormatText(format));

  assert.deepEqual(texts, [
    String.raw`log_format a 'say "$status"\tit\'s # no comment ${'$'}{host}x$uri';`,
    String.raw`log_format c escape=none '$status\\d';`,
    "log_format d '$status';",
  ]);
  assert.deepEqual(problems, [`${good}:4: log_format b writes no variable, so its lines say nothing`]);
  assert.equal(formats[1]?.at?.line, 2);
});

test('each access_log is known with its block, its place and its options', () => {
  const file = written({
    'nginx.conf': `
error_log /var/log/nginx/error.log warn;
http {
  log_format own '$status';
  access_log /var/log/nginx/access.log;
  server {
    server_name shop.example.com www.example.com;
    access_log /var/log/nginx/$host.log own buffer=32k flush=5m;
    error_log /var/log/nginx/shop.log;
    location /api { access_log syslog:server=127.0.0.1:5514,tag=a own if=$loggable; }
    location = /health { access_log off; }
  }
}
stream { log_format own '$protocol $status'; server { access_log /var/log/nginx/stream.log own; } }`,
  });

  const { accessLogs, errorLogs, off, formats, problems } = readNginxLogs(file);

  assert.deepEqual(problems, []);
  assert.deepEqual(
    accessLogs.map(({ path, format, block, at, isStream }) => [path, format, block, at.line, isStream]),
    [
      ['/var/log/nginx/access.log', 'combined', 'http', 5, false],
      ['/var/log/nginx/$host.log', 'own', 'server shop.example.com', 8, false],
      ['syslog:server=127.0.0.1:5514,tag=a', 'own', 'location /api of server shop.example.com', 10, false],
      ['/var/log/nginx/stream.log', 'own', 'server _', 14, true],
    ],
  );
  assert.deepEqual(accessLogs[1]?.options, ['buffer=32k', 'flush=5m']);
  assert.equal(accessLogs[2]?.condition, '$loggable');
  assert.deepEqual(
    errorLogs.map(({ path, level, at }) => [path, level, at.line]),
    [
      ['/var/log/nginx/error.log', 'warn', 2],
      ['/var/log/nginx/shop.log', 'error', 9],
    ],
  );
  assert.deepEqual(
    off.map(({ block }) => block),
    ['location = /health of server shop.example.com'],
  );
  assert.equal(formats.filter(({ name }) => name === 'own').length, 2);
});

test('includes are found beside the first file, by their names and by globs, in the order of their names', () => {
  const file = written({
    'nginx.conf':
      'http { include conf.d/*.conf; include more/one; include /etc/nginx/far/*; include none/*.conf; include mime.types; }',
    'conf.d/b.conf': 'access_log /b;',
    'conf.d/a.conf': 'access_log /a; include deep/a;',
    'conf.d/.hidden.conf': 'access_log /hidden;',
    'deep/a': 'access_log /deep;',
    'more/one': 'access_log /one;',
    'far/x': 'access_log /far;',
  });

  const { accessLogs, problems } = readNginxLogs(file);

  assert.deepEqual(
    accessLogs.map(({ path }) => path),
    ['/a', '/deep', '/b', '/one', '/far'],
  );
  assert.deepEqual(problems, []);
});

test('what cannot be read is said with its place, and the rest is known', () => {
  const file = written({
    'nginx.conf':
      'http {\n include missing;\n include self;\n include fifo;\n include big;\n access_log /here;\n log_format x "$status;\n',
    self: 'include self;',
    big: `# ${'x'.repeat(1024 * 1024)}`,
  });
  execFileSync('mkfifo', [join(dirname(file), 'fifo')]);

  const { accessLogs, problems } = readNginxLogs(file);

  assert.deepEqual(
    accessLogs.map(({ path }) => path),
    ['/here'],
  );
  const folder = dirname(file);
  assert.deepEqual(problems, [
    `${file}:2: include ${folder}/missing: it is not there; what it says is not known here`,
    `${folder}/self:1: include ${folder}/self: it includes itself; what it says is not known here`,
    `${file}:4: include ${folder}/fifo: it is no file; what it says is not known here`,
    `${file}:5: include ${folder}/big: it is larger than 1024 KiB; what it says is not known here`,
    `${file}:7: The quote that begins here is never closed`,
    `${file}:1: the block 'http' that begins here is never closed`,
  ]);
});

test('a file that is not there is a problem, not an exception', () => {
  assert.deepEqual(readNginxLogs(join(root, 'none.conf')).problems, [
    `${join(root, 'none.conf')}: it is not there; what it says is not known here`,
  ]);
});

test('files that include each other a thousandfold, and blocks without end, come to an end', () => {
  const many = Object.fromEntries(
    Array.from({ length: 9 }, (_, index) => [`f${index}`, `include f${index + 1}; `.repeat(20)]),
  );
  const wide = readNginxLogs(written({ 'nginx.conf': 'include f0;', ...many, f9: '' }));
  assert.ok(wide.problems.some((problem) => /more than 1000 files are included/.test(problem)));
  assert.ok(wide.problems.length <= 50);

  const deep = readNginxLogs(written({ 'nginx.conf': 'a {'.repeat(100_000) }));
  assert.match(deep.problems[0] ?? '', /more than 32 blocks stand in each other; the rest of the file is not read/);
  const wild = written({ 'nginx.conf': 'include /*/*/*/*/*/*;' });
  assert.deepEqual(readNginxLogs(wild).problems, []);
  const link = written({ 'nginx.conf': 'include loop/*;' });
  symlinkSync(dirname(link), join(dirname(link), 'loop'));
  assert.match(readNginxLogs(link).problems[0] ?? '', /it includes itself|it is no file|more than/);
});

test('Lua whose strings are never closed is looked at once', () => {
  const file = written({
    'nginx.conf': `http { content_by_lua_block { "${'\\\\"'.repeat(300_000)} }\n} log_format a $status; }`,
  });

  const { formats, problems } = readNginxLogs(file);

  assert.deepEqual(
    formats.map(({ name }) => name),
    ['combined', 'a'],
  );
  assert.deepEqual(problems, []);
});

test('an include of what the kernel makes up is not waited for', () => {
  const file = written({
    'nginx.conf': 'include /proc/self/environ; include /proc/kmsg; http { log_format a $status; }',
  });

  const { formats, problems } = readNginxLogs(file);

  assert.equal(formats.length, 2);
  assert.deepEqual(problems, []);
});

test('what nginx -T prints is read as the files it is of', () => {
  const dump = [
    '# configuration file /etc/nginx/nginx.conf:',
    'http {',
    '  log_format own "$status";',
    '  include conf.d/*.conf;',
    '  include /etc/nginx/one;',
    '}',
    '# configuration file /etc/nginx/conf.d/a.conf:',
    'access_log /a own;',
    '',
    '# configuration file /etc/nginx/one:',
    'access_log /one own;',
    '',
  ].join('\n');

  const { accessLogs, problems } = nginxLogsOfText(dump);

  assert.deepEqual(problems, []);
  assert.deepEqual(
    accessLogs.map(({ path, at }) => [path, at.file, at.line]),
    [
      ['/a', '/etc/nginx/conf.d/a.conf', 1],
      ['/one', '/etc/nginx/one', 1],
    ],
  );
  assert.deepEqual(readNginxLogs(written({ dump })).accessLogs.length, 2);
  assert.throws(
    () => nginxLogsOfText('http {}'),
    (error) => error instanceof UserError && error.code === 'INPUT',
  );
});

test('whatever the bytes of a file are, it is read or said to be broken', () => {
  const piece = fc.constantFrom(
    ...[
      'http',
      'server',
      '{',
      '}',
      ';',
      '"',
      "'",
      '\\',
      '#',
      '\n',
      ' ',
      'include',
      'include *',
      '$',
      '${',
      'log_format',
      'x',
    ],
    ...[
      'access_log',
      'off',
      'escape=json',
      '$status',
      'x_by_lua_block',
      '\0',
      '\u2028',
      '\t',
      '--',
      'nginx.conf',
      '/**/*',
    ],
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 60 }), (pieces) => {
      const file = join(root, 'nginx.conf');
      writeFileSync(file, pieces.join(''));
      const { problems } = readNginxLogs(file);
      for (const problem of problems) assert.match(problem, /^\/\S+nginx\.conf(:\d+)?: /);
    }),
    { numRuns: 300, seed: 7 },
  );
});
