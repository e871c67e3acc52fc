import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { estimateDistinct } from '../../../src/core/observe/distinct.ts';
import { bucketOf } from '../../../src/core/observe/histogram.ts';
import { EXEMPLAR_CHARS, MAX_EXEMPLARS, MAX_LABEL_VALUES } from '../../../src/core/observe/tally-builder.ts';
import { EXEMPLARS_PER_MINUTE } from '../../../src/core/observe/tally-series.ts';
import { createChunkParser, type ParsedChunk } from '../../../src/core/parse/chunk.ts';
import { MAX_PATTERN_BYTES } from '../../../src/core/parse/lines.ts';
import { LATE_MS } from '../../../src/core/parse/marks.ts';
import type { Chunk } from '../../../src/core/types.ts';
import {
  added,
  cellsOf,
  chunkOf,
  combined,
  encode,
  nginxError,
  OPEN,
  patterns,
  T0,
  timed,
  totalsOf,
} from './tallies.ts';

const parser = createChunkParser({ patterns, timezone: 'UTC' });

test('requests and errors are counted in their seconds, in all and by label', () => {
  const { tally } = parse([timed(0, 200, 'a'), timed(0, 502, 'a'), timed(1, 503, 'b')]);

  assert.deepEqual(cellsOf(tally), {
    'http.requests': { 0: 2, 1: 1 },
    'http.requests{vhost=a}': { 0: 2 },
    'http.requests{vhost=b}': { 1: 1 },
    'http.5xx': { 0: 1, 1: 1 },
    'http.5xx{vhost=a}': { 0: 1 },
    'http.5xx{vhost=b}': { 1: 1 },
    'http.502_504': { 0: 1, 1: 1 },
    'http.latency': { 0: 2, 1: 1 },
  });
  assert.deepEqual(tally.histograms, [{ series: 'http.latency', time: T0 - 2_000, buckets: [[bucketOf(0.005), 3]] }]);
  assert.deepEqual(
    tally.distincts.map(({ series, by, registers }) => [series, by, Math.round(estimateDistinct(registers))]),
    [
      ['http.5xx', 'client', 1],
      ['http.requests', 'client', 1],
    ],
  );
  assert.deepEqual(
    tally.tops.find(({ series, by }) => series === 'http.5xx' && by === 'route'),
    { series: 'http.5xx', by: 'route', time: T0 - 2_000, entries: [['/items/:n', 2]] },
  );
  assert.deepEqual(
    tally.exemplars.filter(({ series }) => series === 'http.5xx').map(({ line, time }) => [line, time]),
    [
      [timed(0, 502, 'a'), T0],
      [timed(1, 503, 'b'), T0 + 1_000],
    ],
  );
});

test('every complete line counts once in the totals', () => {
  const { tally, pattern } = parse([combined(0, 200), combined(0, 502), combined(0, 99), 'garbage', '', nginxError(0)]);

  assert.equal(pattern, 'nginx-combined');
  assert.equal(tally.lines, 6);
  assert.deepEqual(totalsOf(tally), {
    'nginx-combined 200': 1,
    'nginx-combined 502': 1,
    'nginx-combined other': 1,
    'unmatched ': 2,
    'nginx-error ': 1,
  });
  assert.deepEqual(tally.skipped, { unparsed: 2 });
});

test('a last line without LF counts, and a CR before the LF is no part of a line', () => {
  const bytes = new TextEncoder().encode(`${combined(0, 500)}\r\n${combined(0, 500)}`);

  const { tally, consumed } = parser.parse(chunkOf(bytes), 0, OPEN);

  assert.equal(consumed, bytes.length);
  assert.equal(tally.lines, 2);
  assert.deepEqual(
    tally.exemplars.map(({ line }) => line),
    [combined(0, 500), combined(0, 500)],
  );
});

for (const agent of ['curl', 'é', '\u{1F600}\uFFFD']) {
  test(`reading stops before the first line at or after the limit and resumes there, agent ${agent}`, () => {
    const bytes = encode([
      combined(0, 200).replace('curl', agent),
      combined(59, 200),
      combined(60, 200),
      combined(61, 200),
    ]);

    const first = parser.parse(chunkOf(bytes), 0, { ...OPEN, until: T0 + 60_000 });
    const rest = parser.parse(chunkOf(bytes), first.consumed, OPEN);

    assert.equal(first.tally.lines, 2);
    assert.equal(first.nextTime, T0 + 60_000);
    assert.equal(first.lastTime, T0 + 59_000);
    assert.equal(parser.firstTime(chunkOf(bytes), first.consumed), T0 + 60_000);
    assert.equal(rest.tally.lines, 2);
    assert.equal(first.consumed + rest.consumed, bytes.length);
  });
}

