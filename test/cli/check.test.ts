/** `linesman check` as people type it. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { askCheck } from '../../src/app/checking/ask-check.ts';
import type { KnownCheck } from '../../src/app/knowing/checks.ts';
import { answerText } from '../../src/cli/check-lines.ts';
import { freePort } from '../support/free-port.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'linesman-check-'));
const file = join(folder, 'linesman.yaml');
const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
await once(server, 'listening');
const open = (server.address() as AddressInfo).port;
const shut = await freePort();
after(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

test('what is well and what failed has a line each, with what to do and when it would be told; exit 1', async () => {
  const { code, stdout } = await check([
    `  - { name: api, kind: port, port: ${open} }`,
    `  - { name: db, kind: port, port: ${shut}, every: 20s }`,
  ]);

  const [api, db, ...rest] = stdout.trimEnd().split('\n');
  assert.match(api ?? '', new RegExp(`^ok api: 127\\.0\\.0\\.1:${open} `));
  assert.match(db ?? '', new RegExp(`^FAILED db \\(refused\\): 127\\.0\\.0\\.1:${shut} refused the connection`));
  assert.ok(rest.length > 1 && rest.every((line) => line.startsWith('    ')), stdout);
  assert.match(rest.join('\n'), /`ss -ltn/);
  assert.equal(
    rest.at(-1),
    '    linesman run makes a fault of it by 2 of 3 readings, one every 20 s, not within 1 min of its start unless it was well before.',
  );
  assert.equal(code, 1);
});

test('of a check with a parent it is said that the parent is told instead', async () => {
  const { stdout } = await check([
    `  - { name: db, kind: port, port: ${shut} }`,
    `  - { name: api, kind: port, port: ${shut}, parent: db }`,
  ]);

  const [ofDb, ofApi] = stdout.split('\n').filter((line) => line.includes('makes a fault of it'));
  assert.doesNotMatch(ofDb ?? '', /parent/);
  assert.match(ofApi ?? '', /unless it was well before\. Where its parent db fails too, that one is told instead\.$/);
});

test('of several only those that are named are asked; exit 0 where they are well', async () => {
  const { code, stdout } = await check(
    [`  - { name: api, kind: port, port: ${open} }`, `  - { name: db, kind: port, port: ${shut} }`],
    'api',
  );

  assert.match(stdout, /^ok api: [^\n]+\n$/);
  assert.equal(code, 0);
});

test('a name that is not there is a mistake of the command line, a kind that is not there one of the file', async () => {
  const name = await check([`  - { name: api, kind: port, port: ${open} }`], 'ap');
  const kind = await check([`  - { name: api, kind: prot, port: ${open} }`]);

  assert.equal(name.code, 64);
  assert.match(name.stderr, /unknown check "ap"; did you mean "api"\? known are api/);
  assert.equal(kind.code, 78);
  assert.match(kind.stderr, /checks: api: unknown kind "prot"; did you mean "port"\?/);
});

test('without checks it says what one looks like', async () => {
  const { code, stdout } = await check([]);

  assert.match(stdout, /has no checks\. For example:\n\nchecks:\n {2}- \{ name: api, kind: port, port: 3000 \}/);
  assert.equal(code, 0);
});

test('as JSON every answer has its facts', async () => {
  const { code, stdout } = await check([`  - { name: db, kind: port, port: ${shut}, severity: info }`], '--json');

  const { checks } = JSON.parse(stdout) as { checks: readonly Record<string, unknown>[] };
  const [{ said, whatToDo, title, lines, tookMs, ...facts } = {}] = checks;
  assert.deepEqual(facts, {
    ...{ name: 'db', kind: 'port', target: `port 127.0.0.1:${shut}`, result: 'failed', cause: 'refused' },
    severity: 'info',
  });
  assert.match(String(said), /ECONNREFUSED/);
  assert.match(String(whatToDo), /ss -ltn/);
  assert.match(String(title), /Nothing listens on/);
  assert.ok(Array.isArray(lines) && Number(tookMs) >= 0);
  assert.equal(code, 1);
});

test('what the world answers cannot steer the terminal', async () => {
  const hostile = known(async () => ({
    cause: 'bad',
    said: 'It said \u001b[2J\u202e.',
    lines: ['\u001b]0;owned\u0007'],
  }));

  const text = answerText(hostile, await askCheck(hostile, Date.now), { isColoured: false });

  assert.match(text, /It said \\u001B\[2J\\u202E\./);
  assert.doesNotMatch(text, /[\u001b\u0007\u202e]/);
});

test('a check that throws is a bug of ours, and says so', async () => {
  const broken = known(async () => {
    throw new Error('x is not a function');
  });

  const text = answerText(broken, await askCheck(broken, Date.now), { isColoured: false });

  assert.equal(text, 'BUG door: please report this: x is not a function\n');
});

function known(run: KnownCheck['runner']['run']): KnownCheck {
  const spec = { title: 'It is bad', severity: 'warning', why: 'w', whatToDo: 't' } as const;
  return {
    ...{ name: 'door', kind: 'door', everyMs: 15_000, timeoutMs: 5_000, settleMs: 0, confirm: { bad: 1, of: 1 } },
    runner: { target: 'the door', causes: { bad: spec }, run },
    config: { name: 'door', kind: 'door', settle: 0, options: {} },
  };
}

async function check(checks: readonly string[], ...args: readonly string[]) {
  writeFileSync(file, ['host: web-1', ...(checks.length > 0 ? ['checks:', ...checks] : []), ''].join('\n'));
  return await new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [MAIN, 'check', '--config', file, ...args], (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}
