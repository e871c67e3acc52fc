/** `linesman tail` as a process, on real files. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { nginxLine } from '../support/nginx-lines.ts';
import { until } from '../support/until.ts';
import { cri, DOCKER_PART, docker } from '../support/wrappers.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** Long ago: its day is shown. */
const NOON = Date.UTC(2024, 10, 25, 12);
let folder: string;
let access: string;
let children: ChildProcess[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'linesman-tail-'));
  access = join(folder, 'access.log');
  children = [];
});
afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

test('it begins with the last ten lines, says whose they are, and follows', async () => {
  writeFileSync(access, lines(0, 15));
  const tail = start([access]);

  await until('the last lines are shown', () => tail.ids().length === 10);
  appendFileSync(access, lines(15, 20));
  await until('the new lines are shown', () => tail.ids().length === 15);

  assert.deepEqual(tail.ids(), numbers(5, 20));
  assert.match(tail.err(), /^\S*access\.log: lines of the pattern nginx-timed$/m);
  assert.match(tail.out(), /^2024-11-25 12:00:00 200 {3}0\.005s {3}1\.5k GET {2}\/shop\?5 → 10\.0\.0\.7:8080 /m);
  assert.equal(tail.out().includes('\u001b'), false);
});

for (const [option, shown] of [
  [['-n', '3'], numbers(12, 16)],
  [['--lines', '0'], numbers(15, 16)],
  [['-n', '500'], numbers(0, 16)],
] as const)
  test(`${option.join(' ')}: so many lines that were there`, async () => {
    writeFileSync(access, `${lines(0, 15)}203.0.113.7 - - `);
    const tail = start([...option, access]);

    await until('it is read', () => tail.err() !== '');
    appendFileSync(access, lines(15, 16).slice('203.0.113.7 - - '.length));
    await until('the new line is shown', () => tail.ids().includes(15));

    assert.deepEqual(tail.ids(), shown);
  });

test('lines go on behind a rename and behind a truncation', async () => {
  writeFileSync(access, lines(0, 3));
  const tail = start([access]);
  await until('the first are shown', () => tail.ids().length === 3);

  renameSync(access, `${access}.1`);
  writeFileSync(access, lines(3, 5));
  await until('the new file is followed', () => tail.ids().includes(4));
  copyFileSync(access, `${access}.2`);
  truncateSync(access);
  await until('the truncation is seen', () => tail.err().includes('was truncated'));
  appendFileSync(access, lines(5, 7));
  await until('the lines behind the truncation are shown', () => tail.ids().includes(6));

  assert.deepEqual(tail.ids(), numbers(0, 7));
  assert.match(tail.err(), /access\.log: goes on in the new file$/m);
});

test('a file that is missing is waited for, which is said once', async () => {
  const tail = start([access]);

  await until('it waits', () => tail.err() !== '');
  writeFileSync(access, lines(0, 12));
  await until('it is followed', () => tail.ids().includes(11));

  assert.deepEqual(tail.ids(), numbers(0, 12));
  assert.equal(tail.err().match(/access\.log: is not there, waiting for it/g)?.length, 1);
  assert.match(tail.err(), /access\.log: first line of the pattern nginx-timed$/m);
});

for (const [name, path, message] of [
  ['a folder', '.', /is a folder; name the log files in it/],
  ['in a folder that is missing', 'nowhere/access.log', /is not there, nor is the folder .*nowhere; check the path/],
  ['a device', '/dev/null', /\/dev\/null is no regular file; name one, or pipe it/],
] as const)
  test(`${name}: one sentence, and exit 78`, async () => {
    const tail = start([path.startsWith('/') ? path : join(folder, path)]);

    const [code] = await once(tail.child, 'exit');

    assert.equal(code, 78);
    assert.match(tail.err(), message);
    assert.doesNotMatch(tail.err(), /at .*\.ts:\d+/);
  });

