import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeHead } from '../../src/core/window/head.ts';
import { createRecall } from '../../src/memory/recall.ts';
import { createMemoryStore } from '../../src/memory/store.ts';

const CHAIN = 'web-1/nginx';

test('what was committed here is not read again, nor what was read once since', async () => {
  const { recall, reads, commit } = start();
  await commit('', 'a.1', { x: 1 });
  await commit('a.1', 'a.2', { y: 2 });

  const first = await recall.readAt?.(CHAIN, 'a.2', ['x', 'y', 'z']);
  const again = await recall.readAt?.(CHAIN, 'a.2', ['x', 'y', 'z']);

  assert.deepEqual(first, [Uint8Array.of(1), Uint8Array.of(2), undefined]);
  assert.deepEqual(again, first);
  assert.deepEqual(reads, [['z']]);
});

test('a head that a commit of here followed at once still answers from memory', async () => {
  const { recall, reads, commit } = start();
  await commit('', 'a.1', { x: 1 });
  await commit('a.1', 'a.2', { x: 2 });

  assert.deepEqual(await recall.readAt?.(CHAIN, 'a.1', ['x']), [Uint8Array.of(2)]);
  assert.deepEqual(reads, []);
});

test('after a commit of another everything is read', async () => {
  const { recall, reads, commit, store } = start();
  await commit('', 'a.1', { x: 1 });
  await store.commit(step('a.1', 'b.1', { x: 9 }));
  assert.deepEqual(await recall.readAt?.(CHAIN, 'b.1', ['x']), [Uint8Array.of(9)]);

  assert.equal(await commit('a.1', 'a.2', { x: 2 }), 'conflict');
  await recall.readAt?.(CHAIN, 'a.1', ['x']);
  await commit('b.1', 'a.3', { y: 3 });

  assert.deepEqual(await recall.readAt?.(CHAIN, 'a.3', ['x', 'y']), [Uint8Array.of(9), Uint8Array.of(3)]);
  assert.deepEqual(reads, [['x'], ['x'], ['x']]);
});

test('what is committed while an older blob is being read counts', async () => {
  const { recall, commit, hold, store } = start();
  await store.commit(step('', 'b.1', { x: 1 }));
  await commit('b.1', 'a.1', { y: 1 });
  const release = hold();
  const reading = recall.readAt?.(CHAIN, 'a.1', ['x']);
  await commit('a.1', 'a.2', { x: 2 });
  release();
  await reading;

  assert.deepEqual(await recall.readAt?.(CHAIN, 'a.2', ['x']), [Uint8Array.of(2)]);
});

function start() {
  const store = createMemoryStore();
  const reads: (readonly string[])[] = [];
  let held: Promise<void> = Promise.resolve();
  const recall = createRecall({
    ...store,
    async read(chain, names) {
      reads.push(names);
      const found = await store.read(chain, names);
      await held;
      return found;
    },
  });
  const commit = async (parent: string, id: string, blobs: Record<string, number>) =>
    await recall.commit(step(parent, id, blobs));
  function hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    return resolve;
  }
  return { store, recall, reads, commit, hold };
}

function step(parent: string, id: string, blobs: Readonly<Record<string, number>>) {
  const list = Object.entries(blobs).map(([name, byte]) => ({ name, bytes: Uint8Array.of(byte) }));
  return { chain: CHAIN, parent, id, head: encodeHead(id, {}), blobs: list };
}
