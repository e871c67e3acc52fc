import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createChunkParser, type ParsedChunk } from '../../../src/core/parse/chunk.ts';
import { MAX_PATTERN_BYTES } from '../../../src/core/parse/lines.ts';
import { compilePattern, isLastResort } from '../../../src/core/parse/pattern.ts';
import type { Chunk } from '../../../src/core/types.ts';
import { cri, DOCKER_PART, docker, journal, WRAPPERS } from '../../support/wrappers.ts';
import {
  added,
  cellsOf,
  chunkOf,
  combined,
  encode,
  nginxError,
  OPEN,
  patterns as shipped,
  T0,
  timed,
  totalsOf,
} from './tallies.ts';

// A pattern for syslog itself reads lines in its wrapper that are nobody's without one.
const patterns = shipped.filter((pattern) => !isLastResort(pattern));
const parser = createChunkParser({ patterns, timezone: 'UTC' });

for (const [name, wrap] of Object.entries(WRAPPERS)) {
  test(`${name}: lines count as if they stood alone, and are shown so`, () => {
    const lines = [
      timed(0, 200, 'a'),
      timed(0, 502, 'é.example'),
      timed(1, 200, 'a'),
      timed(1, 503, 'a'),
      combined(1, 500),
      nginxError(2),
      'garbage',
      '',
    ];

    const wrapped = parse(lines.map((line) => wrap(line, T0)));

    assert.deepEqual(added([wrapped]), added([parse(lines)]));
    assert.equal(wrapped.pattern, 'nginx-timed');
    assert.equal(wrapped.held, undefined);
    assert.deepEqual(
      wrapped.tally.exemplars.map(({ line }) => line),
      parse(lines).tally.exemplars.map(({ line }) => line),
    );
  });
}

test('a line without a stamp of its own has the time of its wrapper', () => {
  const unstamped = nginxError(0).replace('2026/11/25', '2026/02/31');
  for (const [name, wrap] of Object.entries(WRAPPERS)) {
    const { tally, lastTime } = parse([wrap(unstamped, T0 + 3_000)]);

    assert.deepEqual(cellsOf(tally)['nginx.error'], { 3: 1 }, name);
    assert.equal(lastTime, T0 + 3_000, name);
    assert.equal(parser.firstTime(chunkOf(encode([wrap(unstamped, T0)])), 0, T0 + 1), T0, name);
  }
});

test('a syslog stamp is of the year that brings it nearest', () => {
  const unstamped = nginxError(0).replace('2026/11/25', '2026/02/31');
  const newYear = Date.UTC(2027, 0, 1);
  const timeAt = (stamp: string, now: number) =>
    parser.firstTime(chunkOf(encode([`<187>${stamp} web nginx: ${unstamped}`])), 0, now);

  assert.equal(timeAt('Dec 31 23:59:59', newYear + 5_000), newYear - 1_000);
  assert.equal(timeAt('Jan  1 00:00:01', newYear - 5_000), newYear + 1_000);
  assert.equal(timeAt('Feb 29 00:00:00', Date.UTC(2028, 2, 1)), Date.UTC(2028, 1, 29));
  assert.equal(timeAt('Feb 30 00:00:00', Date.UTC(2028, 2, 1)), undefined);
  assert.equal(timeAt('Foo 30 00:00:00', newYear), undefined);
  const berlin = createChunkParser({ patterns, timezone: 'Europe/Berlin' });
  const chunk = chunkOf(encode([`<187>Nov 25 06:00:00 web nginx: ${unstamped}`]));
  assert.equal(berlin.firstTime(chunk, 0, T0), Date.UTC(2026, 10, 25, 5));
});

