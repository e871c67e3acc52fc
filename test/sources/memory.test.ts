/**
 * What reading costs in memory, whatever the bytes: measured in a process of its own (memory-child.ts), which reads
 * ordinary lines until it is warm, collects its garbage, resets the kernel's mark of its peak, and reads the file.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  accessSync,
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { MAX_LINE_BYTES } from '../../src/sources/lines.ts';
import { nginxLine } from '../support/nginx-lines.ts';
import type { Measured } from './memory-child.ts';

const MEGABYTE = 1024 * 1024;
const MAX_RISE_BYTES = 32 * MEGABYTE;
const CHILD = fileURLToPath(new URL('memory-child.ts', import.meta.url));
const LINES_A_BLOCK = 4_096;
/** 200 MB of them. */
const LINES = 280 * LINES_A_BLOCK;
const T0 = Date.UTC(2026, 10, 25, 3);

const FOLDER = mkdtempSync(join(tmpdir(), 'memory-'));
after(() => rmSync(FOLDER, { recursive: true }));

const skip = canMeasure()
  ? false
  : 'only Linux lets a process reset the mark of its peak memory (/proc/self/clear_refs)';
const skipLong = skip || (process.env.LINESMAN_TEST_LONG === '1' ? false : 'runs with LINESMAN_TEST_LONG=1');

interface Monster {
  readonly what: string;
  readonly make: () => string;
  readonly check: (measured: Measured) => void;
}

const MONSTERS: readonly Monster[] = [
  {
    what: '100 MB without newline, and the line after them',
    make: () => endless('endless.log', 100),
    check({ ledger, lines }) {
      assert.deepEqual(ledger.skipped, { line_too_long: 100 * MEGABYTE + 1 });
      assert.equal(lines, 1);
    },
  },
  {
    what: 'a hole of 1 GB, and the line after it',
    make() {
      const path = write('hole.log', () => {});
      truncateSync(path, 1_024 * MEGABYTE);
      writeFileSync(path, nginxLine(T0, 200), { flag: 'a' });
      return path;
    },
    check({ ledger, lines }) {
      assert.deepEqual(ledger.skipped, { leading_nuls: 1_024 * MEGABYTE });
      assert.equal(lines, 1);
    },
  },
  {
    what: 'a bomb of 10 GB',
    make() {
      const member = gzipSync(Buffer.alloc(64 * MEGABYTE, 'x'));
      return write('bomb.gz', (put) => {
        for (let count = 0; count < 160; count += 1) put(member);
      });
    },
    check({ ledger, problems }) {
      assert.ok((ledger.skipped.damaged ?? 0) > 0);
      assert.equal(problems.length, 1);
    },
  },
  {
    what: '200 MB of ordinary lines',
    make: () => write('lines.log', (put) => putLines(put, LINES)),
    check({ ledger, lines }) {
      assert.equal(lines, LINES);
      assert.deepEqual(ledger, { present: ledger.taken, taken: ledger.taken, skipped: {} });
    },
  },
];

const LONG: readonly Monster[] = [
  {
    what: '1 GB without newline, and the line after them',
    make: () => endless('endless-1g.log', 1_024),
    check({ ledger, lines }) {
      assert.deepEqual(ledger.skipped, { line_too_long: 1_024 * MEGABYTE + 1 });
      assert.equal(lines, 1);
    },
  },
  {
    what: '200 MB of ordinary lines, packed',
    make: () => write('lines.gz', (put) => putLines((bytes) => put(gzipSync(bytes, { level: 1 })), LINES)),
    check: ({ lines }) => assert.equal(lines, LINES),
  },
];

for (const kind of ['reader', 'engine'] as const) {
  test(`the ${kind} holds little, whatever it reads`, { skip }, async (t) => await measureAll(t, kind, MONSTERS));
  test(`the ${kind} holds little of what is longer`, { skip: skipLong }, async (t) => await measureAll(t, kind, LONG));
}

async function measureAll(t: TestContext, kind: 'reader' | 'engine', monsters: readonly Monster[]): Promise<void> {
  const warm = write('warm.log', (put) => putLines(put, 40 * LINES_A_BLOCK));
  const paths = monsters.map(({ make }) => make());
  const args = ['--expose-gc', CHILD, kind, warm, ...paths];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: MEGABYTE });
  const measured = JSON.parse(stdout) as readonly Measured[];
  for (const path of paths) rmSync(path);
  for (const [index, { what, check }] of monsters.entries()) {
    await t.test(what, () => {
      const one = measured[index];
      assert.ok(one);
      check(one);
      t.diagnostic(`${what}: ${(one.riseBytes / MEGABYTE).toFixed(1)} MB`);
      assertBounded(one);
    });
  }
}

function assertBounded({ riseBytes }: Measured): void {
  assert.ok(riseBytes <= MAX_RISE_BYTES, `memory rose by ${(riseBytes / MEGABYTE).toFixed(1)} MB`);
}

function endless(name: string, megabytes: number): string {
  assert.ok(megabytes * MEGABYTE > MAX_LINE_BYTES);
  const block = Buffer.alloc(MEGABYTE, 'x');
  return write(name, (put) => {
    for (let count = 0; count < megabytes; count += 1) put(block);
    put(Buffer.from(`\n${nginxLine(T0, 200)}`));
  });
}

function write(name: string, fill: (put: (bytes: Uint8Array) => void) => void): string {
  const path = join(FOLDER, name);
  const file = openSync(path, 'w');
  fill((bytes) => writeSync(file, bytes));
  closeSync(file);
  return path;
}

/** Whole blocks of lines, 20,000 a second, their paths all different. */
function putLines(put: (bytes: Uint8Array) => void, count: number): void {
  for (let from = 0; from < count; from += LINES_A_BLOCK) {
    const block = Array.from({ length: LINES_A_BLOCK }, (_, index) => {
      const at = from + index;
      return nginxLine(T0 + Math.floor(at / 20_000) * 1_000, at % 50 === 0 ? 502 : 200, `path-${at}`);
    });
    put(Buffer.from(block.join('')));
  }
}

function canMeasure(): boolean {
  try {
    accessSync('/proc/self/clear_refs', constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