test('the first stamp is looked for in 64 lines', () => {
  const garbage = (count: number) => new Array(count).fill('garbage');

  assert.equal(parser.firstTime(chunkOf(encode([...garbage(63), combined(3, 200)])), 0), T0 + 3_000);
  assert.equal(parser.firstTime(chunkOf(encode([...garbage(64), combined(3, 200)])), 0), undefined);
  assert.equal(parser.firstTime(chunkOf(new Uint8Array()), 0), undefined);
});

test('lines ahead of the clock count in the totals only, and do not stop the reading', () => {
  const limits = { until: T0 + 60_000, now: T0 + 5_000, watermark: undefined };

  const { tally, lastTime, nextTime } = parse([combined(0, 200), combined(7_200, 502), combined(1, 200)], limits);

  assert.deepEqual(tally.skipped, { off_clock: 1 });
  assert.equal(totalsOf(tally)['nginx-combined 502'], 1);
  assert.deepEqual(cellsOf(tally)['http.requests'], { 0: 1, 1: 1 });
  assert.equal(tally.timeMax, T0 + 1_000);
  assert.equal(lastTime, T0 + 1_000);
  assert.equal(nextTime, undefined);
});

test('late lines enter their second up to 15 minutes back, and tell how late they were', () => {
  const late = -LATE_MS / 1_000;

  const { tally } = parse([combined(0, 200), combined(late, 200), combined(late - 1, 502)]);

  assert.deepEqual(cellsOf(tally), { 'http.requests': { 0: 1, [late]: 1 } });
  assert.deepEqual(tally.skipped, { late: 1 });
  assert.equal(totalsOf(tally)['nginx-combined 502'], 1);
  assert.equal(tally.latenessMs, LATE_MS);
  assert.equal(tally.timeMax, T0);
});

test('lateness is measured against what the source has seen before', () => {
  const { tally } = parse([combined(0, 200)], { ...OPEN, watermark: T0 + 30_000 });

  assert.equal(tally.latenessMs, 30_000);
});

test('a pattern without stamps inherits the time of the line before', () => {
  const bytes = encode([nginxError(0).replace('2026/11/25', '2026/02/31'), combined(5, 200)]);

  const { tally } = parser.parse({ ...chunkOf(bytes), lastTime: T0 - 1_000 }, 0, OPEN);

  assert.deepEqual(cellsOf(tally)['nginx.error'], { [-1]: 1 });
  assert.equal(parser.parse(chunkOf(bytes), 0, OPEN).tally.lines, 2);
});

test('over-long lines never meet an expression', () => {
  const long = combined(0, 200).replace('curl', 'c'.repeat(MAX_PATTERN_BYTES));
  const fits = combined(0, 200).replace('curl', 'c'.repeat(MAX_PATTERN_BYTES - combined(0, 200).length + 4));

  const { tally } = parse([long, fits, combined(0, 200)]);

  assert.equal(tally.lines, 3);
  assert.deepEqual(tally.skipped, { unparsed: 1, too_long_for_pattern: 1 });
  assert.equal(totalsOf(tally)['nginx-combined 200'], 2);
});

test('bytes that are no UTF-8 are replaced, and a mark at the start of a file is passed over', () => {
  const broken = new TextEncoder().encode(combined(0, 500));
  broken[broken.indexOf(0x63)] = 0xff;
  const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, ...broken, 0x0a]);

  const { tally } = parser.parse(chunkOf(bytes), 0, OPEN);

  assert.equal(tally.exemplars[0]?.line, combined(0, 500).replace('c', '\uFFFD'));
});

test('a chunk half of which no pattern takes is recognised with the next one', () => {
  assert.equal(parse([combined(0, 200), 'x', 'y']).pattern, undefined);
  assert.equal(parse([combined(0, 200), 'x']).pattern, 'nginx-combined');
  assert.equal(parse(['x']).pattern, undefined);
});

test('a pattern fixed by configuration is the only one tried', () => {
  const only = createChunkParser({ patterns, timezone: 'UTC', only: 'nginx-error' });

  const { tally, pattern } = only.parse(chunkOf(encode([combined(0, 200), nginxError(0)])), 0, OPEN);

  assert.equal(pattern, 'nginx-error');
  assert.deepEqual(tally.skipped, { unparsed: 1 });
  assert.throws(
    () => createChunkParser({ patterns, timezone: 'UTC', only: 'nginx-eror' }),
    /Did you mean nginx-error\?/,
  );
});

test('stamps without a zone are read in the configured one', () => {
  const berlin = createChunkParser({ patterns, timezone: 'Europe/Berlin' });

  assert.equal(berlin.firstTime(chunkOf(encode([nginxError(0)])), 0), T0 - 3_600_000);
});

