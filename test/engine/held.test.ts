import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createFileReader } from '../../src/sources/files.ts';
import { cri } from '../support/wrappers.ts';
import { line, SOURCE, startHost, T0 } from './parts.ts';

const LONG = line(0, 502).trimEnd();
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'held-'));
  path = join(folder, '0.log');
  writeFileSync(path, '');
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a line whose parts lie before and behind a crash counts once', async () => {
  const store = createMemoryStore();
  const before = start(store);
  await before.engine.open(T0);
  write(cri(LONG.slice(0, 30), T0, { tag: 'P' }));
  await before.engine.round(T0);
  const committed = before.engine.state();
  await before.reader.close();

  const after = start(store);
  await after.engine.open(T0);
  write(cri(LONG.slice(30), T0));
  await after.engine.round(T0);
  const { totals, files, skipped } = after.engine.state();
  await after.reader.close();

  assert.deepEqual(committed.totals, []);
  assert.deepEqual(committed.files[0]?.held, { stdout: LONG.slice(0, 30) });
  assert.deepEqual(totals, [{ pattern: 'nginx-timed', status: '502', count: 1 }]);
  assert.equal(files[0]?.held, undefined);
  assert.deepEqual(skipped, {});
});

test('a file that ends between two parts leaves a partial line, counted as such', async () => {
  const { engine, reader } = start(createMemoryStore());
  await engine.open(T0);
  write(cri(LONG, T0), cri(LONG.slice(0, 30), T0, { tag: 'P' }), cri('x', T0, { stream: 'stderr', tag: 'P' }));
  await engine.round(T0);
  renameSync(path, join(folder, '0.log.20261125'));
  for (let at = T0 + 10_000; at <= T0 + 60_000; at += 10_000) await engine.round(at);
  const { totals, files, skipped } = engine.state();
  await reader.close();

  assert.deepEqual(totals, [{ pattern: 'nginx-timed', status: '502', count: 1 }]);
  assert.deepEqual(skipped, { partial_final: 2 });
  assert.deepEqual(
    files.map(({ state, held }) => ({ state, held })),
    [{ state: 'done', held: undefined }],
  );
});

function start(store: ReturnType<typeof createMemoryStore>) {
  const reader = createFileReader({ source: SOURCE, globs: [path], from: 'beginning', sweepMs: 0, watch: false });
  return { ...startHost(store, reader), reader };
}

function write(...lines: readonly string[]): void {
  appendFileSync(path, lines.map((one) => `${one}\n`).join(''));
}
