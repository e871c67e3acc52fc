/** Threads read as one does: the same windows, totals and marks, whatever is in the logs and wherever they are cut. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import type { SliceParser, Store } from '../../src/core/ports.ts';
import { createSourceChain } from '../../src/engine/chain.ts';
import { createSourceEngine, type RoundResult } from '../../src/engine/source.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createParsePool, type ParsePool } from '../../src/workers/pool.ts';
import { createScannedFirst } from '../../src/workers/scanned-first.ts';
import { HOST, SOURCE, T0 } from '../engine/parts.ts';
import { parseInThread } from '../support/in-thread.ts';
import { clfTime } from '../support/nginx-lines.ts';
import { createMixedReader, MIXED_LOG, type MixedFile, PATTERNS } from './mixed-log.ts';

const READING = { timezone: 'Europe/Berlin' };
/** A few lines. */
const SLICE_BYTES = 700;
const NOW = T0 + 24 * 3_600_000;
const STOPS = fc.option(fc.integer({ min: T0 - 1_000, max: T0 + 90_000 }), { nil: undefined });

const pools: ParsePool[] = [];
after(async () => {
  for (const pool of pools) await pool.close();
});

test('slices side by side are read as one after the other', async () => {
  await fc.assert(
    fc.asyncProperty(MIXED_LOG, STOPS, fc.integer({ min: 2, max: 6 }), async (files, stopAt, width) => {
      const parts = { patterns: PATTERNS, ...READING };
      const inTurn = await readAll(files, parseInThread(parts, 1, SLICE_BYTES), stopAt);
      const sideBySide = await readAll(files, parseInThread(parts, width, SLICE_BYTES), stopAt);
      assert.deepEqual(sideBySide, inTurn);
      assert.deepEqual(await readAll(files, parseInThread(parts, width, SLICE_BYTES), stopAt, true), inTurn);
    }),
    { numRuns: 300 },
  );
});

test('threads, however many, read as one', async () => {
  const threads = [1, 2, 3].map(openPool);
  await fc.assert(
    fc.asyncProperty(MIXED_LOG, STOPS, async (files, stopAt) => {
      const inTurn = await readAll(files, parseInThread({ patterns: PATTERNS, ...READING }, 1, SLICE_BYTES), stopAt);
      for (const [index, pool] of threads.entries()) {
        assert.deepEqual(await readAll(files, pool.parserFor(READING), stopAt, index > 0), inTurn);
      }
    }),
    { numRuns: 30 },
  );
});

test('what fits a scanner is read without a thread, and all as a thread reads it', async () => {
  const thread = parseInThread({ patterns: PATTERNS, ...READING }, 1, SLICE_BYTES);
  const scannedFirst = createScannedFirst(PATTERNS);
  await fc.assert(
    fc.asyncProperty(MIXED_LOG, STOPS, async (files, stopAt) => {
      const parser = scannedFirst(READING, thread);
      assert.deepEqual(await readAll(files, parser, stopAt), await readAll(files, thread, stopAt));
    }),
    { numRuns: 300 },
  );
});

test('once the pattern is known, an ordinary log is read without a thread and without an expression', async () => {
  const lines = Array.from({ length: 1_500 }, (_, i) => line(T0 + i * 40));
  const files = [{ lines, isTorn: false, looks: [5_000, 40_000], pattern: 'nginx-timed' }];
  const refuse = () => assert.fail('an expression is asked');
  const patterns = PATTERNS.map((pattern) => ({ ...pattern, match: refuse, matchObserved: refuse }));
  const thread = parseInThread({ patterns: PATTERNS, ...READING }, 1, SLICE_BYTES);
  const asleep: SliceParser = {
    ...thread,
    firstTime: async () => assert.fail('a thread is asked'),
    parse: async () => assert.fail('a thread is asked'),
  };

  const inTurn = await readAll(files, thread, undefined);

  assert.deepEqual(await readAll(files, createScannedFirst(patterns)(READING, asleep), undefined), inTurn);
});

test('a log of which little fits is rarely tried without a thread', async () => {
  const thread = parseInThread({ patterns: PATTERNS, ...READING }, 1, SLICE_BYTES);
  const lines = Array.from({ length: 3_000 }, (_, i) => (i % 2 === 0 ? line(T0 + i) : 'GET'));
  let asked = 0;
  const counted: SliceParser = {
    ...thread,
    async firstTime(slice, now) {
      asked += 1;
      return await thread.firstTime(slice, now);
    },
  };
  const looks = Array.from({ length: 200 }, () => 500);

  await readAll(
    [{ lines, isTorn: false, looks, pattern: 'nginx-timed' }],
    createScannedFirst(PATTERNS)(READING, counted),
    undefined,
  );

  assert.ok(asked > 150, `${asked}`);
});