test('parts of a long line are one line, also where outputs take turns', () => {
  const long = withAgent(timed(1, 502, 'a'), DOCKER_PART + 100);
  const other = withAgent(nginxError(2), DOCKER_PART + 5);

  const inDocker = parse([
    docker(long.slice(0, DOCKER_PART), T0),
    docker(other.slice(0, DOCKER_PART), T0, 'stderr'),
    docker(`${combined(0, 200)}\n`, T0, 'stderr').replace('stderr', 'other'),
    docker(`${long.slice(DOCKER_PART)}\n`, T0),
    docker(`${other.slice(DOCKER_PART)}\n`, T0, 'stderr'),
  ]);
  const inKubernetes = parse([
    cri(long.slice(0, 50), T0, { tag: 'P' }),
    cri(other.slice(0, 7), T0, { stream: 'stderr', tag: 'P:x' }),
    cri('', T0, { tag: 'P' }),
    cri(long.slice(50, 60), T0, { tag: 'P' }),
    'no wrapper',
    cri(long.slice(60), T0),
    cri(other.slice(7), T0, { stream: 'stderr' }),
  ]);

  for (const { tally, held } of [inDocker, inKubernetes]) {
    assert.deepEqual(totalsOf(tally), { 'nginx-timed 502': 1, 'nginx-error ': 1, 'unmatched ': 1 });
    assert.equal(held, undefined);
  }
  assert.equal(inDocker.tally.exemplars.find(({ series }) => series === 'http.5xx')?.line, long.slice(0, 500));
});

test('an output that ends in the middle of a line ends that line', () => {
  const { tally, held } = parse([docker('GET /', T0), docker(`${combined(0, 200)}\n`, T0)]);

  assert.deepEqual(totalsOf(tally), { 'nginx-combined 200': 1, 'unmatched ': 1 });
  assert.equal(held, undefined);
});

test('beginnings are held from chunk to chunk, and count once the line is whole', () => {
  const long = combined(0, 502);
  const first = parse([cri(long.slice(0, 9), T0, { tag: 'P' }), cri('x', T0, { stream: 'stderr', tag: 'P' })]);

  assert.equal(first.tally.lines, 0);
  assert.deepEqual(first.held, { stdout: long.slice(0, 9), stderr: 'x' });

  const last = { ...chunkOf(encode([cri(long.slice(9), T0)])), held: first.held };
  assert.equal(parser.firstTime(last, 0), T0);
  const { tally, held } = parser.parse(last, 0, OPEN);
  assert.deepEqual(totalsOf(tally), { 'nginx-combined 502': 1 });
  assert.deepEqual(held, { stderr: 'x' });
});

test('a line that is left for a later step leaves its beginning held', () => {
  const late = combined(60, 200);
  const bytes = encode([cri(late.slice(0, 9), T0, { tag: 'P' }), cri(late.slice(9), T0)]);

  const { consumed, held, nextTime, tally } = parser.parse(chunkOf(bytes), 0, { ...OPEN, until: T0 + 60_000 });

  assert.equal(tally.lines, 0);
  assert.equal(nextTime, T0 + 60_000);
  assert.deepEqual(held, { stdout: late.slice(0, 9) });
  assert.equal(consumed, bytes.indexOf(10) + 1);
});

test('a line too long in its parts counts once, is not held, and what comes of it is dropped up to its end', () => {
  const part = cri('x'.repeat(DOCKER_PART), T0, { tag: 'P' });
  const over = parse([part, part, part]);

  assert.equal(over.tally.lines, 0);
  assert.ok(JSON.stringify(over.held).length < 100);

  const bytes = encode([part, cri('x', T0), cri(combined(0, 200), T0)]);
  const { tally, held } = parser.parse({ ...chunkOf(bytes), held: JSON.parse(JSON.stringify(over.held)) }, 0, OPEN);
  assert.deepEqual(tally.skipped, { unparsed: 1, too_long_for_pattern: 1 });
  assert.deepEqual(totalsOf(tally), { 'nginx-combined 200': 1, 'unmatched ': 1 });
  assert.equal(held, undefined);
});

