import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FULL_TEXTS } from '../../../src/core/observe/texts.ts';
import { createChunkParser } from '../../../src/core/parse/chunk.ts';
import { compilePattern } from '../../../src/core/parse/pattern.ts';
import type { Chunk } from '../../../src/core/types.ts';
import { cri, WRAPPERS } from '../../support/wrappers.ts';
import { cellsOf, chunkOf, clf, encode, nginxError, OPEN, patterns, T0 } from './tallies.ts';

const scanning = createChunkParser({ patterns, timezone: 'Europe/Berlin', isScanned: true });
const matching = createChunkParser({ patterns, timezone: 'Europe/Berlin', isScanned: false });

/** Times around T0, among them late ones and some ahead of the clock. */
const second = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: -20, max: 70 }) },
  { weight: 1, arbitrary: fc.constantFrom(-2_000, -900, 5_000) },
);
const word = fc.oneof(
  fc.constantFrom(
    '-',
    '',
    '/',
    '/items/7',
    '/i/5f3c9a0012ab?x=1',
    '/a;b',
    '/é/1',
    'x'.repeat(120),
    `/${'7'.repeat(300)}/b`,
  ),
  fc.string({ unit: 'grapheme-ascii', maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
/** Long ones that differ in one letter, wherever it is. */
const agent = fc
  .tuple(fc.integer({ min: 0, max: 99 }), fc.constantFrom('1', '2'))
  .map(([at, letter]) =>
    `Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0 ${'0'.repeat(60)}`.replace(/./g, (one, i) =>
      i === at ? letter : one,
    ),
  );
const number = fc.oneof(
  fc.constantFrom('0.005', '-', '12', '0.1, 0.2 : 0.3', '123456789012.123456', '1.'),
  fc.float({ min: 0, max: 100, noNaN: true }).map((value) => value.toFixed(3)),
);

/** Lines of every shipped pattern: its samples, and lines made up of pieces that fit or do not. */
const access = fc
  .record({
    at: second,
    client: fc.constantFrom('203.0.113.7', '2001:db8::42', '-', 'unix:', 'Nov', '2026-1'),
    path: word,
    status: fc.constantFrom('200', '404', '502', '503', '099', '600', '20'),
    agent: fc.oneof(word, agent),
    tail: fc.oneof(
      fc.constant(''),
      fc.tuple(number, number, word).map(([rt, urt, host]) => ` rt=${rt} urt="${urt}" ups="10.0.0.1:80" host=${host}`),
      fc.tuple(number, word).map(([rt, upstream]) => ` rt=${rt} ua="10.0.0.1:80, ${upstream}"`),
      number.map((rt) => ` ${rt} 0.004`),
    ),
  })
  .map(({ at, client, path, status, agent, tail }) => {
    const request = `[${clf(at)}] "GET ${path} HTTP/1.1" ${status} 15`;
    return `${client} - - ${request} "-" "${agent}"${tail}`;
  });
const sample = fc.constantFrom(
  ...patterns.flatMap(({ spec }) => [...spec.samples.map(({ line }) => line), ...spec.rejects]),
);
const line = fc.oneof(
  { weight: 6, arbitrary: access },
  { weight: 2, arbitrary: sample },
  { weight: 1, arbitrary: second.map(nginxError) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(access, second, fc.constantFrom(...Object.values(WRAPPERS)))
      .map(([text, at, wrap]) => wrap(text, T0 + at * 1_000)),
  },
  { weight: 1, arbitrary: fc.tuple(access, fc.constantFrom('F', 'P')).map(([text, tag]) => cri(text, T0, { tag })) },
  { weight: 1, arbitrary: fc.constantFrom('', 'garbage', '\r', 'a\rb', '\uFEFF', `${'long '.repeat(7_000)}`) },
);
const text = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\n', '\n', '\r\n')), { minLength: 1, maxLength: 60 })
  .map((lines) => lines.map(([one, end]) => one.replaceAll('\n', ' ') + end).join(''));

/** Of the patterns that most of the lines above are made of, and where one is to be recognised; of the others fewer. */
const NUM_RUNS = 150;
const NUM_RUNS_OF_OTHERS = 40;

for (const pattern of [undefined, ...patterns.map(({ name }) => name)])
  test(`scanned or matched, a chunk says the same; its pattern is ${pattern ?? 'to be recognised'}`, () => {
    fc.assert(
      fc.property(text, fc.boolean(), fc.integer({ min: 0, max: 80 }), (lines, isEnded, until) => {
        const bytes = new TextEncoder().encode(isEnded ? lines : lines.slice(0, -1));
        const chunk: Chunk = { ...chunkOf(bytes), pattern, lastTime: T0 - 5_000 };
        const limits = { until: until === 0 ? OPEN.until : T0 + until * 1_000, now: OPEN.now, watermark: T0 };

        assert.deepEqual(scanning.parse(chunk, 0, limits), matching.parse(chunk, 0, limits));
      }),
      { numRuns: (pattern ?? 'nginx').startsWith('nginx') ? NUM_RUNS : NUM_RUNS_OF_OTHERS },
    );
  });

test('fresh values in every line are forgotten on the way, and nothing of the answer is', () => {
  const lines = Array.from({ length: FULL_TEXTS * 1.25 }, (_, index) => {
    const client = index % 3 === 0 ? '203.0.113.7' : `2001:db8::${index.toString(16)}`;
    const path = index % 2 === 0 ? `/shop/page-${index}?q=${index}` : `/items/${index}`;
    const tail = `rt=0.${index % 1_000} ups="10.0.0.${index % 200}:80" host=h${index % 300}.example`;
    return `${client} - - [${clf(index % 50)}] "GET ${path} HTTP/1.1" ${index % 7 === 0 ? 502 : 200} 15 "-" "curl" ${tail}\n`;
  });
  const chunk = chunkOf(new TextEncoder().encode(lines.join('')));

  const scanned = scanning.parse(chunk, 0, OPEN);

  assert.equal(scanned.tally.lines, lines.length);
  assert.deepEqual(scanned, matching.parse(chunk, 0, OPEN));
  assert.deepEqual(scanned, scanning.parse({ ...chunk, pattern: 'nginx-timed' }, 0, OPEN));
});

test('a line that looks wrapped is opened first, although a pattern takes it as it stands', () => {
  const anything = compilePattern({
    ...{ name: 'anything', description: 'Any', fields: {}, samples: [], rejects: [] },
    expressions: ['%{NOTSPACE:time} (?<name>[a-z]+) (?<rest>.*)'],
    time: { field: 'time', format: 'iso8601' },
    observation: { series: [{ name: 'seen', when: [], by: ['name'], evidence: true }], tops: [] },
  });
  const [scanned, matched] = [true, false].map((isScanned) =>
    createChunkParser({ patterns: [anything, ...patterns], timezone: 'UTC', isScanned }),
  );
  const plain = `${new Date(T0).toISOString()} shop has opened`;
  const chunk = { ...chunkOf(encode([plain, cri(plain, T0)])), pattern: 'anything' };

  const answer = scanned?.parse(chunk, 0, OPEN);

  assert.deepEqual(answer, matched?.parse(chunk, 0, OPEN));
  assert.deepEqual(answer && cellsOf(answer.tally), { seen: { 0: 2 }, 'seen{name=shop}': { 0: 2 } });
});

test('an answer does not depend on what the parser read before', () => {
  const lines = encode([nginxError(0), '203.0.113.7 - - [25/Nov/2026:05:22:42 +0000] "GET / HTTP/1.1" 502 15 "-" "-"']);
  const [scanned, matched] = [true, false].map((isScanned) =>
    createChunkParser({ patterns, timezone: 'UTC', isScanned }),
  );
  const first = matched?.parse(chunkOf(lines), 0, OPEN);

  for (const pattern of patterns.map(({ name }) => name)) {
    scanned?.parse({ ...chunkOf(lines), pattern }, 0, OPEN);
    assert.deepEqual(scanned?.parse(chunkOf(lines), 0, OPEN), first);
  }
});
