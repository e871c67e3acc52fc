import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadPatterns, shippedPatternsFolder } from '../../../../src/config/patterns.ts';
import { distinctHash } from '../../../../src/core/observe/distinct.ts';
import { compileGrok } from '../../../../src/core/parse/grok.ts';
import type { CompiledPattern } from '../../../../src/core/parse/pattern.ts';
import {
  createScanner,
  INPUT_BYTES,
  MAX_ROWS,
  ROW_FITS,
  ROW_NEXT,
  ROW_SAME_TIME,
  type Scanner,
} from '../../../../src/core/parse/scan/scanner.ts';
import { assertSameAnswer, patternOf } from './same-answer.ts';

const encoder = new TextEncoder();
const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });

/** A second stamp in the user's name, a second protocol in the path, a request that is cut. */
const NOT_ORDINARY = /\[25\/Nov\/2020|HTTP\/1\.1 200 HTTP|"GET \/a{20}/;

test('all ordinary samples of requests fit, of those that the first expression matches', () => {
  const ofRequests = patterns.filter(({ spec }) =>
    spec.observation.series.some(({ name }) => name === 'http.requests'),
  );
  for (const pattern of ofRequests.filter(({ spec }) => !spec.json)) {
    const { regExp } = compileGrok(pattern.spec.expressions[0] ?? '');
    const samples = pattern.spec.samples.map(({ line }) => line).filter((line) => regExp.test(line));
    const lines = samples.filter((line) => !NOT_ORDINARY.test(line));

    assert.ok(lines.length > samples.length / 2, pattern.name);
    assert.deepEqual(fitting(pattern, lines.join('\n')), lines, pattern.name);
  }
});

test('lines as servers write them fit', () => {
  const lines = serverLines();

  assert.deepEqual(fitting(shipped('nginx-timed'), lines.join('\n')), lines);
  const combined = lines.map((line) => line.replace(/ (?:rt=|0\.0|1\.0).*/, ''));
  assert.deepEqual(fitting(shipped('nginx-combined'), `${combined.join('\r\n')}\r\n`), combined);
});

test('a line is read alike wherever it lies, also at the ends of the input', () => {
  const pattern = shipped('nginx-timed');
  const scanner = scannerOf(pattern);
  const [line = ''] = serverLines();
  const [plain, withLf] = [encoder.encode(line), encoder.encode(`${line}\r\n`)];

  for (const bytes of [plain, withLf])
    for (const edge of [0, INPUT_BYTES - bytes.length - 70])
      for (let from = edge; from < edge + 70; from += 1)
        assert.deepEqual(assertSameAnswer(pattern, scanner, bytes, from), [line]);
  assert.deepEqual(assertSameAnswer(pattern, scanner, plain, INPUT_BYTES - plain.length), [line]);
  assert.equal(scanner.scan(7, 7), 0);
});

test('more lines than a call takes go on with the next, and a full input is read', () => {
  const pattern = patternOf('(?<a>x*)');
  const scanner = scannerOf(pattern);

  assertSameAnswer(pattern, scanner, new Uint8Array(3 * MAX_ROWS + 1).fill(10));
  scanner.input.fill(10);
  // Lines that end right before the first one are none of it.
  assertSameAnswer(pattern, scanner, new Uint8Array(3).fill(10), 5);
  assert.equal(scanner.scan(0, INPUT_BYTES), MAX_ROWS);
  assert.equal(scanner.rows[(MAX_ROWS - 1) * scanner.stride + ROW_NEXT], MAX_ROWS);
});

test('wrapped, marked and overlong lines are left to the RegExp', () => {
  const pattern = patternOf('(?<a>.*)');
  const plain = ['::1 - - [', 'GET /', 'a', '', '2026-11-25 05:22:44 x', 'Nov', '1.2.3-4T', 'x'.repeat(32 * 1024)];
  const left = ['{"log":"a"}', '<13>1', '\uFEFFa', 'Nov 25 08:22:39 host nginx: a'];

  for (const line of plain) assert.deepEqual(fitting(pattern, `${line}\n`), [line], line);
  for (const line of [...left, 'x'.repeat(32 * 1024 + 1)]) assert.deepEqual(fitting(pattern, `${line}\n`), [], line);
});

test('a pattern whose lines begin with an ISO stamp is plain', () => {
  const pattern = patternOf('%{TIMESTAMP_ISO8601:t} (?<level>[A-Z]+) (?<a>.*)', {
    time: { field: 't', format: 'iso8601' },
  });
  const lines = [
    '2026-11-25T08:22:39Z INFO a',
    '2026-11-25T08:22:39.123+01:00 WARN b: c',
    '2026-11-25 08:22:40 INFO -',
  ];

  assert.deepEqual(fitting(pattern, lines.join('\n')), lines);
});

test('texts of any length end at their quotes, wherever they lie and whatever lines are around', () => {
  const pattern = patternOf('(?<a>[^"]*)"(?<b>[^"]*)" (?<c>[^"]+)');
  const lengths = [0, 1, 7, 55, 56, 57, 63, 64, 65, 111, 112, 113, 167, 168, 169, 225, 300, 4_100, 9_000];
  const lines = lengths.flatMap((a, index) => {
    const [b, c] = [lengths.at(-index) ?? 0, (a % 9) + 1].map((length) => 'b'.repeat(length));
    return [`${'a'.repeat(a)}"${b}" ${c}`, `${'a'.repeat(a)}"${b}`, `${b}`, '', `${c}"" c"`];
  });
  const whole = lines.filter((_, index) => index % 5 === 0);

  for (let shift = 0; shift < 64; shift += 1)
    assert.deepEqual(fitting(pattern, `${'x'.repeat(shift)}\n${lines.join('\n')}`), whole, `${shift} bytes before`);
});

test('the time of the last row that fits is known again, of any length', () => {
  const lines = ['10:11 a', '10:11 b', '10:11 -', '10:12 -', '10:11 c', '10:12 d', '10:12 e', 'x f', '10:12 g'];
  const same = ['10:11 b', '10:11 c', '10:12 e'];
  const patternWith = (time: string) => patternOf(`${time} (?<a>\\w+)`, { time: { field: 't', format: 'iso8601' } });

  assert.deepEqual(sameTimes(patternWith('(?<t>\\d\\d:\\d\\d)'), lines), [...same, '10:12 g']);
  assert.deepEqual(sameTimes(patternWith('(?<t>\\d+:\\d+)'), lines), [...same, '10:12 g']);
  // A line without a time fits between the two.
  assert.deepEqual(sameTimes(patternWith('(?:x|(?<t>\\d\\d:\\d\\d))'), lines), same);
});

test('pairs with other signs between them are read; names that run on have no plain way', () => {
  const pairs = (separator: string, assign: string) =>
    patternOf('> (?<pairs>.*)', {
      keyValues: { field: 'pairs', separator, assign, names: { a: 'first', bb: 'second', long_name: 'third' } },
    });
  const text =
    '> a: 1, bb: "2, 3", long_name: x\n> bb: ", a: , a: 2\n> a: "", a: 3, , b\n> aa: 1, a: "x" y, bb: "\n>  a: 1\n';

  assert.equal(fitting(pairs(', ', ': '), text).length, 5);
  assert.equal(fitting(pairs('::', '->'), text.replaceAll(', ', '::').replaceAll(': ', '->')).length, 5);
  assert.equal(createScanner(pairs('and', '=').spec), undefined);
  assert.equal(createScanner(pairs(' ', 'é').spec), undefined);
});

test('addresses are plain where they are IPv4', () => {
  const pattern = patternOf('%{IPORHOST:client} %{IP:server} %{INT:port} %{LOGLEVEL:level} %{GREEDYDATA:message}');
  const lines = ['10.0.0.255 192.168.1.1 80 WARN a', 'host.example 8.8.8.8 443 Error', '10.0.0.256 1.2.3.4 1 info b'];

  assert.deepEqual(fitting(pattern, `${lines.join('\n')}\n1.2.3.4 ::1 80 info b\n1.2.3.4 1.2.3.45.6 80 info b`), [
    lines[0],
  ]);
});

test('a way that fits because it may be empty rules no other one out', () => {
  for (const empty of ['', 'a*', '(?!z)']) {
    const pattern = patternOf(`(?:(?:${empty}|b)c.*|(?<a>bcd))`);

    assert.deepEqual(fitting(pattern, 'cx\nbcd\nbcx'), ['cx'], empty);
  }
});

test('a pattern that needs more than the plain way has no scanner', () => {
  assert.equal(createScanner(patternOf('%{QUOTEDSTRING:text} .*').spec), undefined);
});

test('the same bytes have the same number, and others seldom', () => {
  const scanner = scannerOf(patternOf('(?<a>.*)'));
  const texts = Array.from({ length: 20_000 }, (_, n) => `/api/v1/users/${n}?page=${n % 7}`);

  const hashes = texts.map((text) => hashOf(scanner, text, 0));

  assert.deepEqual(
    hashes.slice(0, 500),
    texts.slice(0, 500).map((text) => hashOf(scanner, text, 13)),
  );
  // By chance a pair of 20,000 is alike in 32 bits one time in 21.
  assert.ok(new Set(hashes).size >= texts.length - 2);
  // 65,536 places take 20,000 texts so that 17,238 places have one: n (1 - e^(-k/n)).
  const places = new Set(hashes.map((hash) => hash & 0xffff)).size;
  assert.ok(Math.abs(places - 17_238) < 400, `${places} of 65,536 places`);
});

test('a text has the hash that all others make from it, and none where it is not ASCII', () => {
  const scanner = scannerOf(patternOf('(?<a>.*)'));

  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' })), fc.integer({ min: 0, max: 9 }), (text, at) => {
      const hash = hashOf(scanner, text, at);
      const { length } = encoder.encode(text);

      assert.equal(hash, distinctHash(text));
      assert.equal(scanner.asciiHash(at, length), length === text.length ? hash : 0);
    }),
  );
});

