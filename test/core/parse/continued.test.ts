/** Lines that belong to the one before, as those of a stack trace do: counted with it, and shown behind it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createChunkParser, type ParsedChunk } from '../../../src/core/parse/chunk.ts';
import { CONTINUED_CHARS } from '../../../src/core/parse/continued.ts';
import { WINDOW_BYTES } from '../../../src/core/parse/line-scanner.ts';
import { compilePattern } from '../../../src/core/parse/pattern.ts';
import { added, cellsOf, chunkOf, encode, OPEN, patterns as shipped, T0, totalsOf } from './tallies.ts';

const APP = compilePattern({
  ...{ name: 'app', description: 'App', fields: {}, samples: [], rejects: [] },
  expressions: ['%{TIMESTAMP_ISO8601:time} %{LOGLEVEL:level} %{GREEDYDATA:message}'],
  continues: ['\\s+at .*', '\\s+\\.\\.\\. \\d+ more', '(?:Caused by: )?[\\w.]+(?:Exception|Error)(?:: .*)?'],
  time: { field: 'time', format: 'iso8601' },
  observation: {
    series: [
      {
        name: 'errors',
        when: [{ field: 'level', condition: { is: 'in', values: ['ERROR'] } }],
        by: [],
        evidence: true,
      },
    ],
    tops: [],
  },
});
const PATTERNS = [APP, ...shipped];
const TRACE = [
  'java.lang.IllegalStateException: no stock',
  '\tat shop.Cart.pay(Cart.java:42)',
  '\tat shop.Main.run(Main.java:7)',
  'Caused by: java.net.SocketTimeoutException: connect timed out',
  '\t... 12 more',
];

test('they are lines of its pattern, and observed as nothing', () => {
  const { tally, pattern } = parse([line(0), ...TRACE, line(1, 'INFO')]);

  assert.equal(pattern, 'app');
  assert.deepEqual(totalsOf(tally), { 'app ': 7 });
  assert.deepEqual(tally.skipped, {});
  assert.deepEqual(cellsOf(tally), { errors: { 0: 1 } });
  assert.equal(tally.timeMax, T0 + 1_000);
});

test('evidence shows them behind their line, in one line', () => {
  const { tally } = parse([line(0), ...TRACE]);

  assert.deepEqual(
    shown(tally),
    [[line(0), ...TRACE].map((text) => text.trim()).join(' | ')].map((text) => text.replace(' | ... 12 more', '')),
  );
});

test('of a long trace the cause is kept, whatever stands before it', () => {
  const frames = Array.from({ length: 200 }, (_, i) => `\tat shop.deep.Call${i}.run(Call.java:${i})`);
  const trace = [
    'a.b.FirstException: x',
    ...frames,
    'Caused by: a.Middle',
    ...frames,
    'Caused by: root.Error: down',
    ...frames,
  ];

  const [text = ''] = shown(parse([line(0), ...trace.map((one) => one.replace('a.Middle', 'a.MiddleError'))]).tally);

  assert.match(
    text,
    /a\.b\.FirstException: x \| at shop\.deep\.Call0\.run.* \| Caused by: a\.MiddleError \| Caused by: root\.Error: down$/,
  );
  assert.ok(text.length <= CONTINUED_CHARS, `${text.length}`);
});

test('a line of thousands of letters leaves room for the cause', () => {
  const [text = ''] = shown(parse([`${line(0)} ${'x'.repeat(5_000)}`, ...TRACE]).tally);

  assert.match(
    text,
    /x… \| java\.lang\.IllegalStateException: no stock \| .*Caused by: java\.net\.SocketTimeoutException/,
  );
  assert.ok(text.length <= CONTINUED_CHARS, `${text.length}`);
});

test('without a line before them they count all the same', () => {
  const { tally } = parse([...TRACE, line(0), ...TRACE].slice(0, 8), 'app');

  assert.deepEqual(totalsOf(tally), { 'app ': 8 });
});

test('in a file of another pattern they are unparsed', () => {
  const { tally } = parse(TRACE, 'nginx-combined');

  assert.equal(tally.skipped.unparsed, TRACE.length);
});

test('behind a line that nobody knows they are shown behind no other', () => {
  const { tally } = parse([line(0), 'what is this', ...TRACE], 'app');

  assert.deepEqual(shown(tally), [line(0)]);
  assert.deepEqual(totalsOf(tally), { 'app ': 6, 'unmatched ': 1 });
});

test('a file of traces is recognised by them', () => {
  const { pattern } = parse([line(0), ...Array.from({ length: 90 }, () => TRACE[1] as string)]);

  assert.equal(pattern, 'app');
});

test('frames without a line before them recognise nothing', () => {
  assert.equal(parse(TRACE).pattern, undefined);
});

test('outputs that take turns keep their own', () => {
  const lines = [
    docker(line(0), 'stderr'),
    docker(line(1, 'INFO'), 'stdout'),
    docker('\tat a.B.c(B.java:1)', 'stderr'),
    docker('\tat not.this(B.java:1)', 'stdout'),
    docker('Caused by: d.E.Error: f', 'stderr'),
  ];

  const { tally } = parse(lines, 'app');

  assert.deepEqual(shown(tally), [`${line(0)} | at a.B.c(B.java:1) | Caused by: d.E.Error: f`]);
  assert.deepEqual(totalsOf(tally), { 'app ': 5 });
});

test('what belongs to the last line of a block is shown too', () => {
  const many = Array.from({ length: 1_023 }, () => line(0, 'INFO'));

  const { tally } = parse([...many, line(0), '\tat a.B.c(B.java:1)', line(1, 'INFO')]);

  assert.deepEqual(shown(tally), [`${line(0)} | at a.B.c(B.java:1)`]);
});

test('what belongs to the last line of a window is shown too', () => {
  const wide = Array.from({ length: 20 }, () => `${line(0, 'INFO')} ${'x'.repeat(12_000)}`);
  const left = WINDOW_BYTES - encode([...wide, line(0), line(0)]).length;
  const lines = [...wide, line(0, 'INFO').padEnd(line(0).length + left - 5, 'x'), line(0)];

  const { tally } = parse([...lines, '\tat a.B.c(B.java:1)', line(1, 'INFO')]);

  assert.deepEqual(shown(tally), [`${line(0)} | at a.B.c(B.java:1)`]);
  assert.deepEqual(totalsOf(tally), { 'app ': 24 });
});

test('a line feed within one changes nothing', () => {
  const { tally } = parse([docker(line(0), 'stdout'), docker('\tat a\nb', 'stdout')], 'app');

  assert.deepEqual(totalsOf(tally), { 'app ': 2 });
});

test('wherever the bytes are cut, the same is counted', () => {
  const text = fc.constantFrom(line(0), line(1, 'INFO'), line(2), ...TRACE, 'what is this', docker('\tat x', 'stderr'));
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 40 }), fc.array(fc.nat(39)), (lines, cuts) => {
      const ends = [...new Set([...cuts.filter((cut) => cut > 0 && cut < lines.length), lines.length])].sort(
        (a, b) => a - b,
      );
      const whole = parse(lines, 'app');

      let from = 0;
      let lastTime: number | undefined;
      const parts = ends.map((end) => {
        const part = parse(lines.slice(from, end), 'app', lastTime);
        from = end;
        lastTime = part.lastTime;
        return part;
      });

      assert.deepEqual(sumsOf(parts), sumsOf([whole]));
    }),
  );
});

/** Lateness is told between reads. */
function sumsOf(parts: readonly ParsedChunk[]): unknown {
  return (added(parts) as { readonly sums: unknown }).sums;
}

function line(second: number, level = 'ERROR'): string {
  return `${new Date(T0 + second * 1_000).toISOString()} ${level} checkout failed`;
}

function docker(text: string, stream: string): string {
  return JSON.stringify({ log: `${text}\n`, stream, time: '2026-11-25T05:22:42.123456789Z' });
}

function shown({ exemplars }: ParsedChunk['tally']): readonly string[] {
  return exemplars.map(({ line: text }) => text);
}

function parse(lines: readonly string[], pattern?: string, lastTime?: number): ParsedChunk {
  const parser = createChunkParser({ patterns: PATTERNS, timezone: 'UTC' });
  return parser.parse({ ...chunkOf(encode(lines)), pattern, lastTime }, 0, OPEN);
}
