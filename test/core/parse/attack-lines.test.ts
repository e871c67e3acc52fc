/** Whoever writes lines writes what he likes: what they leave behind is bounded all the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toRoute } from '../../../src/core/observe/route.ts';
import { createChunkParser } from '../../../src/core/parse/chunk.ts';
import { readPairs } from '../../../src/core/parse/key-values.ts';
import { unwrap } from '../../../src/core/parse/wrappers/wrapped.ts';
import { chunkOf, encode, OPEN, patterns } from './tallies.ts';

const LINES = 1_000;
/** A tally of fresh values is cut from it; twice as many lines may make it a little larger, for longer numbers in it. */
const GROWTH_MAX = 1.1;
const TALLY_CHARS_MAX = 400_000;

const STAMP = '25/Nov/2026:05:22:42 +0000';
/** Lines of one second that have nothing in common but their form. */
const FRESH: Readonly<Record<string, (n: number) => string>> = {
  'paths, addresses and agents': (n) =>
    `${address(n)} - user${n} [${STAMP}] "GET /a${n}x/b${n}y?c=${n} HTTP/1.1" 502 ${n} "http://r${n}/" "agent ${n}"`,
  'hosts and upstreams': (n) =>
    `${address(n)} - - [${STAMP}] "GET /${n}z HTTP/1.1" 500 1 "-" "-" rt=0.${n} ua=${address(n)}:80 host=h${n}.example urt=0.${n}`,
  'methods and protocols': (n) =>
    `${address(n)} - - [${STAMP}] "M${n % 7} /q${n}q HTTP/${n % 10}.${n % 7}" 50${n % 10} 1 "-" "-"`,
  'messages, servers and upstreams': (n) =>
    `2026/11/25 05:22:42 [crit] ${n}#${n}: *${n} upstream ${n} timed out, client: ${address(n)}, server: s${n}, request: "GET /${n}w HTTP/1.1", upstream: "http://${address(n)}:${n % 60_000}/", host: "h${n}"`,
  'names of pairs': (n) => `${address(n)} - - [${STAMP}] "GET / HTTP/1.1" 200 1 "-" "-" k${n}=1 host=h${n} k${n}=2`,
  'what no pattern reads': (n) => `${'x'.repeat(n % 50)} ${n} [[[[ {{{{ """" ${n}`,
  'lines of 8 KiB': (n) =>
    `${address(n)} - - [${STAMP}] "GET /${`${n}%2f/"`.repeat(2).slice(0, 20)}${`/${n}`.repeat(1_600).slice(0, 8_000)} HTTP/1.1" 500 1 "-" "-"`,
};

for (const [name, line] of Object.entries(FRESH))
  test(`fresh ${name} leave a tally of bounded size`, () => {
    const some = sizeOf(line, LINES);
    const twice = sizeOf(line, 2 * LINES);

    assert.ok(twice <= some * GROWTH_MAX, `${some} letters of ${LINES} lines, ${twice} of twice as many`);
    assert.ok(twice <= TALLY_CHARS_MAX, `${twice} letters`);
  });

for (const [name, text] of [
  ['pairs', 'a=1 '],
  ['quotes', 'a="1" '],
  ['quotes that do not end', 'a="'],
  ['names that do not end', 'a'],
  ['signs', '='],
  ['spaces', ' '],
] as const)
  test(`${name} without end are read once: as many pairs as there can be, none over another`, () => {
    const line = text.repeat(32 * 1024).slice(0, 32 * 1024);
    const taken: (readonly [from: number, to: number])[] = [];

    readPairs(line, { separator: ' ', assign: '=' }, (_, from, to) => void taken.push([from, to]));

    assert.ok(taken.length <= line.length / 3);
    for (const [index, [from, to]] of taken.entries()) assert.ok(from <= to && from >= (taken[index - 1]?.[1] ?? 0));
  });

test('a route is never longer than its path', () => {
  for (const path of ['/1'.repeat(16_000), '/a1b2c3d4e5f6'.repeat(2_000), '?'.repeat(32_000), '/%'.repeat(16_000)])
    assert.ok(toRoute(path).length <= path.length + ':id'.length, path.slice(0, 20));
});

test('JSON as deep as a line is long is opened or left, and breaks nothing', () => {
  const deep = 120 * 1024;
  for (const line of [
    `{"log":${'['.repeat(deep)}`,
    `{"a":${'{"a":'.repeat(deep / 5)}`,
    '['.repeat(deep),
    `{"MESSAGE":${'['.repeat(deep)}`,
  ])
    assert.equal(unwrap(line), undefined);
});

function sizeOf(line: (n: number) => string, lines: number): number {
  const parser = createChunkParser({ patterns, timezone: 'UTC' });
  const bytes = encode(Array.from({ length: lines }, (_, n) => line(n + 1_000_000)));
  const { tally, consumed } = parser.parse(chunkOf(bytes), 0, OPEN);
  assert.equal(consumed, bytes.length);
  assert.equal(tally.lines, lines);
  return JSON.stringify(tally).length;
}

function address(n: number): string {
  return `10.${(n >> 16) & 255}.${(n >> 8) & 255}.${n & 255}`;
}