test('a thread that ends at any time costs no line and counts none twice', async () => {
  const workers = new Set<Worker>();
  const noticed = (worker: Worker) => {
    workers.add(worker);
    worker.once('exit', () => workers.delete(worker));
  };
  process.on('worker', noticed);
  const pool = openPool(3);
  const parser = pool.parserFor(READING);
  const lines = Array.from({ length: 1_500 }, (_, i) => line(T0 + i * 40));
  const files = [{ lines, isTorn: false, looks: [5_000, 40_000] }];
  let asked = 0;
  const harried: SliceParser = {
    ...parser,
    async parse(slice, limits) {
      asked += 1;
      const parsing = parser.parse(slice, limits);
      if (asked % 40 === 0) await [...workers][asked % workers.size]?.terminate();
      return await parsing;
    },
  };

  const inTurn = await readAll(files, parseInThread({ patterns: PATTERNS, ...READING }, 1, SLICE_BYTES), undefined);
  assert.deepEqual(await readAll(files, harried, undefined), inTurn);

  process.off('worker', noticed);
});

test('of a log in order no slice is read twice', async () => {
  const lines = Array.from({ length: 2_000 }, (_, i) =>
    line(T0 + Math.floor(i / 50) * 1_000 - (i % 7 === 0 ? 1_000 : 0)),
  );
  const parser = parseInThread({ patterns: PATTERNS, ...READING }, 4, SLICE_BYTES);
  const counted = countBytes(parser);
  const { length } = Buffer.from(`${lines.join('\n')}\n`);

  await readAll([{ lines, isTorn: false, looks: [] }], counted.parser, undefined);

  assert.equal(counted.bytes(), length);
});

test('nor is one that begins within a stack trace', async () => {
  const lines = Array.from({ length: 3_001 }, (_, i) =>
    i % 10 === 0 ? `${new Date(T0 + i).toISOString()} ERROR lost` : `  at com.example.Thing.run(Thing.java:${i})`,
  );
  const parser = parseInThread({ patterns: PATTERNS, ...READING }, 4, SLICE_BYTES);
  const counted = countBytes(parser);
  const files = [{ lines, isTorn: false, looks: [], pattern: 'traces' }];

  const { state } = await readAll(files, counted.parser, undefined);

  assert.equal(counted.bytes(), Buffer.byteLength(`${lines.join('\n')}\n`));
  assert.deepEqual(state.totals, [{ pattern: 'traces', status: '', count: 3_001 }]);
});

/** The same parser, and how many bytes it was asked to parse. */
function countBytes(parser: SliceParser): { readonly parser: SliceParser; bytes(): number } {
  let bytes = 0;
  return {
    bytes: () => bytes,
    parser: {
      ...parser,
      async parse(slice, limits) {
        bytes += slice.bytes.length;
        return await parser.parse(slice, limits);
      },
    },
  };
}

function openPool(threads: number): ParsePool {
  const pool = createParsePool({
    ...{ threads, sliceBytes: SLICE_BYTES },
    onTooSlow: ({ pattern }) => assert.fail(`${pattern} is called too slow`),
  });
  pool.load(PATTERNS.map(({ spec }) => spec));
  pools.push(pool);
  return pool;
}

/** Everything that comes of it: each round, the state and the blobs of the store. */
async function readAll(files: readonly MixedFile[], parser: SliceParser, stopAt: number | undefined, isAhead = false) {
  const blobs = new Map<string, string>();
  let commits = 0;
  const memory = createMemoryStore();
  const store: Store = {
    ...memory,
    async commit(commit) {
      for (const { name, bytes } of commit.blobs) blobs.set(name, Buffer.from(bytes).toString('base64'));
      return await memory.commit(commit);
    },
  };
  const begun: number[] = [];
  const engine = createSourceEngine({
    chain: createSourceChain({ store, host: HOST, source: SOURCE, newCommitId: () => `c${++commits}` }),
    ...{ reader: createMixedReader(files), parser, stopAt, nextNow: isAhead ? () => NOW : undefined },
    beforeAdding: async (complete) => void begun.push(complete),
  });
  await engine.open(T0);
  const rounds: RoundResult[] = [];
  do rounds.push(await engine.round(NOW));
  while (rounds.at(-1)?.idle === false);
  return { rounds, begun, state: engine.state(), blobs: Object.fromEntries(blobs) };
}

function line(at: number): string {
  return `203.0.113.7 - - [${clfTime(at)}] "GET /shop HTTP/1.1" 200 1534 "-" "curl/8.5.0" rt=0.005 urt=0.004`;
}
