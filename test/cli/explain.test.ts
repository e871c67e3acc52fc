/** `linesman explain` and `linesman parse` as processes. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'linesman-explain-'));
after(() => rmSync(folder, { recursive: true }));
const LINE = '203.0.113.7 - - [25/Nov/2026:05:22:42 +0000] "GET /shop HTTP/1.1" 502 1534 "-" "curl/8.5.0"';

function linesman(args: readonly string[], input: string | Uint8Array = '') {
  const { status, stdout, stderr, signal, error } = spawnSync(process.execPath, [MAIN, ...args], {
    ...{ input, cwd: folder, maxBuffer: 64 * 1024 * 1024, env: { PATH: process.env.PATH, TZ: 'Asia/Tokyo' } },
  });
  if (status === null) throw error ?? new Error(`ended by ${signal}`);
  return { status, out: stdout.toString(), err: stderr.toString() };
}

test('explain: a line that is taken, exit 0; one that is not, exit 1; no colours where it is no terminal', () => {
  const taken = linesman(['explain', LINE]);
  const first = linesman(['explain', '-'], `${LINE}\r\nsecond\n`);
  const untaken = linesman(['explain', 'x\u001b[31m']);

  assert.equal(taken.status, 0);
  assert.equal(taken.err, '');
  assert.match(taken.out, /^taken by {2}nginx-combined /m);
  assert.doesNotMatch(taken.out, /\u001b/);
  assert.equal(first.out, taken.out);
  assert.equal(untaken.status, 1);
  assert.match(untaken.out, /^line {6}x\\u001B\[31m\nno pattern takes it \d+ were tried/);
  assert.match(untaken.err, /^ {2}linesman pattern from-nginx \/etc\/nginx\/nginx\.conf --out FOLDER$/m);
});

test('explain: colours where they are asked for; nothing on standard input is a mistake', () => {
  assert.match(linesman(['explain', LINE, '--color']).out, /\u001b\[32mnginx-combined\u001b\[0m/);
  const { status, err } = linesman(['explain', '-']);
  assert.equal(status, 78);
  assert.match(err, /Standard input holds no line; pipe one: tail -n 1 app\.log \| linesman explain -/);
});

test("explain: patterns of one's own, watches as linesman.yaml has them, and a pattern that does not exist", () => {
  mkdirSync(join(folder, 'patterns'));
  writeFileSync(
    join(folder, 'patterns/app.yaml'),
    "name: app\ndescription: ours\nexpressions: ['%{WORD:level}!%{INT:n:int}']\nsamples: [{ line: 'a!1' }]\n",
  );
  writeFileSync(join(folder, 'own.yaml'), 'patterns: patterns\nwatches: { http.5xx.burst: { enabled: false } }\n');

  assert.match(linesman(['explain', 'ERROR!7', '--patterns', 'patterns']).out, /^taken by {2}app ours$/m);
  assert.match(linesman(['explain', 'ERROR!7', '--config', 'own.yaml']).out, /^taken by {2}app ours$/m);
  assert.doesNotMatch(linesman(['explain', LINE, '--config', 'own.yaml']).out, /http\.5xx\.burst/);
  assert.match(linesman(['explain', LINE, '--pattern', 'nginx-combind']).err, /Did you mean nginx-combined\?/);
});

test('parse: files, packed ones and standard input, one object a line; exit 0, or 1 where a line is unmatched', () => {
  writeFileSync(join(folder, 'a.log'), `${LINE}\n${LINE}`);
  writeFileSync(join(folder, 'a.log.gz'), Buffer.concat([gzipSync(`${LINE}\n`), gzipSync(LINE)]));

  const plain = linesman(['parse', 'a.log']);
  const packed = linesman(['parse', 'a.log.gz']);
  const piped = linesman(['parse', '-'], gzipSync(`${LINE}\n${LINE}`));
  const mixed = linesman(['parse', 'a.log', '-'], 'x\u202e\n');

  assert.equal(plain.status, 0);
  assert.equal(plain.err, '2 lines, nginx-combined 2, unmatched 0\n');
  const [first = '', second] = plain.out.split('\n');
  assert.equal(first, second);
  const { line, pattern, time, fields } = JSON.parse(first);
  assert.deepEqual([line, pattern, time], [LINE, 'nginx-combined', '2026-11-25T05:22:42.000Z']);
  assert.equal(fields.class, '5xx');
  assert.equal(packed.out, plain.out);
  assert.equal(piped.out, plain.out);
  assert.equal(mixed.status, 1);
  assert.equal(mixed.err, '3 lines, nginx-combined 2, unmatched 1\n');
  assert.match(mixed.out, /\n\{"line":"x\\u202e","unmatched":"no pattern matches/);
});

test('parse: a file that is not there, and a damaged one whose lines came first', () => {
  const whole = gzipSync(Array.from({ length: 20_000 }, (_, index) => `${LINE} ${index}\n`).join(''));
  writeFileSync(join(folder, 'cut.gz'), whole.subarray(0, whole.length - 2_000));

  const missing = linesman(['parse', 'nowhere.log']);
  const cut = linesman(['parse', 'cut.gz']);

  assert.equal(missing.status, 78);
  assert.match(missing.err, /^linesman: Input 'nowhere\.log' cannot be read: there is no such file/);
  assert.equal(cut.status, 78);
  assert.match(cut.err, /its gzip ends too early/);
  assert.ok(cut.out.split('\n').length > 100);
});

test('parse: random bytes and a line without end: every line is accounted for', () => {
  const random = randomBytes(300_000);
  const long = Buffer.alloc(3 * 1024 * 1024, 'y');
  const input = Buffer.concat([random, Buffer.from('\n'), long, Buffer.from(`\n${LINE}`)]);

  const { status, out } = linesman(['parse', '-'], input);

  assert.equal(status, 1);
  const lines = out.trimEnd().split('\n');
  assert.equal(lines.length, input.filter((byte) => byte === 10).length + 1);
  assert.match(lines.at(-2) ?? '', /"too long: [^"]*; it has 3145728 bytes, and only its beginning is shown"/);
  assert.equal(JSON.parse(lines.at(-1) ?? '').pattern, 'nginx-combined');
});
