import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadPatterns, shippedPatternsFolder } from '../../../src/config/patterns.ts';
import { MAX_PATTERN_BYTES, MAX_WRAPPED_BYTES } from '../../../src/core/parse/lines.ts';
import { createLineParsers, type ParsedLine } from '../../../src/core/parse/parsed-lines.ts';
import { compilePattern } from '../../../src/core/parse/pattern.ts';

const NEAR = Date.UTC(2026, 10, 25);
const APP = compilePattern({
  ...{ name: 'app', description: 'of a test', fields: {}, samples: [], rejects: [] },
  observation: { series: [], tops: [] },
  expressions: ['%{TIMESTAMP_ISO8601:time} %{WORD:word}'],
  continues: ['\\s+at .*'],
  time: { field: 'time', format: 'iso8601' },
});
const OTHER = compilePattern({
  ...{ name: 'other', description: 'of a test', fields: {}, samples: [], rejects: [] },
  observation: { series: [], tops: [] },
  expressions: ['%{WORD:word}'],
});
const T = '2026-11-25T05:22:42Z';
const TIME = Date.parse(T);

/** All lines of pieces that come one after the other. */
function parse(...pieces: (string | Uint8Array)[]): ParsedLine[] {
  const parser = createLineParsers({ patterns: [APP, OTHER], timezone: 'UTC', only: undefined, near: NEAR })();
  const lines: ParsedLine[] = [];
  for (const piece of pieces)
    parser.take(typeof piece === 'string' ? Buffer.from(piece) : piece, (line) => lines.push(line));
  return lines;
}

test('a line, its pattern, time and fields', () => {
  assert.deepEqual(parse(`${T} hello\nhello\nno such line\n`), [
    { line: `${T} hello`, pattern: 'app', time: TIME, fields: { word: 'hello' } },
    { line: 'hello', pattern: 'other', time: undefined, fields: { word: 'hello' } },
    {
      line: 'no such line',
      unmatched: 'no pattern matches: other came furthest, up to letter 2, where it expects the end of the line',
    },
  ]);
});

test('the line is as it stands in the file: with CR, byte order mark and what is no UTF-8', () => {
  const bytes = Buffer.concat([Buffer.from(`\uFEFF${T} hello\r\nhello\r\n\r\n`), Buffer.of(0xff, 0xfe, 10, 0x61)]);

  assert.deepEqual(
    parse(bytes).map(({ line }) => line),
    [`\uFEFF${T} hello\r`, 'hello\r', '\r', '\uFFFD\uFFFD', 'a'],
  );
  assert.equal((parse(bytes)[0] as { pattern?: string }).pattern, 'app');
});

test('what was taken off is named, and the line within is told', () => {
  const docker = JSON.stringify({ log: 'hello\n', stream: 'stdout', time: T });
  const rows = [
    [docker, 'docker', TIME],
    [`${T} stdout F hello`, 'cri', TIME],
    ['<190>Nov 25 05:22:42 web-1 nginx: hello', 'syslog', TIME],
    [`<190>1 ${T} web-1 nginx 12 - - hello`, 'syslog', TIME],
    [JSON.stringify({ MESSAGE: 'hello', __REALTIME_TIMESTAMP: String(TIME * 1_000) }), 'journal', TIME],
  ] as const;
  for (const [line, wrapper, time] of rows)
    assert.deepEqual(parse(`${line}\n`), [
      { line, wrapper, text: 'hello', pattern: 'other', time, fields: { word: 'hello' } },
    ]);
});

test('parts of a line: each is accounted for, and the last one has the whole', () => {
  const lines = parse(`${T} stdout P hel\n${T} stderr F err\n`, `${T} stdout F lo\n`);

  assert.deepEqual(
    lines.map((line) => [line.text, 'unmatched' in line && line.isPart]),
    [
      [undefined, true],
      ['err', false],
      ['hello', false],
    ],
  );
});

test('a continued line belongs to the pattern of its file, and has no fields', () => {
  const [, trace] = parse(`${T} hello\n  at x.y(z)\n`);

  assert.deepEqual(trace, { line: '  at x.y(z)', pattern: 'app', time: TIME, fields: {}, continues: true });
});

test('lines that are too long say so, and are shown', () => {
  const long = 'x'.repeat(MAX_PATTERN_BYTES + 1);
  const longer = 'y'.repeat(MAX_WRAPPED_BYTES + 1);
  const parser = createLineParsers({ patterns: [APP], timezone: 'UTC', only: 'app', near: NEAR })();
  const lines: ParsedLine[] = [];
  parser.takeLong(Buffer.from('z'.repeat(10)), 2_000_000, (line) => lines.push(line));

  for (const [line, text] of [...parse(`${long}\n${longer}`), ...lines].map(
    (one, index) => [one, [long, longer, 'z'.repeat(10)][index]] as const,
  )) {
    assert.equal(line.line, text);
    assert.match((line as { unmatched: string }).unmatched, /^too long: patterns see lines of 32768 bytes at most/);
  }
  assert.match((lines[0] as { unmatched: string }).unmatched, /it has 2000000 bytes/);
});

test('a pattern that does not exist is a mistake', () => {
  assert.throws(
    () => createLineParsers({ patterns: [APP], timezone: 'UTC', only: 'apq', near: NEAR }),
    /There is no pattern 'apq'. Did you mean app\?/,
  );
});

test('any bytes, cut anywhere into pieces of whole lines: every line is accounted for', () => {
  const pieces = fc.oneof(
    fc.uint8Array({ maxLength: 20 }),
    fc
      .constantFrom(
        '\n',
        '\n\n',
        '\r\n',
        T,
        ' stdout P ',
        '{"log":"',
        '\\n","stream":"stdout","time":"',
        '"}',
        '<1>1 ',
        ' at x',
      )
      .map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), fc.nat(3), (some, cuts) => {
      const bytes = Buffer.concat(some);
      const ends = [...bytes.entries()].filter(([, byte]) => byte === 10).map(([at]) => at + 1);
      const at = ends[Math.floor((ends.length * cuts) / 4)] ?? 0;

      const lines = parse(bytes.subarray(0, at), bytes.subarray(at));

      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
      const wanted = text.split('\n');
      if (wanted.at(-1) === '') wanted.pop();
      assert.deepEqual(
        lines.map(({ line }) => line),
        wanted,
      );
    }),
    { numRuns: 300 },
  );
});

test('samples of all shipped patterns, cut at any place: no exception, every line accounted for', () => {
  const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });
  const samples = patterns
    .flatMap(({ spec }) => spec.samples.map(({ line }) => line))
    .filter((line) => !line.includes('\n'));
  const createParser = createLineParsers({ patterns, timezone: 'UTC', only: undefined, near: NEAR });

  fc.assert(
    fc.property(fc.constantFrom(...samples), fc.double({ min: 0, max: 1, noNaN: true }), (sample, share) => {
      const bytes = Buffer.from(sample).subarray(0, Math.floor(Buffer.byteLength(sample) * share));
      const lines: ParsedLine[] = [];

      createParser().take(Buffer.concat([bytes, Buffer.of(10), bytes]), (line) => lines.push(line));

      assert.equal(lines.length, bytes.length === 0 ? 1 : 2);
    }),
    { numRuns: 300 },
  );
});
