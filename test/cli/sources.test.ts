/** `linesman sources` against a linesman that runs, as its users ask. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SourceReport } from '../../src/core/reading/report.ts';
import { nginxLines } from '../support/nginx-lines.ts';
import { createWorld, type Running } from '../support/service.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

test('the running linesman is asked for its sources, as a table and as JSON', async (t) => {
  const world = await createWorld();
  t.after(world.end);
  const linesman = await world.start();
  await world.append(nginxLines(30));
  await linesman.takes(30);
  const env = { LINESMAN_HTTP: addressOf(linesman), LINESMAN_CONFIG: '/dev/null', LINESMAN_TIMEZONE: 'UTC' };

  const table = await ask(env);
  const json = await ask(env, '--json', '--all');
  const contract = await ask(env, '--contract');

  assert.deepEqual([table.code, json.code, contract.code], [0, 0, 0]);
  assert.match(contract.stdout, /^linesman \S+ watches test, as of .*\n[\s\S]*^SOURCE nginx: .*\*\.log$/m);
  assert.match(contract.stdout.replace(/\s+/g, ' '), /access\.log: nginx-timed, all of its last 30 lines/);
  assert.match(contract.stdout, /^ {2}watches {2}http\.5xx\.burst, /m);
  const [said] = linesman.log().filter(({ msg }) => msg === 'What is watched');
  assert.match(String(said?.text), /^linesman \S+ watches test/);
  assert.match(
    table.stdout,
    /^linesman on test: 1 source\n\nnginx \(files\): READING, lines come\n {2}lines {5}30: nginx-/,
  );
  assert.match(table.stdout, /^ {2}bytes {5}([\d,]+) present = \1 taken \+ 0 unread$/m);
  assert.ok(table.stdout.includes(world.accessLog));
  const [source] = (JSON.parse(json.stdout) as { sources: SourceReport[] }).sources;
  assert.deepEqual([source?.name, source?.condition, source?.lines, source?.ledger?.gap], ['nginx', 'reading', 30, 0]);
  const metrics = await linesman.metrics();
  assert.match(metrics, /^linesman_source_ledger_gap_bytes\{source="nginx"\} 0$/m);
  assert.match(
    metrics,
    new RegExp(`^linesman_source_bytes_total\\{source="nginx",fate="taken"\\} ${source?.ledger?.taken}$`, 'm'),
  );
});

test('where no linesman runs it says so in a sentence with the remedy', async () => {
  const port = await freePort();

  const { code, stdout, stderr } = await ask({ LINESMAN_HTTP: `127.0.0.1:${port}`, LINESMAN_CONFIG: '/dev/null' });

  assert.deepEqual([code, stdout], [78, '']);
  assert.match(
    stderr,
    new RegExp(
      `^linesman: No linesman answers at http://127\\.0\\.0\\.1:${port} \\(.*\\): start it with linesman run, or name`,
    ),
  );
  assert.match(stderr, /\(NOT_RUNNING, see docs\/ERRORS\.md\)\n$/);
});

test('another program at the address is told apart', async (t) => {
  const server = createServer((_request, response) => response.end('{"hello":"world"}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => void server.close());
  const { port } = server.address() as AddressInfo;

  const { code, stderr } = await ask({ LINESMAN_HTTP: `127.0.0.1:${port}`, LINESMAN_CONFIG: '/dev/null' });

  assert.equal(code, 78);
  assert.match(stderr, /^linesman: What answers at http:\/\/127\.0\.0\.1:\d+ is no linesman/);
});

function addressOf(linesman: Running): string {
  return `127.0.0.1:${linesman.log().find(({ http }) => typeof http === 'number')?.http}`;
}

function ask(env: NodeJS.ProcessEnv, ...options: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const whole = { PATH: process.env.PATH, ...env };
    execFile(process.execPath, [MAIN, 'sources', ...options], { env: whole }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
