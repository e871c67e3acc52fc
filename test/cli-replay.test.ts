/** `linesman replay` as a process: exit codes, output and options. LINESMAN_MAIN=dist/main.js tests what was built. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { comparison, fixture, fixtures } from './support/fixtures.ts';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const MAIN = resolve(ROOT, process.env.LINESMAN_MAIN ?? 'src/main.ts');
const folder = mkdtempSync(join(tmpdir(), 'linesman-replay-'));
const outage = fixture('low-traffic-outage');
const noise = fixture('low-traffic-noise');
const [outageLog = ''] = outage.inputs;
/** Ends only what hangs: on a busy machine a replay waits long for its turn. */
const GIVE_UP_MS = 300_000;

after(() => rmSync(folder, { recursive: true, force: true }));

function linesman(args: readonly string[], input?: Buffer) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: ROOT,
    input,
    timeout: GIVE_UP_MS,
  });
  return { status, stdout: stdout.toString(), stderr: stderr.toString() };
}

for (const one of fixtures()) {
  test(`--expect: ${one.name} is told as its golden story says`, () => {
    const { status, stdout } = linesman(comparison(one));

    assert.match(stdout, /^as expected: \d+ lines\n$/);
    assert.equal(status, 0);
  });
}

test('a story with a fault ends with 1 and prints the golden story; one without ends with 0 and prints nothing', () => {
  const told = linesman(['replay', ...outage.inputs]);
  const silent = linesman(['replay', ...noise.inputs]);

  assert.deepEqual([told.status, told.stdout], [1, readFileSync(outage.expected, 'utf8')]);
  assert.deepEqual([silent.status, silent.stdout], [0, '']);
  assert.match(silent.stderr, /^234 lines, 0 of them matched no pattern, 0 faults fired\n$/);
});

test('--expect shows what is missing and what is too much, and ends with 1', () => {
  const golden = join(folder, 'other.txt');
  const [first = '', ...rest] = readFileSync(outage.expected, 'utf8').split('\n');
  writeFileSync(golden, [`${first} x`, ...rest].join('\n'));

  const { status, stdout } = linesman(['replay', ...outage.inputs, '--expect', golden]);

  assert.equal(status, 1);
  assert.deepEqual(stdout.split('\n').slice(0, 2), [`- ${first} x`, `+ ${first}`]);
  assert.equal(stdout.match(/^[-+] /gm)?.length, 2);
});