test('what is packed cannot be followed, whatever its name: one sentence with what can, and exit 78', async () => {
  const packed = join(folder, 'old.log');
  writeFileSync(packed, gzipSync(lines(0, 100)));
  writeFileSync(access, lines(0, 15));

  for (const files of [[packed], ['-n', '5', access, packed]]) {
    const tail = start(files);
    const [code] = await once(tail.child, 'exit');

    assert.equal(code, 78);
    assert.equal(tail.out(), '');
    assert.equal(
      tail.err().split('\n')[0],
      `linesman: ${packed} is packed (gzip), so it cannot be followed; show its lines: zcat ${packed} | linesman tail -`,
    );
  }
});

test('of several files each line says from which it is', async () => {
  mkdirSync(join(folder, 'shop'));
  const other = join(folder, 'shop', 'error.log');
  writeFileSync(access, lines(0, 1));
  writeFileSync(other, '2024/11/25 12:00:00 [crit] 1#1: *2 SSL failed, client: 203.0.113.9\n');
  const tail = start([access, other]);

  await until('both are shown', () => tail.out().split('\n').length === 3);

  assert.deepEqual(tail.out().trim().split('\n').sort(), [
    'access.log 2024-11-25 12:00:00 200   0.005s   1.5k GET  /shop?0 → 10.0.0.7:8080 0.004s shop.example.com 203.0.113.7',
    'error.log  2024-11-25 12:00:00 crit   SSL failed 203.0.113.9',
  ]);
});

test('what is in a log steers no terminal: escapes, directions and controls are shown, not done', async () => {
  const hostile = '\u001b]0;owned\u0007\u001b[2J';
  writeFileSync(
    access,
    `${hostile}\u202etext\u0000\r\u009b1m\n${nginxLine(NOON, 200, hostile)}${docker(`x${hostile}\n`, NOON)}\n`,
  );
  const tail = start(['--color', access]);

  await until('all are shown', () => tail.out().split('\n').length === 4);

  // Our own colours are all that may be left.
  const rest = tail.out().replace(/\u001b\[[\d;]*m/g, '');
  assert.doesNotMatch(rest, /[^\P{Cc}\n]|[\u202e\u2066]/u);
  assert.match(rest, /^\\u001B\]0;owned\\u0007\\u001B\[2J\\u202Etext\\u0000\\u000D\\u009B1m$/m);
  assert.match(rest, /^x\\u001B\]0;owned/m);
});

test('colours are for terminals and for who asks', async () => {
  writeFileSync(access, nginxLine(NOON, 502));
  const runs = [start([access]), start(['--color', access], { NO_COLOR: '1' }), start(['--no-color', access])];

  for (const tail of runs) await until('the line is shown', () => tail.out() !== '');

  assert.deepEqual(
    runs.map((tail) => tail.out().includes('\u001b[1;31m502\u001b[0m')),
    [false, true, false],
  );
});

test('lines are taken out of their wrappers, long ones in one piece', async () => {
  const line = nginxLine(NOON, 200, `7&${'x'.repeat(DOCKER_PART)}`);
  writeFileSync(
    access,
    [
      docker(line.slice(0, DOCKER_PART), NOON),
      docker(line.slice(DOCKER_PART), NOON),
      docker('starting up\n', NOON),
      cri(nginxLine(NOON, 200, 8).trimEnd(), NOON),
      '',
    ].join('\n'),
  );
  const tail = start([access]);

  await until('all are shown', () => tail.ids().length === 2);

  assert.deepEqual(tail.ids(), [7, 8]);
  assert.deepEqual(tail.out().split('\n')[1], 'starting up');
});