test('the limit is on the line, not on what is around it', () => {
  const fits = withAgent(combined(0, 200), MAX_PATTERN_BYTES);
  const over = withAgent(combined(0, 200), MAX_PATTERN_BYTES + 1);
  for (const [name, wrap] of Object.entries(WRAPPERS)) {
    // A list of bytes is over twice as long as the line may be with all its wrapper.
    if (name === 'journal, as bytes') continue;
    assert.deepEqual(totalsOf(parse([wrap(fits, T0)]).tally), { 'nginx-combined 200': 1 }, name);
    assert.deepEqual(parse([wrap(over, T0)]).tally.skipped, { unparsed: 1, too_long_for_pattern: 1 }, name);
  }
  // Six letters for each: what an attacker can do to a part.
  const quoted = withAgent(combined(0, 200), DOCKER_PART - 1, '\u0001');
  const line = JSON.stringify({ log: `${quoted}\n`, time: '2026-11-25T05:22:42Z' }).replaceAll('\\u0001', '\\u003c');
  assert.ok(line.length > 2 * MAX_PATTERN_BYTES);
  assert.deepEqual(totalsOf(parse([line]).tally), { 'nginx-combined 200': 1 });
});

test('a message that the journal left out for its length counts as too long', () => {
  const { tally } = parse([journal(null, T0)]);

  assert.deepEqual(tally.skipped, { unparsed: 1, too_long_for_pattern: 1 });
});

test('a line feed inside of JSON makes no second line', () => {
  const forged = `${combined(0, 200)}\n${combined(0, 502)}`;

  for (const line of [docker(`${forged}\n`, T0), journal(forged, T0)]) {
    const { tally } = parse([line, combined(0, 200)]);
    assert.deepEqual(totalsOf(tally), { 'unmatched ': 1, 'nginx-combined 200': 1 });
  }
});

test('1 MiB of JSON is one line too long, whatever it holds', () => {
  const log = `{"log":"${'x'.repeat(1024 * 1024)}\\n","stream":"stdout","time":"2026-11-25T05:22:42Z"}`;
  const deep = `{"log":${'['.repeat(100_000)}}`;

  const { tally } = parse([log, deep, docker(`${combined(0, 200)}\n`, T0)]);

  assert.deepEqual(totalsOf(tally), { 'nginx-combined 200': 1, 'unmatched ': 2 });
  assert.deepEqual(tally.skipped, { unparsed: 2, too_long_for_pattern: 2 });
});

test('what only looks wrapped is read as it stands, where a pattern takes that and none its inside', () => {
  const jsonLog = pattern(
    'json',
    '\\{"log":"(?<name>[a-z]+)\\\\n","stream":"stdout","time":"%{TIMESTAMP_ISO8601:time}"\\}',
  );
  const own = createChunkParser({ patterns: [...patterns, jsonLog], timezone: 'UTC' });
  const line = docker('shop\n', T0);

  const { tally, pattern: recognised } = own.parse(chunkOf(encode([line, line])), 0, OPEN);

  assert.equal(recognised, 'json');
  assert.deepEqual(totalsOf(tally), { 'json ': 2 });
  assert.equal(tally.exemplars[0]?.line, line);
  assert.deepEqual(totalsOf(parse([line]).tally), { 'unmatched ': 1 });
});

test("in a file of whole lines no text inside of one is taken for another's line", () => {
  const login = pattern('login', '%{SYSLOGTIMESTAMP} %{HOST} app: %{GREEDYDATA:name}');
  const own = createChunkParser({ patterns: [...patterns, login], timezone: 'UTC' });
  const forged = `Nov 25 05:22:42 web app: ${combined(0, 502)}`;
  const honest = 'Nov 25 05:22:42 web app: frank';

  const { tally } = own.parse(chunkOf(encode([honest, forged, honest])), 0, OPEN);

  assert.deepEqual(totalsOf(tally), { 'login ': 3 });
});

