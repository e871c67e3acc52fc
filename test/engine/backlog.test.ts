/** Many files with a backlog of the same time: they come forward side by side, so none is late for the others. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createFileReader } from '../../src/sources/files.ts';
import { line, SOURCE, startHost, T0 } from './parts.ts';

const FILES = 40;
const SECONDS = 1_800;
const EVERY = 5;

test('of forty files with half an hour of backlog each, no line is late', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'backlog-'));
  const stamps = Array.from({ length: SECONDS / EVERY }, (_, index) => index * EVERY);
  for (let file = 0; file < FILES; file += 1) {
    writeFileSync(join(folder, `site-${file}.log`), stamps.map((second) => line(second)).join(''));
  }
  // Room for a few of the files in each round, as with large ones and the room there is by default.
  const parts = { source: SOURCE, globs: [join(folder, '*.log')], from: 'beginning', watch: false } as const;
  const reader = createFileReader({ ...parts, sweepMs: 0, chunkBytes: 64 * 1024, roundBytes: 256 * 1024 });
  const { engine } = startHost(createMemoryStore(), reader);
  const now = T0 + 3_600_000;
  await engine.open(now);

  for (let round = await engine.round(now); !round.idle; round = await engine.round(now));

  const { totals, skipped, latenessMs, ledger } = engine.state();
  assert.equal(
    totals.reduce((sum, { count }) => sum + count, 0),
    FILES * stamps.length,
  );
  assert.equal(skipped.late, undefined);
  assert.equal(latenessMs, 0);
  assert.equal(ledger?.present, ledger?.taken);
  await reader.close();
  rmSync(folder, { recursive: true });
});