test('a kept text is known by all its bytes', () => {
  const scanner = scannerOf(patternOf('(?<a>.*)'));
  for (let length = 0; length <= 70; length += 1) {
    const text = Uint8Array.from({ length: 90 }, (_, at) => 32 + at);
    scanner.input.set(text, 5);
    scanner.kept.fill(0);
    scanner.kept.set(text.subarray(0, length), 3);
    assert.equal(scanner.isKept(3, 5, length), 1, `${length} bytes`);
    for (let at = 0; at < length; at += 1) {
      scanner.kept[3 + at] = 0;
      assert.equal(scanner.isKept(3, 5, length), 0, `byte ${at} of ${length}`);
      scanner.kept[3 + at] = text[at] as number;
    }
  }
});

function shipped(name: string): CompiledPattern {
  const pattern = patterns.find((one) => one.name === name);
  assert.ok(pattern);
  return pattern;
}

function scannerOf(pattern: CompiledPattern): Scanner {
  const scanner = createScanner(pattern.spec);
  assert.ok(scanner, `${pattern.name} has a plain way`);
  return scanner;
}

function fitting(pattern: CompiledPattern, text: string): string[] {
  return assertSameAnswer(pattern, scannerOf(pattern), encoder.encode(text));
}

function sameTimes(pattern: CompiledPattern, lines: readonly string[]): string[] {
  const scanner = scannerOf(pattern);
  const bytes = encoder.encode(lines.join('\n'));
  scanner.input.set(bytes);
  assert.equal(scanner.scan(0, bytes.length), lines.length);
  return lines.filter((_, row) => {
    const at = row * scanner.stride;
    return scanner.rows[at + ROW_FITS] === 1 && scanner.rows[at + ROW_SAME_TIME] === 1;
  });
}