test('a letter written in two halves is one letter, and a line without end is left out', async () => {
  const witness = join(folder, 'b.log');
  writeFileSync(access, '');
  writeFileSync(witness, '');
  const tail = start([access, witness]);
  appendFileSync(access, 'x\n');
  await until('it follows', () => tail.out() === 'access.log x\n');

  const [first, second] = [Buffer.from('aé\n').subarray(0, 2), Buffer.from('aé\n').subarray(2)];
  appendFileSync(access, first);
  appendFileSync(witness, 'half\n');
  await until('the half is read', () => tail.out().includes('half'));
  appendFileSync(access, second);
  await until('the letter is shown', () => tail.out().includes('é'));
  for (let at = 0; at < 3; at += 1) appendFileSync(access, 'y'.repeat(1024 * 1024));
  appendFileSync(access, 'y\nlast\n');
  await until('the next line is shown', () => tail.out().includes('last'));

  assert.equal(tail.out(), 'access.log x\nb.log      half\naccess.log aé\naccess.log last\n');
  assert.match(tail.err(), /a line of over 1048576 letters is left out/);
});

test('--pattern and --patterns choose how lines are read', async () => {
  const own = join(folder, 'patterns');
  mkdirSync(own);
  writeFileSync(
    join(own, 'app.yaml'),
    [
      'name: app',
      'description: Ours',
      "expressions: ['%{TIMESTAMP_ISO8601:time} %{LOGLEVEL:level} %{GREEDYDATA:message}']",
      'time: { field: time, format: iso8601 }',
      'observe: { series: [{ name: app.lines }] }',
      "samples: [{ line: '2024-11-25T12:00:00Z ERROR no stock', fields: { level: ERROR } }]",
      '',
    ].join('\n'),
  );
  writeFileSync(access, `2024-11-25T12:00:00Z ERROR no stock\n${lines(0, 1)}`);
  const tail = start(['--patterns', own, '--pattern', 'app', access]);

  await until('both are shown', () => tail.out().split('\n').length === 3);

  assert.equal(tail.out(), `2024-11-25 12:00:00 ERROR  no stock\n${lines(0, 1)}`);
  const wrong = start(['--pattern', 'nginx-timd', access]);
  assert.deepEqual(await once(wrong.child, 'exit'), [78, null]);
  assert.match(wrong.err(), /Did you mean nginx-timed\?/);
});

test("'-' is standard input, and its end the end", async () => {
  const tail = start(['-', '-'], {}, `${lines(0, 2)}x\n\u001b[2Jlast`);

  assert.deepEqual(await once(tail.child, 'exit'), [0, null]);

  assert.deepEqual(tail.ids(), [0, 1]);
  assert.deepEqual(tail.out().split('\n').slice(2), ['x', '\\u001B[2Jlast', '']);
  assert.equal(tail.err(), 'standard input: first line of the pattern nginx-timed\n');
});

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`${signal} ends it with 0`, async () => {
    writeFileSync(access, lines(0, 1));
    const tail = start([access]);
    await until('it follows', () => tail.ids().length === 1);

    tail.child.kill(signal);

    assert.deepEqual(await once(tail.child, 'exit'), [0, null]);
    assert.doesNotMatch(tail.err(), /bug|at .*\.ts/);
  });

test('it ends quietly when nobody reads any more', async () => {
  writeFileSync(access, lines(0, 1));
  const tail = start([access]);
  await until('it follows', () => tail.ids().length === 1);

  tail.child.stdout?.destroy();
  const ended = once(tail.child, 'exit');
  const writing = setInterval(() => appendFileSync(access, lines(0, 1)), 20);
  const [code] = await ended;
  clearInterval(writing);

  assert.equal(code, 0);
  assert.doesNotMatch(tail.err(), /bug|EPIPE/);
});

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}, input = '') {
  const child = spawn(process.execPath, [MAIN, 'tail', ...args], {
    env: { PATH: process.env.PATH, TZ: 'UTC', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.end(input);
  children.push(child);
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    err += text;
  });
  return {
    child,
    out: () => out,
    err: () => err,
    /** What was given to nginxLine as note. */
    ids: () => [...out.matchAll(/\/shop\?(\d+)/g)].map(([, id]) => Number(id)),
  };
}

function lines(from: number, to: number): string {
  return numbers(from, to)
    .map((id) => nginxLine(NOON, 200, id))
    .join('');
}

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}
