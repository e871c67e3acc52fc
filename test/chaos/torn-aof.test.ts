/** The machine loses power: the append-only file of Redis ends somewhere, and the lines after that are read again. */
import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadPatterns, shippedPatternsFolder } from '../../src/config/patterns.ts';
import { createSourceChain } from '../../src/engine/chain.ts';
import { createSourceEngine } from '../../src/engine/source.ts';
import { connectRedis } from '../../src/redis/connect.ts';
import { startEmbeddedRedis } from '../../src/redis/embedded.ts';
import { ensureRedisProgram } from '../../src/redis/fetch-program.ts';
import { createRedisStore } from '../../src/redis/store.ts';
import { createFileReader } from '../../src/sources/files.ts';
import { parseInThread } from '../support/in-thread.ts';
import { nginxLines } from '../support/nginx-lines.ts';

const CUTS = 12;
const COMMITS_BETWEEN = 4;
const SEED = 11;
const STATUSES = [200, 304, 404, 502, 503];
const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });

test('wherever the file of Redis is cut, the counts are exact at both starts after it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'linesman-torn-'));
  t.after(async () => await rm(folder, { recursive: true }));
  const log = join(folder, 'access.log');
  const random = seeded(SEED);
  const written: Record<string, number> = {};
  let behind = 0;
  async function write(): Promise<void> {
    for (const status of STATUSES) {
      const count = 1 + Math.floor(random() * 400);
      await appendFile(log, nginxLines(count, status));
      written[status] = (written[status] ?? 0) + count;
    }
  }

  for (let cut = 0; cut < CUTS; cut += 1) {
    const before = await startCounting(folder, log);
    for (let commit = 0; commit < COMMITS_BETWEEN; commit += 1) {
      await write();
      await before.readAll();
    }
    const counted = before.lines();
    await before.stop();
    await cutAppendOnlyFile(folder, random);

    for (const start of ['first', 'second']) {
      const again = await startCounting(folder, log);
      if (start === 'first' && again.lines() < counted) behind += 1;
      await again.readAll();
      assert.deepEqual(again.statuses(), written, `cut ${cut}, ${start} start`);
      await again.stop();
    }
  }

  assert.ok(behind >= CUTS / 2, `${behind} of ${CUTS} cuts took commits away`);
});

let boots = 0;

/** Reader, engine and Redis as the service joins them. */
async function startCounting(folder: string, log: string) {
  const silent = { onTrouble() {}, onOk() {} };
  const program = await ensureRedisProgram();
  const server = await startEmbeddedRedis({ folder: join(folder, 'redis'), program, ...silent });
  const redis = connectRedis({ url: server.url, ...silent });
  const store = createRedisStore({ redis, ...silent });
  const reader = createFileReader({ source: 'nginx', globs: [log], from: 'beginning', sweepMs: 0, watch: false });
  const boot = ++boots;
  let commits = 0;
  const newCommitId = () => `${boot}.${++commits}`;
  const engine = createSourceEngine({
    chain: createSourceChain({ store, host: 'test', source: 'nginx', newCommitId }),
    reader,
    parser: parseInThread({ patterns, timezone: 'UTC' }),
    async beforeAdding() {},
  });
  await engine.open(Date.now());

  return {
    async readAll() {
      while (!(await engine.round(Date.now())).idle);
    },
    lines: () => engine.state().totals.reduce((sum, { count }) => sum + count, 0),
    statuses: () => Object.fromEntries(engine.state().totals.map(({ status, count }) => [status, count])),
    async stop() {
      await reader.close();
      redis.disconnect();
      await server.stop();
    },
  };
}

/** Takes up to the last 40,000 bytes away: some commits, and most often a part of one. */
async function cutAppendOnlyFile(folder: string, random: () => number): Promise<void> {
  const files = join(folder, 'redis', 'appendonlydir');
  const name = (await readdir(files)).find((one) => one.endsWith('.incr.aof'));
  assert.ok(name !== undefined, 'there is an append-only file');
  const path = join(files, name);
  const { size } = await stat(path);
  await truncate(path, Math.max(0, size - 1 - Math.floor(random() * 40_000)));
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7f_ff_ff_ff;
    return state / 0x80_00_00_00;
  };
}