function hashOf(scanner: Scanner, text: string, at: number): number {
  const { written } = encoder.encodeInto(`${text}x`, scanner.input.subarray(at));
  return scanner.hash(at, written - 1);
}

/** A few dozen, of all that servers vary. */
function serverLines(): string[] {
  const clients = ['203.0.113.7', '2001:db8:61ad:c248::6af0', '::1', 'unix:', 'host.example'];
  const requests = [
    'GET / HTTP/1.1',
    'POST /a?b=c&d=%20 HTTP/2.0',
    'HEAD /é/漢 HTTP/1.0',
    'GET /old',
    '',
    '-',
    '\\x16\\x03',
    'PROPFIND /a b HTTP/1.1',
  ];
  const agents = [
    '-',
    'curl/8.5.0',
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  ];
  const ends = [
    'rt=0.166 urt="0.157" ups="10.0.0.10:8080"',
    'rt=0.013 urt="-" ups="-"',
    '0.005 0.004',
    '0.005',
    'rt=1.000 us=504, 502 ua=10.0.0.1:80, 10.0.0.2:80 host=a.example',
  ];
  return Array.from({ length: 60 }, (_, n) => {
    const [client, request, agent, end] = [clients, requests, agents, ends].map((of) => of[n % of.length]);
    const user = n % 9 === 0 ? 'anna b' : '-';
    return `${client} - ${user} [25/Nov/2026:05:22:${10 + (n % 50)} +0000] "${request}" ${200 + n} ${n % 4 === 0 ? '-' : n * 97} "${n % 2 ? '-' : 'https://www.example.com/cart/906442'}" "${agent}" ${end}`;
  });
}