test('an input or a golden story that is not there is the mistake of the caller', () => {
  const missing = linesman(['replay', join(folder, 'no.log')]);
  const golden = linesman(['replay', ...noise.inputs, '--expect', join(folder, 'no.txt')]);

  assert.equal(missing.status, 78);
  assert.match(missing.stderr, /no\.log' cannot be read: there is no such file/);
  assert.equal(golden.status, 78);
  assert.match(golden.stderr, /the golden story cannot be read/);
});

test('--json prints one object a transition and a mail, in the order of the story', () => {
  const { status, stdout } = linesman(['replay', ...outage.inputs, '--json']);
  const objects = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

  const told = [...readFileSync(outage.expected, 'utf8').matchAll(/^(?:\S+Z (\w+) | {2}mail (\w+))/gm)];
  const fired = objects.find(({ transition, watch }) => transition === 'firing' && watch === 'http.5xx.burst');
  const [firing, resolved] = objects.filter(({ mail }) => mail !== undefined);

  assert.equal(status, 1);
  assert.deepEqual(
    objects.map(({ transition, mail }) => transition ?? `mail ${mail}`),
    told.map(([, transition, mail]) => transition ?? `mail ${mail}`),
  );
  assert.equal(firing.fault, fired.fault);
  assert.match(firing.subject, /^\[linesman critical\] /);
  assert.equal(resolved.root, firing.id);
  assert.ok(firing.evidence.length > 0);
});

test('what was packed, unpacked, or comes from a pipe is told alike', () => {
  const bytes = gunzipSync(readFileSync(outageLog));
  const plain = join(folder, 'access.log');
  writeFileSync(plain, bytes);

  const outputs = [linesman(['replay', outageLog]), linesman(['replay', plain]), linesman(['replay', '-'], bytes)];

  for (const { status, stdout } of outputs) {
    assert.equal(status, 1);
    assert.equal(stdout, outputs[0]?.stdout);
  }
});

test('before --from is only learnt from: an outage that was over by then is not told', () => {
  const { status, stdout } = linesman(['replay', ...outage.inputs, '--from', '2026-11-24T22:20:00Z']);

  assert.deepEqual([status, stdout], [0, '']);
});

test('at --to it ends: lines from then on do not count', () => {
  const before = linesman(['replay', ...outage.inputs, '--to', '2026-11-24T22:00:00Z']);
  const within = linesman(['replay', ...outage.inputs, '--to', '2026-11-24T22:05:00Z']);

  assert.deepEqual([before.status, before.stdout], [0, '']);
  assert.equal(within.status, 1);
  assert.match(within.stdout, / firing /);
  assert.doesNotMatch(within.stdout, / resolved /);
});

test('until --to silence counts: a busy site that is silent at the end is told', () => {
  const absent = fixture('site-absent');
  const cut = join(folder, 'cut.log');
  const lines = gunzipSync(readFileSync(absent.inputs[0] ?? ''))
    .toString()
    .split('\n');
  writeFileSync(cut, `${lines.filter((line) => !/2026:10:2\d:/.test(line)).join('\n')}`);

  const open = linesman(['replay', cut]);
  const until = linesman(['replay', cut, '--to', '2026-11-24T10:05:00Z']);

  assert.deepEqual([open.status, open.stdout], [0, '']);
  assert.equal(until.status, 1);
  assert.match(until.stdout, /^2026-11-24T10:01:00Z pending {2}site\.absent/);
});

test('--drain is the time after the last line in which an open fault can resolve', () => {
  const cut = join(folder, 'drain.log');
  writeFileSync(cut, '2026/11/24 09:20:00 [emerg] 7#7: bind() to 0.0.0.0:443 failed (98: Address already in use)\n');

  const none = linesman(['replay', cut, '--drain', '0s']);
  const long = linesman(['replay', cut, '--drain', '3m']);

  assert.match(none.stdout, / firing /);
  assert.doesNotMatch(none.stdout, / resolved /);
  assert.match(long.stdout, /09:22:\d\dZ resolved nginx\.error\.emergency .*\n {2}mail resolved /);
});

test('what was recorded of a machine is replayed with a log or without one', () => {
  const { machine = '', config = '' } = fixture('database-down');
  const told = linesman(['replay', '--machine', machine, '--config', config]);
  assert.match(
    told.stderr,
    /^0 lines, 0 of them matched no pattern, 1\d\d\d figures of the machine, 3 faults fired\n$/,
  );
  assert.equal(told.status, 1);

  const nothing = linesman(['replay']);
  assert.match(nothing.stderr, /name log files, or by --machine the figures of a machine/);
  assert.equal(nothing.status, 64);
});

test('a time or a duration that is none is refused with what is allowed', () => {
  const time = linesman(['replay', outageLog, '--from', 'yesterday']);
  const duration = linesman(['replay', outageLog, '--drain', '5']);

  assert.deepEqual([time.status, duration.status], [64, 64]);
  assert.match(time.stderr, /ISO 8601 time such as/);
  assert.match(duration.stderr, /duration such as '90s'/);
});

test('--mails writes the mails that the story names, the same bytes each time', () => {
  const read = (to: string) =>
    readdirSync(to)
      .sort()
      .map((file) => [file, readFileSync(join(to, file), 'latin1')]);
  const [one, other] = [join(folder, 'one'), join(folder, 'other')];

  for (const to of [one, other]) linesman(['replay', ...outage.inputs, '--mails', to]);

  assert.equal(readdirSync(one).length, 2);
  assert.deepEqual(read(one), read(other));
});
