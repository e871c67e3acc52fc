/** What a watch had learnt that is gone from the configuration: found again for thirty days, then removed, whichever the store. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadWatching } from '../../src/app/knowing/watching.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { Store } from '../../src/core/ports.ts';
import { encodeHead } from '../../src/core/window/head.ts';
import { createRemovedWatches, MAX_REMOVED, REMOVED_KEPT_MS } from '../../src/engine/removed-watches.ts';
import { createRecall } from '../../src/memory/recall.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { connectRedis } from '../../src/redis/connect.ts';
import { createRedisStore } from '../../src/redis/store.ts';
import { startTestRedis } from '../support/redis.ts';
import { createTextReader, HOST, line, SOURCE, startHost, startTicker, T0 } from './parts.ts';

const DAY_MS = 86_400_000;
const KEPT_DAYS = REMOVED_KEPT_MS / DAY_MS;
const CONFIG = loadConfig({ env: { LINESMAN_TIMEZONE: 'UTC', LINESMAN_CONFIG: '/dev/null' }, hostname: HOST });
const { lineWatches: WATCHES } = await loadWatching(CONFIG);
const [GONE, LEFT] = ['http.5xx.burst', 'http.404.shift'] as const;

const server = await startTestRedis();
const redis = connectRedis({ url: server.url, onTrouble: () => {}, onOk: () => {} });
before(async () => await redis.flushall());
after(async () => {
  redis.disconnect();
  await server.stop();
});

const STORES: Readonly<Record<string, Store>> = {
  memory: createMemoryStore(),
  Redis: createRecall(createRedisStore({ redis, onTrouble: () => {}, onOk: () => {} })),
};

for (const [name, store] of Object.entries(STORES)) {
  test(`${name}: it is there for thirty days, for a watch that comes back, and then it is not`, async () => {
    const chain = `${name}-one`;
    let commits = 0;
    const commit = async (watched: readonly string[], day: number, blobs: readonly string[] = []) => {
      // Each as after a start of the program.
      const removed = createRemovedWatches(store, chain);
      await removed.load();
      const gone = removed.changed(watched, T0 + day * DAY_MS, commits === 0);
      const [parent, id] = [commits === 0 ? '' : `c.${commits}`, `c.${commits + 1}`];
      commits += 1;
      const written = [...blobs.map((blob) => ({ name: blob, bytes: Uint8Array.of(1) })), ...gone.blobs];
      const head = encodeHead(id, {});
      assert.equal(await store.commit({ chain, parent, id, head, ...gone, blobs: written }), 'ok');
      return (await store.read(chain, ['b:a', 'b:b'])).map((blob) => blob?.length);
    };

    assert.deepEqual(await commit(['b:a', 'b:b'], 0, ['b:a', 'b:b']), [1, 1]);
    assert.deepEqual(await commit(['b:a'], 1), [1, 1], 'it is gone from now on');
    assert.deepEqual(await commit(['b:a'], KEPT_DAYS), [1, 1]);
    assert.deepEqual(await commit(['b:a', 'b:b'], KEPT_DAYS + 0.5), [1, 1], 'it is back');
    assert.deepEqual(await commit(['b:a'], KEPT_DAYS + 5), [1, 1], 'it is gone again, and its time begins anew');
    assert.deepEqual(await commit(['b:a'], 2 * KEPT_DAYS + 4), [1, 1]);
    assert.deepEqual(await commit(['b:a'], 2 * KEPT_DAYS + 5), [1, undefined]);
  });

  test(`${name}: a host that goes on judging removes what a watch had learnt that left`, async () => {
    const reader = createTextReader();
    const { engine, ticker } = startHost(store, reader);
    const tick = async (one: typeof ticker, at: number) => {
      await one.tick({ complete: { [SOURCE]: at }, delivered: () => false });
    };
    reader.write(Array.from({ length: 60 }, (_, second) => line(second)).join(''));
    while (!(await engine.round(T0 + 3_600_000)).idle);
    await tick(ticker, T0 + 60_000);
    const names = [GONE, LEFT].map((watch) => `b:${SOURCE}:${watch}`);
    const sizes = async () => (await store.read(HOST, names)).map((bytes) => (bytes?.length ?? 0) > 10);
    const without = startTicker(store, { watches: { [SOURCE]: WATCHES.filter(({ watch }) => watch.name === LEFT) } });

    await tick(without, T0 + 90_000);
    const soon = await sizes();
    for (let at = T0 + REMOVED_KEPT_MS + 120_000; !isJudgedUpTo(without, at); ) await tick(without, at);
    const late = await sizes();

    assert.deepEqual(
      [soon, late],
      [
        [true, true],
        [false, true],
      ],
    );
  });
}

test('of more than a thousand those leave that are gone for longest, a hundred at a time', async () => {
  const store = createMemoryStore();
  const removed = createRemovedWatches(store, HOST);
  await removed.load();
  const names = Array.from({ length: MAX_REMOVED + 150 }, (_, i) => `b:${String(i).padStart(4, '0')}`);
  removed.changed(names, T0, true);
  removed.stored();
  removed.changed(names.slice(50), T0 + 1_000, false);
  removed.stored();

  const left = [2_000, 3_000, 4_000].map((ms) => {
    const { removed: leaving = [] } = removed.changed([], T0 + ms, false);
    removed.stored();
    return leaving.length;
  });
  const [first] = removed.changed([], T0 + REMOVED_KEPT_MS * 2, false).removed ?? [];

  assert.deepEqual(left, [100, 50, 0]);
  assert.equal(first, 'b:0150', 'the oldest left first');
});

test('a store that has nothing is told again what is watched', async () => {
  const removed = createRemovedWatches(createMemoryStore(), HOST);
  await removed.load();
  const names = ['b:a'];
  removed.changed(names, T0, true);
  removed.stored();

  assert.deepEqual(removed.changed(names, T0, false).blobs, []);
  assert.equal(removed.changed(names, T0, true).blobs.length, 1);
});

function isJudgedUpTo(ticker: ReturnType<typeof startTicker>, at: number): boolean {
  return (ticker.state()?.judged[SOURCE] ?? 0) >= at - 60_000;
}
