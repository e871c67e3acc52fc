/** Log files as container runtimes and daemons write them, through `linesman replay` as a process. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { comparison, fixture } from '../support/fixtures.ts';
import { DOCKER_PART, docker, WRAPPERS } from '../support/wrappers.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'linesman-wrapped-'));
after(() => rmSync(folder, { recursive: true }));
const outage = fixture('low-traffic-outage');
const lines = gunzipSync(readFileSync(outage.inputs[0] ?? ''))
  .toString()
  .trimEnd()
  .split('\n');

for (const name of ['docker', 'cri', 'syslog of nginx', 'journal']) {
  test(`${name}: the story is that of the plain log`, () => {
    const path = join(folder, `${name}.log`);
    // The runtime's clock is not the log's: recorded lines are told on their own time.
    writeFileSync(path, lines.map((line) => `${WRAPPERS[name]?.(line, Date.UTC(2026, 11, 1)) ?? ''}\n`).join(''));

    const { status, stdout, stderr } = linesman(comparison({ ...outage, inputs: [path] }));

    assert.match(stdout, /^as expected: \d+ lines\n$/, stderr);
    assert.equal(status, 0);
  });
}

test('a line in parts is one line, and a beginning without an end none', () => {
  const path = join(folder, 'parts.log');
  const long = lines[0]?.replace('GET /', `GET /${'x'.repeat(DOCKER_PART)}`) ?? '';
  const time = Date.UTC(2026, 10, 25);
  const written = [docker(long.slice(0, DOCKER_PART), time), docker(`${long.slice(DOCKER_PART)}\n`, time)];
  writeFileSync(path, [...written, docker('y'.repeat(DOCKER_PART), time), ''].join('\n'));

  const { stderr } = linesman(['replay', path]);

  assert.match(stderr, /^1 lines, 0 of them matched no pattern, 0 faults fired$/m);
});

function linesman(args: readonly string[]) {
  return spawnSync(process.execPath, [MAIN, ...args], { timeout: 300_000, encoding: 'utf8' });
}