test('label values, exemplars and their length are bounded, and nothing is lost', () => {
  const hosts = Array.from({ length: MAX_LABEL_VALUES + 50 }, (_, index) =>
    timed(index % 60, 502, `h${index}.example`),
  );
  const long = combined(0, 500).replace('curl', '\u{1F600}'.repeat(1_000));

  const { tally } = parse([...hosts, long]);

  const cells = cellsOf(tally);
  const labelled = Object.keys(cells).filter((key) => key.startsWith('http.5xx{'));
  assert.equal(labelled.length, MAX_LABEL_VALUES + 1);
  assert.equal(sumOf(cells['http.5xx{vhost=other}']), 50);
  assert.equal(tally.skipped.series_over_limit, 100);
  assert.equal(sumOf(cells['http.5xx']), hosts.length + 1);
  assert.ok(tally.exemplars.length <= MAX_EXEMPLARS);
  assert.ok(tally.exemplars.every(({ line }) => line.length <= EXEMPLAR_CHARS && line.isWellFormed()));
  const minutes = Map.groupBy(tally.exemplars, ({ series, time }) => `${series} ${Math.floor(time / 60_000)}`);
  assert.ok([...minutes.values()].every(({ length }) => length <= EXEMPLARS_PER_MINUTE));
});

test('the tally does not depend on how the bytes are cut into chunks', () => {
  const second = fc.integer({ min: -20, max: 20 });
  const status = fc.constantFrom(200, 404, 499, 502);
  const line = fc.oneof(
    fc.tuple(second, status).map(([at, code]) => combined(at, code)),
    fc.tuple(second, status, fc.constantFrom('a', 'b')).map(([at, code, host]) => timed(at, code, host)),
    second.map(nginxError),
    fc.constantFrom(
      '',
      'garbage',
      combined(9_999, 200),
      combined(-2_000, 500),
      'é\u2028\r',
      nginxError(0).replace('11/25', '02/31'),
    ),
  );
  const cut = fc.record({ line, cutAfter: fc.boolean() });

  fc.assert(
    fc.property(fc.array(cut, { minLength: 1, maxLength: 40 }), (cuts) => {
      const whole = parse(cuts.map((one) => one.line));
      const chunks: string[][] = [[]];
      for (const one of cuts) {
        chunks.at(-1)?.push(one.line);
        if (one.cutAfter) chunks.push([]);
      }

      assert.deepEqual(added(parseAll(chunks)), added([whole]));
      assert.equal(whole.tally.lines, cuts.length);
    }),
  );
});

test('any bytes are taken to the last one and every line is counted', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
      const { tally, consumed } = parser.parse(chunkOf(bytes), 0, OPEN);

      const lines = bytes.filter((byte) => byte === 10).length + (bytes.length > 0 && bytes.at(-1) !== 10 ? 1 : 0);
      assert.equal(consumed, bytes.length);
      assert.equal(tally.lines, lines);
    }),
  );
});

test('chunks larger than a block of decoding are read line by line', () => {
  const wide = combined(0, 200).replace('curl', 'é'.repeat(9_000));
  const lines = Array.from({ length: 200 }, (_, index) =>
    index % 50 === 7 ? 'x'.repeat(150_000) : index % 3 === 0 ? wide : combined(1, 502),
  );

  const { tally, consumed } = parse(lines);

  assert.equal(consumed, encode(lines).length);
  assert.equal(tally.lines, 200);
  assert.equal(tally.skipped.too_long_for_pattern, 4);
  assert.equal(tally.skipped.unparsed, 4);
});

function parse(lines: readonly string[], limits = OPEN as Parameters<typeof parser.parse>[2]): ParsedChunk {
  return parser.parse(chunkOf(encode(lines)), 0, limits);
}

/** Chunk after chunk, as a source does it. */
function parseAll(chunks: readonly (readonly string[])[]): readonly ParsedChunk[] {
  let offset = 0;
  let watermark: number | undefined;
  let before: Pick<Chunk, 'pattern' | 'lastTime'> = {};
  return chunks.map((lines) => {
    const bytes = encode(lines);
    const parsed = parser.parse({ ...chunkOf(bytes), ...before, offset }, 0, { ...OPEN, watermark });
    offset += bytes.length;
    before = { pattern: parsed.pattern, lastTime: parsed.lastTime };
    if (parsed.tally.timeMax !== undefined) watermark = Math.max(watermark ?? 0, parsed.tally.timeMax);
    return parsed;
  });
}

function sumOf(seconds: Record<number, number> | undefined): number {
  return Object.values(seconds ?? {}).reduce((sum, count) => sum + count, 0);
}