test('in a file of syslog lines a pattern of last resort leaves to others what is theirs', () => {
  const syslog = pattern('syslog', '%{SYSLOGTIMESTAMP} %{HOST} %{NOTSPACE}: %{GREEDYDATA:name}', 0);
  const own = createChunkParser({ patterns: [...patterns, syslog], timezone: 'UTC' });
  const plain = 'Nov 25 05:22:42 web sshd: hello';

  const { tally, pattern: recognised } = own.parse(
    chunkOf(encode([plain, plain, `Nov 25 05:22:42 web nginx: ${combined(0, 502)}`, plain])),
    0,
    OPEN,
  );
  const nested = own.parse(chunkOf(encode([`Nov 25 05:22:42 web app: Nov 25 05:22:42 web kernel: dead`])), 0, OPEN);

  assert.equal(recognised, 'syslog');
  assert.deepEqual(totalsOf(tally), { 'syslog ': 3, 'nginx-combined 502': 1 });
  assert.match(nested.tally.exemplars[0]?.line ?? '', /web app: Nov/);
});

test('a pattern for anything with a time in front does not keep the lines of Kubernetes closed', () => {
  const anything = pattern('anything', '%{TIMESTAMP_ISO8601:time} %{GREEDYDATA:name}');
  const own = createChunkParser({ patterns: [anything, ...patterns], timezone: 'UTC' });

  const { tally } = own.parse(
    chunkOf(encode([cri(combined(0, 200), T0), cri(nginxError(0), T0), cri('started', T0)])),
    0,
    OPEN,
  );

  assert.deepEqual(totalsOf(tally), { 'nginx-combined 200': 1, 'nginx-error ': 1, 'anything ': 1 });
});

const second = fc.integer({ min: -20, max: 60 });
const anyLine = fc.oneof(
  fc.tuple(second, fc.constantFrom(200, 404, 502)).map(([at, code]) => combined(at, code)),
  fc
    .tuple(second, fc.constantFrom(200, 502), fc.constantFrom('a', 'é'))
    .map(([at, code, host]) => timed(at, code, host)),
  second.map(nginxError),
  fc.constantFrom('', 'garbage', combined(9_999, 200), combined(-2_000, 500), '{"log":"x"}', '<1>', 'x\u2028y\u001b'),
  fc
    .tuple(second, fc.integer({ min: DOCKER_PART - 2, max: MAX_PATTERN_BYTES + DOCKER_PART }))
    .map(([at, length]) => withAgent(combined(at, 502), length)),
);

for (const [name, wrap] of Object.entries(WRAPPERS))
  test(`${name}: whatever the lines, and wherever they are cut and committed, the tally is that of the plain lines`, () => {
    const cut = fc.record({ line: anyLine, cutAfter: fc.boolean() });

    fc.assert(
      fc.property(fc.array(cut, { minLength: 1, maxLength: 20 }), (cuts) => {
        // Bytes as numbers are four times as long as the line, which is over the limit much sooner.
        const lines = cuts.map((one) => (name === 'journal, as bytes' ? one.line.slice(0, 8_000) : one.line));
        const wrapped = lines.map((line) => wrap(line, T0));

        assert.deepEqual(added(parseAll(wrapped, cuts)), added(parseAll(lines, cuts)));
      }),
      { numRuns: 30 },
    );
  });

for (const kind of ['docker', 'cri'] as const)
  test(`${kind}: parts of two outputs that take turns, cut and committed anywhere, give the tally of the plain lines`, () => {
    const step = fc.record({
      line: anyLine,
      parts: fc.integer({ min: 1, max: 4 }),
      turn: fc.boolean(),
      cutAfter: fc.boolean(),
    });

    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 20 }), (steps) => {
        const { written, complete } = takeTurns(kind, steps);
        const cuts = written.map((_, index) => steps[index % steps.length] ?? { cutAfter: false });
        const parsed = parseAll(written, cuts);

        assert.deepEqual(added(parsed), added([parse(complete)]));
        assert.equal(parsed.at(-1)?.held, undefined);
      }),
      { numRuns: 60 },
    );
  });

interface Step {
  readonly line: string;
  readonly parts: number;
  readonly turn: boolean;
}

