/** What a pattern says to configure writes lines that this pattern reads. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadPatterns, shippedPatternsFolder } from '../../src/config/patterns.ts';
import { toEvent } from '../../src/core/parse/line-event.ts';
import { createPatternReaders } from '../../src/core/parse/line-reader.ts';
import type { Chunk } from '../../src/core/types.ts';

const NOW = Date.UTC(2026, 10, 25, 5, 22, 42);
const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });
const readers = createPatternReaders(patterns, 'UTC', undefined);

/** Of nginx; what is not said is '-'. */
const VARIABLES: Readonly<Record<string, string>> = {
  remote_addr: '203.0.113.7',
  time_local: '25/Nov/2026:05:22:42 +0000',
  time_iso8601: '2026-11-25T05:22:42+00:00',
  request: 'GET /a/12 HTTP/1.1',
  request_method: 'GET',
  request_uri: '/a/12',
  status: '502',
  body_bytes_sent: '15',
  request_length: '345',
  request_time: '0.310',
  upstream_addr: '10.0.0.1:80, 10.0.0.2:80',
  upstream_response_length: '0, 15',
  upstream_response_time: '0.100, 0.200',
  upstream_status: '504, 502',
  host: 'shop.example.com',
  server_port: '443',
  proxy_upstream_name: 'default-shop-80',
  proxy_alternative_upstream_name: '',
  req_id: 'a1b2',
  request_id: 'a1b2',
};

/** Of Apache's LogFormat. */
const DIRECTIVES: Readonly<Record<string, string>> = {
  '%h': '203.0.113.7',
  '%t': '[25/Nov/2026:05:22:42 +0000]',
  '%r': 'GET /a/12 HTTP/1.1',
  '%>s': '502',
  '%b': '15',
  '%O': '15',
  '%v': 'shop.example.com',
  '%p': '443',
  '%D': '310000',
};

const EXPECTED = { client: '203.0.113.7', method: 'GET', route: '/a/:n', status: 502, bytes: 15 };
/** Fields of the line by the pattern, beside those that all have. */
const FORMATS: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  'nginx-main': {},
  'nginx-timed': { request_time: 0.31, upstream_response_time: 0.2, upstream_status: 502, vhost: 'shop.example.com' },
  'nginx-vhost': { request_time: 0.31, upstream_response_time: 0.2, vhost: 'shop.example.com', port: 443 },
  'nginx-json': { request_time: 0.31, upstream_response_time: 0.2, upstream: '10.0.0.2:80', vhost: 'shop.example.com' },
  'ingress-nginx': { request_time: 0.31, upstream: '10.0.0.2:80', service: 'default-shop-80' },
  bunkerweb: { vhost: 'shop.example.com', request_id: 'a1b2' },
  'apache-common': {},
  'apache-combined': { request_time: 0.31 },
  'apache-vhost': { request_time: 0.31, vhost: 'shop.example.com', port: 443 },
};

for (const [name, fields] of Object.entries(FORMATS)) {
  test(`what ${name} says to configure is read by it, and recognised`, () => {
    const pattern = patterns.find((one) => one.name === name);
    const configure = pattern?.spec.configure ?? '';
    const line = name.startsWith('apache') ? apacheLine(configure) : nginxLine(configure);

    const found = pattern && toEvent(pattern, line, NOW)?.fields;
    const wanted = { ...EXPECTED, ...fields };

    assert.deepEqual(Object.fromEntries(Object.keys(wanted).map((field) => [field, found?.[field]])), wanted, line);
    assert.equal(readers.recognise(chunkOf(line), 0), name);
  });
}

function chunkOf(line: string): Chunk {
  return { source: 'site', generation: 'g', offset: 0, bytes: new TextEncoder().encode(`${line}\n`) };
}

/** Of all that stands in single quotes, or behind LOG_FORMAT= */
function nginxLine(configure: string): string {
  const quoted = [...configure.matchAll(/'([^']*)'/g)].map(([, part = '']) => part).join('');
  const format = quoted || (/LOG_FORMAT=(.*)/.exec(configure)?.[1] ?? '');
  return format.replace(/\$([a-z0-9_]+)/g, (_, variable: string) => VARIABLES[variable] ?? '-');
}

function apacheLine(configure: string): string {
  const format = /LogFormat "(.*)" [a-z_]+\n/.exec(configure)?.[1] ?? '';
  return format
    .replaceAll('\\"', '"')
    .replace(/%>?(?:\{[^}]*\}i|[a-zA-Z])/g, (directive) => DIRECTIVES[directive] ?? '-');
}
