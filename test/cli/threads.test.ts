/** Threads that read files and look up names: dead disks and name servers must leave some for the logs. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** Checks 2, disk collector 2, and of the rest name servers half of all. */
const MAY_HANG = 2 + 2;

test('more threads than may hang', { skip: process.platform !== 'linux' && 'no /proc' }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'linesman-threads-'));
  const server = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const file = join(folder, 'linesman.yaml');
  // The server never answers, so that there is time to look.
  writeFileSync(file, `checks:\n  - { name: api, kind: http, url: 'http://localhost:${port}/', timeout: 60s }\n`);
  const { UV_THREADPOOL_SIZE: _, ...env } = process.env;
  const asked = once(server, 'connection');
  const child = spawn(process.execPath, [MAIN, 'check', '--config', file], { env, stdio: 'ignore' });
  const { pid = 0 } = child;

  // By then it has looked up the name.
  await asked;
  const threads = poolOf(pid);
  child.kill('SIGKILL');
  await once(child, 'exit');
  server.close();
  rmSync(folder, { recursive: true });

  assert.ok(threads - MAY_HANG - Math.floor((threads + 1) / 2) >= 1, `${threads}`);
});

function poolOf(pid: number): number {
  const tasks = readdirSync(`/proc/${pid}/task`);
  return tasks.filter((task) => readFileSync(`/proc/${pid}/task/${task}/comm`, 'utf8').startsWith('libuv')).length;
}
