/** What watches have learnt is bounded, measured, and never held against something else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WatchSpec } from '../../src/core/plugin.ts';
import type { Blob } from '../../src/core/ports.ts';
import { createLearnt, LEARNT_BYTES_MAX, MAX_BASELINES } from '../../src/engine/learnt.ts';
import { createPosts, type Post } from '../../src/engine/posts.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { HOST, SOURCE } from './parts.ts';

test('of more label values than are remembered those leave that were not judged for longest, and are counted', () => {
  const learnt = createLearnt(createMemoryStore(), HOST);
  const post = postOf({ series: 'http.time' });

  for (let i = 0; i < MAX_BASELINES; i += 1) learnt.learn(post, `label ${i}`, { i });
  learnt.learn(post, 'label 0', { i: 'again' });
  learnt.learn(post, 'fresh', { i: 'fresh' });
  learnt.learn(post, 'fresher', { i: 'fresher' });

  assert.deepEqual(learnt.size().forgotten, { labels: 2, bytes: 0 });
  assert.deepEqual(
    ['label 0', 'label 1', 'label 2', 'label 3', 'fresher'].map((label) => learnt.of(post, label)),
    [{ i: 'again' }, undefined, undefined, { i: 3 }, { i: 'fresher' }],
  );
});

test('of what takes more bytes than are stored of one watch, those leave that were not judged for longest, and are counted', async () => {
  const store = createMemoryStore();
  const learnt = createLearnt(store, HOST);
  const post = postOf({ series: 'http.time' });
  const large = () => ({ floats: new Float32Array(10_000) });
  const labels = Array.from({ length: 20 }, (_, i) => `label ${i}`);
  const kept = (of: typeof learnt) => labels.filter((label) => of.of(post, label) !== undefined);

  for (const label of labels.slice(0, 13)) learnt.learn(post, label, large());
  const fit = learnt.size().forgotten.bytes;
  for (const label of labels.slice(13)) learnt.learn(post, label, large());
  const blobs = learnt.changed();
  await store.commit({ chain: HOST, parent: '', id: 'a', head: new Uint8Array(), blobs });
  const again = createLearnt(store, HOST);
  await again.load([post]);
  again.learn(post, 'label 0', large());

  assert.equal(fit, 0, 'thirteen of 40 kB are less than 512 KiB');
  assert.deepEqual(learnt.size().forgotten, { labels: 0, bytes: 7 });
  assert.deepEqual(kept(learnt), labels.slice(7));
  assert.ok(bytesOf(blobs) <= LEARNT_BYTES_MAX);
  assert.deepEqual(kept(again), ['label 0', ...labels.slice(8)], 'as without a start in between');
});

test('what one label value learnt stays, however large', () => {
  const learnt = createLearnt(createMemoryStore(), HOST);
  const post = postOf({ series: 'http.time' });

  for (let i = 0; i < 12; i += 1) learnt.learn(post, `label ${i}`, { i });
  learnt.learn(post, 'huge', { floats: new Float32Array(LEARNT_BYTES_MAX) });

  assert.ok(learnt.of(post, 'huge'));
  assert.deepEqual(learnt.size().forgotten, { labels: 0, bytes: 12 });
});

test('its bytes are those that are stored, read or written, and go with the watch', async () => {
  const store = createMemoryStore();
  const post = postOf({ series: 'http.time' });
  const learnt = createLearnt(store, HOST);
  learnt.learn(post, '', { floats: new Float32Array(100) });
  const blobs = learnt.changed();
  await store.commit({ chain: HOST, parent: '', id: 'a', head: new Uint8Array(), blobs });
  learnt.stored(blobs);

  const again = createLearnt(store, HOST);
  await again.load([post]);

  assert.deepEqual(learnt.changed(), []);
  assert.ok(bytesOf(blobs) > 400);
  assert.deepEqual([learnt.size().bytes, again.size().bytes], [bytesOf(blobs), bytesOf(blobs)]);
  again.keep([post], []);
  assert.equal(again.size().bytes, 0);
});

test('other limits are the same to learn; another series, statistic, label or window is not', () => {
  const usual = { series: 'http.time', statistic: 'p95', window: 60_000, score: 6 };
  const { judges } = postOf(usual);

  assert.equal(postOf({ ...usual, score: 8, minTimes: 3 }).judges, judges);
  const others = [
    postOf({ ...usual, series: 'http.requests' }),
    postOf({ ...usual, statistic: 'p99' }),
    postOf({ ...usual, window: 300_000 }),
    postOf(usual, { by: 'vhost' }),
    postOf(usual, { detector: 'count' }),
  ];
  assert.equal(new Set([judges, ...others.map((post) => post.judges)]).size, 1 + others.length);
});

test('what an earlier version learnt is gone on with, though its detector has one option more by now', async () => {
  const store = createMemoryStore();
  const before = postOf({ series: 'log.errors' });
  const learnt = createLearnt(store, HOST);
  learnt.learn(before, '', 'known');
  await store.commit({ chain: HOST, parent: '', id: 'a', head: new Uint8Array(), blobs: learnt.changed() });

  const now = { ...postOf({ series: 'log.errors', tell: 'new' }), defaults: { tell: 'new' } };
  const again = createLearnt(store, HOST);
  await again.load([now]);

  assert.notEqual(now.judges, before.judges);
  assert.equal(again.of(now, ''), 'known');
});

function postOf(options: WatchSpec['options'], more: Partial<WatchSpec> = {}): Post {
  const watch: WatchSpec = {
    ...{ name: 'made-up', detector: 'level', options, severity: 'warning', clearAfterMs: 60_000, rank: 0 },
    ...{ title: 'things', why: 'because', whatToDo: 'look', ...more },
  };
  const runner = {
    ...{ inputs: ['http.time'], everyMs: 10_000 },
    judge: () => ({ verdict: 'well', baseline: undefined }) as const,
  };
  return createPosts({ [SOURCE]: [{ watch, runner }] }).get(SOURCE)?.[0] ?? assert.fail();
}

function bytesOf(blobs: readonly Blob[]): number {
  return blobs.reduce((sum, { bytes }) => sum + bytes.length, 0);
}
