/** Whatever becomes of the store, every line that is in a file is counted once: real files, a store that forgets, a mirror. */
import assert from 'node:assert/strict';
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { Commit, StateMirror, Store } from '../../src/core/ports.ts';
import type { SourceState } from '../../src/core/types.ts';
import { createSourceChain } from '../../src/engine/chain.ts';
import { createSourceEngine } from '../../src/engine/source.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createFileReader } from '../../src/sources/files.ts';
import { PATTERNS } from '../engine/parts.ts';
import { parseInThread } from '../support/in-thread.ts';
import { nginxLine } from '../support/nginx-lines.ts';
import { runsOf, seedOf } from './runs.ts';

const STEPS = ['write', 'round', 'rotate', 'gzip', 'pass', 'keep', 'rewind', 'empty', 'crash', 'lag'] as const;
type Step = (typeof STEPS)[number];
/** Likelier than the others: without something written and read there is nothing to forget. */
const OFTEN: readonly Step[] = ['write', 'write', 'round', 'round', 'keep', 'crash'];
const START = Date.UTC(2026, 10, 25, 3, 0, 0);

test('a store that goes back or is emptied, under a running reader or between two, loses and doubles no line', async (t) => {
  const seed = seedOf();
  t.diagnostic(`seed ${seed}; to repeat: LINESMAN_TEST_SEED=${seed}`);
  const steps = fc.array(fc.constantFrom(...STEPS, ...OFTEN), { minLength: 5, maxLength: 40 });
  await fc.assert(fc.asyncProperty(steps, play), {
    numRuns: runsOf(60),
    seed,
    endOnFailure: false,
    examples: [
      [['write', 'round', 'keep', 'write', 'rotate', 'write', 'round', 'rewind', 'crash', 'round']],
      [['write', 'round', 'keep', 'write', 'rotate', 'round', 'pass', 'rotate', 'gzip', 'rewind', 'crash']],
      [['keep', 'write', 'rotate', 'rotate', 'pass', 'gzip', 'rewind', 'write', 'write', 'write']],
      [['write', 'round', 'lag', 'write', 'round', 'rotate', 'write', 'round', 'crash', 'empty', 'crash']],
    ],
  });
});

async function play(steps: readonly Step[]): Promise<void> {
  const world = createWorld();
  try {
    await world.open();
    for (const step of steps) await world.apply(step);
    // Long enough for rotated files to end, and for copies to be told from new files.
    for (let i = 0; i < 8; i += 1) await world.apply('pass');
    assert.deepEqual(world.counted(), world.written());
    const { skipped } = world.state();
    assert.equal(skipped.truncated_unrecovered, undefined);
    assert.equal(skipped.deleted_unread_bytes, undefined);
    const { present = 0, taken = 0 } = world.state().ledger ?? {};
    assert.deepEqual([present, taken], [world.bytes(), world.bytes()]);
  } finally {
    await world.end();
  }
}

function createWorld() {
  const folder = mkdtempSync(join(tmpdir(), 'linesman-rolled-'));
  const live = join(folder, 'access.log');
  const store = createForgetful();
  const mirror = createLaggingMirror();
  const written: Record<string, number> = {};
  let bytes = 0;
  let status = 100;
  let now = START;
  let commits = 0;
  let running = started();
  writeFileSync(live, '');

  function started() {
    const reader = createFileReader({ source: 'web', globs: [live], from: 'beginning', sweepMs: 0, watch: false });
    const newCommitId = () => `c${++commits}`;
    const engine = createSourceEngine({
      chain: createSourceChain({ store, mirror, host: 'test', source: 'web', newCommitId }),
      reader,
      parser: parseInThread({ patterns: PATTERNS, timezone: 'UTC' }),
      beforeAdding: async () => {},
    });
    return { reader, engine };
  }

  function write(): void {
    status = status >= 599 ? 100 : status + 1;
    for (let i = 0; i < 3; i += 1) {
      const line = nginxLine(now, status, `${status}.${i}.${now}`);
      appendFileSync(live, line);
      bytes += line.length;
    }
    written[status] = (written[status] ?? 0) + 3;
  }

  function rotate(): void {
    for (let number = 8; number > 0; number -= 1) {
      for (const end of ['', '.gz']) {
        const from = `${live}.${number}${end}`;
        if (existsSync(from)) renameSync(from, `${live}.${number + 1}${end}`);
      }
    }
    renameSync(live, `${live}.1`);
    writeFileSync(live, '');
  }

  function gzip(): void {
    const path = `${live}.2`;
    if (!existsSync(path)) return;
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
    unlinkSync(path);
  }

  async function readAll(): Promise<void> {
    while (!(await running.engine.round(now)).idle);
  }

  async function apply(step: Step): Promise<void> {
    now += 50;
    if (step === 'write') write();
    else if (step === 'round') await running.engine.round(now);
    else if (step === 'rotate') rotate();
    else if (step === 'gzip') gzip();
    else if (step === 'keep') store.keep();
    else if (step === 'rewind') store.rewind();
    else if (step === 'empty') store.empty();
    else if (step === 'lag') mirror.lag();
    else if (step === 'pass') {
      await readAll();
      now += 6_000;
      await readAll();
    } else {
      await running.reader.close();
      mirror.crash();
      running = started();
      await running.engine.open(now);
    }
  }

  return {
    apply,
    open: async () => await running.engine.open(now),
    state: () => running.engine.state(),
    written: () => written,
    bytes: () => bytes,
    counted: () => Object.fromEntries(running.engine.state().totals.map((total) => [total.status, total.count])),
    async end() {
      await running.reader.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Goes back to where it was kept, or to nothing. */
function createForgetful(): Store & { keep(): void; rewind(): void; empty(): void } {
  let commits: Commit[] = [];
  let kept: readonly Commit[] = [];
  let store = createMemoryStore();
  const restore = (to: readonly Commit[]) => {
    store = createMemoryStore();
    commits = [...to];
    for (const commit of to) void store.commit(commit);
  };
  return {
    read: async (chain, names) => await store.read(chain, names),
    async commit(commit) {
      const result = await store.commit(commit);
      if (result === 'ok') commits.push(commit);
      return result;
    },
    keep() {
      kept = [...commits];
    },
    rewind: () => restore(kept),
    empty: () => restore([]),
  };
}

/** As the one in the data folder: in memory it is up to date, on disk it may be behind, and a crash leaves what is on disk. */
function createLaggingMirror(): StateMirror & { lag(): void; crash(): void } {
  let newest: string | undefined;
  let onDisk: string | undefined;
  let isLagging = false;
  return {
    load: async () => (newest === undefined ? undefined : (JSON.parse(newest) as SourceState)),
    save(_chain, state) {
      newest = JSON.stringify(state);
      if (!isLagging) onDisk = newest;
    },
    lag() {
      isLagging = true;
    },
    crash() {
      newest = onDisk;
      isLagging = false;
    },
    async close() {},
  };
}
