/** Half a million fresh values of the fields that an attacker writes, first over two days, then over half an hour, into a real Redis. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { loadPatterns, shippedPatternsFolder } from '../../src/config/patterns.ts';
import { createChunkParser } from '../../src/core/parse/chunk.ts';
import type { SourceState } from '../../src/core/types.ts';
import { decodePage } from '../../src/core/window/codec.ts';
import { createSourceChain } from '../../src/engine/chain.ts';
import { emptySourceState, withTally } from '../../src/engine/source-state.ts';
import { startTestRedis } from '../support/redis.ts';
import { connectTestClient } from '../support/redis-client.ts';

const [HOST, SOURCE] = ['web-1', 'nginx'];
const T0 = Date.UTC(2026, 10, 25, 3, 0, 0);
const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });
/** Each with five fresh values: vhost, upstream, client, route, agent. */
const LINES_A_CHUNK = 200;
const HOURS = 49;
const CHUNKS_AN_HOUR = 4;
const CHUNKS = 500;
/** What comes last comes over half an hour: pages of seconds and of sketches are as full as those of hours. */
const LAST_CHUNK_MS = (30 * 60_000) / (CHUNKS - HOURS * CHUNKS_AN_HOUR);
const MOST_BYTES = 16_000_000;
/** A whole line of 8 KiB is rare among them, so that the test ends. */
const LONG_EVERY = 200;
const HONEST = 'shop.example.com';

const redis = await startTestRedis(['--auto-aof-rewrite-percentage', '0']);
const client = connectTestClient(redis.url);
after(async () => {
  client.close();
  await redis.stop();
});

test('half a million fresh values raise what Redis uses by 16 MB at most, and who was there before keeps their series', async () => {
  const chain = createSourceChain({ store: client.store, host: HOST, source: SOURCE, newCommitId: idsFrom(1) });
  const parser = createChunkParser({ patterns, timezone: 'UTC' });
  let state: SourceState = emptySourceState();
  await chain.load();
  await chain.commit(state);
  const before = await usedMemory();

  let pattern: string | undefined;
  let most = 0;
  for (let n = 0; n < CHUNKS; n += 1) {
    const time = timeOf(n);
    const chunk = { source: SOURCE, generation: 'g', offset: 0, bytes: linesOf(n, time), pattern };
    const limits = { until: Number.POSITIVE_INFINITY, now: time + 1_000, watermark: state.watermark };
    const parsed = parser.parse(chunk, 0, limits);
    pattern = parsed.pattern;
    state = withTally(state, parsed.tally, chain.windows().add(parsed.tally));
    assert.equal(await chain.commit(state), 'ok');
    if (n % 100 === 99) most = Math.max(most, await usedMemory());
  }

  assert.equal(
    state.totals.reduce((sum, { count }) => sum + count, 0),
    CHUNKS * LINES_A_CHUNK,
  );
  assert.ok((state.skipped.series_over_limit ?? 0) > 100_000, 'the bounds were reached');
  assert.ok(most - before <= MOST_BYTES, `${most - before} bytes`);
  const key = `http.requests{vhost=${HONEST}}`;
  const newest = timeOf(CHUNKS - 1);
  assert.ok((await seriesIn(`w:s:${Math.floor(newest / 60_000) % 17}`)).has(key));
  assert.ok((await seriesIn(`w:m:${Math.floor(newest / 3_600_000) % 49}`)).has(key));
});

function timeOf(n: number): number {
  const spread = HOURS * CHUNKS_AN_HOUR;
  if (n < spread) return T0 + Math.floor(n * (3_600_000 / CHUNKS_AN_HOUR));
  return T0 + HOURS * 3_600_000 + Math.floor((n - spread) * LAST_CHUNK_MS);
}

/** The honest vhost last, when all room that fresh ones may take is taken. */
function linesOf(n: number, time: number): Uint8Array {
  const lines = Array.from({ length: LINES_A_CHUNK - 1 }, (_, i) => {
    const id = n * LINES_A_CHUNK + i;
    const path = i % LONG_EVERY === 0 ? `/x${id}${'/é'.repeat(4_000)}` : `/x${id}-${'é'.repeat(70)}`;
    return lineOf(time, { id, path, host: `${id}${i % 2 === 0 ? '' : '語'.repeat(95)}` });
  });
  return new TextEncoder().encode(`${[...lines, lineOf(time, { id: 0, path: '/', host: HONEST })].join('\n')}\n`);
}

function lineOf(time: number, { id, path, host }: { id: number; path: string; host: string }): string {
  const [, day, month, year, clock] = /, (\d\d) (\w+) (\d+) ([\d:]+)/.exec(new Date(time).toUTCString()) ?? [];
  const address = `10.${(id >> 16) & 255}.${(id >> 8) & 255}.${id & 255}`;
  return `${address} - - [${day}/${month}/${year}:${clock} +0000] "GET ${path} HTTP/1.1" ${id % 2 ? 502 : 200} 15 "-" "agent ${id}" rt=0.${id} ua=${address}:80 host=${host}`;
}

async function usedMemory(): Promise<number> {
  const info = await client.redis.info('memory');
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1]);
}

async function seriesIn(name: string): Promise<ReadonlyMap<string, unknown>> {
  const [bytes] = await client.store.read(`${HOST}/${SOURCE}`, [name]);
  const page = bytes && decodePage(bytes);
  return page && page.ring !== 't' ? page.series : new Map();
}

function idsFrom(first: number): () => string {
  let next = first;
  return () => {
    next += 1;
    return `id${next}`;
  };
}
