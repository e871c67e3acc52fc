/** A real Nginx writes log_formats of many kinds for requests of all kinds; patterns made of its nginx.conf read every line. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type NginxPattern, nginxPatterns } from '../../src/config/nginx/nginx-patterns.ts';
import { readNginxLogs } from '../../src/config/nginx/read-logs.ts';
import { type CompiledPattern, compilePattern } from '../../src/core/parse/pattern.ts';
import { createScanner } from '../../src/core/parse/scan/scanner.ts';
import { freePort } from '../support/free-port.ts';
import { noNginx, type RunningNginx, runNginx } from '../support/nginx.ts';
import { nginxWrites } from '../support/nginx-writes.ts';
import { until } from '../support/until.ts';

const FORMATS: Readonly<Record<string, string>> = {
  timed: `'$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" '
    'rt=$request_time urt=$upstream_response_time us=$upstream_status ua=$upstream_addr host=$host own="$http_x_own"'`,
  json: `escape=json '{"time":"$time_iso8601","status":$status,"rt":$request_time,"http":{"agent":"$http_user_agent","own":"$http_x_own"},'
    '"request":"$request","upstream":"$upstream_addr","us":"$upstream_status","urt":"$upstream_response_time","vhost":"$host"}'`,
  'key-values': `'time=$time_iso8601 status=$status bytes=$body_bytes_sent rt=$request_time upstream="$upstream_addr" '
    'us="$upstream_status" urt="$upstream_response_time" request="$request" host=$host own="$http_x_own" agent=$http_user_agent'`,
  tabs: `'$msec\\t$remote_addr\\t$status\\t$request_time\\t$request\\t$http_user_agent\\t$http_x_own\\t$upstream_addr\\t$upstream_status\\t$host'`,
  odd: `'[$status](\${request_time}s)<$host> {$time_iso8601} .*+?\\\\d $upstream_addr | $upstream_status | $request_length "$http_x_own" %{$connection} "$request" ^$http_user_agent\\\\!\\t'`,
  broken: `escape=json '{"status":$status,"urt":$upstream_response_time,"request":"$request","agent":"$http_user_agent","own":"$http_x_own","host":"$host","us":$upstream_status,"upstream":"$upstream_addr","t":$msec}'`,
};

interface Sent {
  readonly target: string;
  readonly agent?: string;
  readonly own?: string;
  readonly host?: string;
}

const HOSTILE = [
  '" 500 1 "-" "x" rt=9.999 host=evil',
  '\\x22\\" \\',
  '\ttab\t500\t9.999\t',
  '{"status":500}","status":500,"x":"',
  'é \u2028 😀 \u007f',
  ', 10.0.0.9:80 | 502 |',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
  '%{NUMBER:status} (?<client>.*)',
  `${'a '.repeat(2_000)}`.trimEnd(),
];

const REQUESTS: readonly Sent[] = [
  { target: '/', agent: 'curl/8.5.0', own: 'a' },
  { target: '/', own: '' },
  { target: '/missing?a=1&b="2"', agent: '' },
  { target: '/up/items/7', agent: 'curl' },
  { target: '/up/slow?x=HTTP/1.1', agent: 'curl', own: 'b' },
  { target: '/down', agent: 'curl' },
  ...HOSTILE.map((text) => ({ target: '/up/', agent: text, own: 'plain' })),
  ...HOSTILE.map((text) => ({ target: `/${encodeURIComponent(text).slice(0, 500)}`, agent: 'plain', own: text })),
  { target: '/a/"\\', agent: 'x', host: 'SHOP.example.com:8080' },
];

/** What is no request, and what Nginx has to say to it. */
const BROKEN = [
  'GET /old\r\n',
  'get / HTTP/1.1\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n',
  'GET / HTTP/1.1\r\nConnection: close\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00"\x01\xfc\x03\x03\r\n\r\n',
  `GET /${'long/'.repeat(2_000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
  'GET /a b" 500 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n',
  'SSH-2.0-x\r\n\r\n',
  '\r\n\r\n\r\n',
];

describe('log_formats of a real Nginx', { skip: noNginx() }, () => {
  let nginx: RunningNginx;
  const up = createServer((_, response) => response.end('here'));
  const statuses: number[] = [];

  before(async () => {
    await new Promise<void>((resolve) => up.listen(0, '127.0.0.1', resolve));
    up.unref();
    const dead = [await freePort(), await freePort()];
    nginx = await runNginx((listen, folder) =>
      configuration({ listen, folder, dead, up: (up.address() as AddressInfo).port }),
    );
    for (const request of REQUESTS) statuses.push(await ask(nginx.port, rawRequest(request)));
    for (const text of BROKEN) await ask(nginx.port, Buffer.from(text, 'latin1'), true);
  });
  after(async () => {
    await nginx.end();
    up.closeAllConnections();
    up.close();
  });

  for (const name of Object.keys(FORMATS))
    test(`every line of ${name} is read, as it was sent`, async () => {
      const { format, pattern, lines } = await read(nginx, name);
      assert.equal(lines.length, REQUESTS.length + BROKEN.length);
      for (const [index, line] of lines.entries()) {
        const raw = pattern.match(line);
        assert.ok(raw, `${line}\nis not matched by\n${pattern.spec.expressions.join('\n')}`);
        const field = (of: string) => pattern.readerOf(of)?.(raw);
        assert.equal(typeof field('status'), 'number');
        const sent = REQUESTS[index];
        if (!sent) continue;
        const written = (text: string | undefined) => textOf(text, pattern, format.format.escaping);
        assert.equal(field('status'), statuses[index], line);
        assert.equal(field('agent'), written(sent.agent), line);
        assert.equal(field('http_x_own'), written(sent.own), line);
        assert.equal(field('path'), written(sent.target), line);
        assert.equal(field('vhost'), 'shop.example.com', line);
        assert.equal(field('upstream') !== undefined, sent.target.startsWith('/up/') || sent.target === '/down', line);
      }
    });

  test('lines of several upstreams have the one that answered', async () => {
    for (const name of Object.keys(FORMATS)) {
      const { pattern, lines } = await read(nginx, name);
      const down = pattern.match(lines[REQUESTS.findIndex(({ target }) => target === '/down')] ?? '');
      assert.ok(down);
      assert.equal(pattern.readerOf('upstream_status')?.(down), 502, name);
      assert.match(String(pattern.readerOf('upstream')?.(down)), /^127\.0\.0\.1:\d+$/, name);
    }
  });

  test('a scanner reads what is told by quotes, tabs and spaces', () => {
    const made = patternsOf(nginx).filter(
      ({ format, spec }) => !spec?.json && !['odd', 'broken'].includes(format.name),
    );
    assert.equal(made.length, 3);
    for (const { spec } of made)
      assert.ok(createScanner({ ...(spec as NonNullable<typeof spec>), observation: NOTHING }), spec?.expressions[0]);
  });
});

const NOTHING = { series: [], tops: [], distincts: [] };

function patternsOf({ conf }: RunningNginx): readonly NginxPattern[] {
  const logs = readNginxLogs(conf);
  assert.deepEqual(logs.problems, []);
  return nginxPatterns(logs, []);
}

async function read(
  nginx: RunningNginx,
  name: string,
): Promise<{ readonly format: NginxPattern; readonly pattern: CompiledPattern; readonly lines: readonly string[] }> {
  const format = patternsOf(nginx).find((one) => one.format.name === name);
  assert.ok(format?.spec, `${name}: ${format?.doubts.join('; ')}`);
  assert.equal(format.doubts.length, name === 'broken' ? 1 : 0, format.doubts.join('\n'));
  const file = join(dirname(nginx.conf), `${name}.log`);
  // Nginx writes a line when it has answered.
  await until(
    'all lines are written',
    () => readFileSync(file, 'utf8').split('\n').length > REQUESTS.length + BROKEN.length - 1,
  );
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return { format, pattern: compilePattern({ ...format.spec, observation: NOTHING }), lines };
}

/** As the field has it: in JSON as it was sent, else as Nginx escapes it. */
function textOf(
  text: string | undefined,
  { spec }: CompiledPattern,
  how: 'default' | 'json' | 'none',
): string | undefined {
  const written = spec.json ? (text ?? '') : nginxWrites(text, how);
  return written === '' || written === '-' ? undefined : written;
}

function configuration(parts: {
  readonly listen: string;
  readonly folder: string;
  readonly dead: readonly number[];
  readonly up: number;
}): string {
  const { listen, folder, dead, up } = parts;
  const logs = Object.keys(FORMATS).map((name) => `access_log ${folder}/${name}.log ${name};`);
  return `
  ${Object.entries(FORMATS)
    .map(([name, format]) => `log_format ${name} ${format};`)
    .join('\n  ')}
  ${logs.join('\n  ')}
  upstream up { server 127.0.0.1:${dead[0]} max_fails=0; server 127.0.0.1:${up} max_fails=0; }
  upstream down { server 127.0.0.1:${dead[0]} max_fails=0; server 127.0.0.1:${dead[1]} max_fails=0; }
  server {
    listen ${listen};
    server_name shop.example.com;
    location = / { return 200 "here"; }
    location / { return 404; }
    location /up/ { proxy_pass http://up; }
    location = /down { proxy_pass http://down; }
  }`;
}

function rawRequest({ target, agent, own, host = 'shop.example.com' }: Sent): Buffer {
  const headers = [
    `Host: ${host}`,
    ...(agent === undefined ? [] : [`User-Agent: ${agent}`]),
    ...(own === undefined ? [] : [`X-Own: ${own}`]),
    'Connection: close',
  ];
  return Buffer.from(`GET ${target} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
}

/** Gives the status of the answer, when Nginx has closed the connection. */
async function ask(port: number, request: Buffer, isAll = false): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  // Nginx waits for the rest of what is no request.
  if (isAll) socket.end();
  let answer = '';
  for await (const piece of socket) answer += String(piece);
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}