/** Lines of even steps go to stdout, others to stderr. `complete` has them in the order in which they become whole. */
function takeTurns(kind: 'docker' | 'cri', steps: readonly Step[]): { written: string[]; complete: string[] } {
  const queues = ['stdout', 'stderr'].map((stream, own) =>
    steps
      .filter((_, index) => index % 2 === own)
      .flatMap(({ line, parts }) => {
        const pieces = kind === 'docker' ? piecesOf(line, DOCKER_PART) : piecesOf(line, Math.ceil(line.length / parts));
        return pieces.map((piece, index) => {
          const isLast = index === pieces.length - 1;
          const text =
            kind === 'docker'
              ? docker(isLast ? `${piece}\n` : piece, T0, stream)
              : cri(piece, T0, { stream, tag: isLast ? 'F' : 'P' });
          return { text, whole: isLast ? line : undefined };
        });
      }),
  );
  const written: string[] = [];
  const complete: string[] = [];
  for (let at = 0; queues.some(({ length }) => length > 0); at += 1) {
    const turn = steps[at % steps.length]?.turn ? 1 : 0;
    const next = queues[turn]?.shift() ?? queues[1 - turn]?.shift();
    if (next) written.push(next.text);
    if (next?.whole !== undefined) complete.push(next.whole);
  }
  return { written, complete };
}

function piecesOf(line: string, length: number): string[] {
  const pieces = [line.slice(0, length)];
  for (let at = length; at < line.length && length > 0; at += length) pieces.push(line.slice(at, at + length));
  return pieces;
}

function pattern(name: string, expression: string, priority?: number) {
  return compilePattern({
    ...{ name, description: name, priority, expressions: [expression], fields: {}, samples: [], rejects: [] },
    observation: { series: [{ name: 'seen', when: [], by: [], evidence: true }], tops: [] },
    ...(expression.includes(':time}') && { time: { field: 'time', format: 'iso8601' as const } }),
  });
}

/** A line stretched to so many bytes. */
function withAgent(line: string, bytes: number, letter = 'c'): string {
  const missing = bytes - new TextEncoder().encode(line).length;
  return line.replace(line.includes('"curl"') ? 'curl' : 'GET /', (found) => found + letter.repeat(missing));
}

function parse(lines: readonly string[]): ParsedChunk {
  return parser.parse(chunkOf(encode(lines)), 0, OPEN);
}

/** Chunk after chunk, each in steps of time, with everything but the record forgotten in between, as after a crash. */
function parseAll(lines: readonly string[], cuts: readonly { readonly cutAfter: boolean }[]): readonly ParsedChunk[] {
  const parsed: ParsedChunk[] = [];
  let record = '{}';
  let watermark: number | undefined;
  let waiting: string[] = [];
  for (const [index, line] of lines.entries()) {
    waiting.push(line);
    if (!cuts[index]?.cutAfter && index < lines.length - 1) continue;
    for (let bytes = encode(waiting); bytes.length > 0; ) {
      const chunk: Chunk = { ...chunkOf(bytes), offset: 1, ...JSON.parse(record) };
      const fresh = createChunkParser({ patterns, timezone: 'UTC' });
      const first = fresh.firstTime(chunk, 0) ?? T0;
      const one = fresh.parse(chunk, 0, { ...OPEN, until: Math.min(first, OPEN.now) + 10_000, watermark });
      const { pattern: recognised, lastTime, held, tally } = one;
      parsed.push(one);
      record = JSON.stringify({ pattern: recognised, lastTime, held });
      if (tally.timeMax !== undefined) watermark = Math.max(watermark ?? 0, tally.timeMax);
      bytes = bytes.subarray(one.consumed);
    }
    waiting = [];
  }
  return parsed;
}

test('a program that writes stamps of another year into syslog makes none of the lines behind it late', () => {
  const wrong = '203.0.113.7 - - [01/Jan/1990:00:00:00 +0000] "GET / HTTP/1.1" 200 1 "-" "-"';
  const lines = ['hello', wrong, 'hello', 'hello'].map((text) => `Nov 25 05:22:42 web-1 app[7]: ${text}`);
  const own = createChunkParser({ patterns: shipped, timezone: 'UTC' });

  const { tally, lastTime } = own.parse(chunkOf(encode(lines)), 0, OPEN);

  assert.deepEqual(tally.skipped, { late: 1 });
  assert.equal(lastTime, T0);
});
