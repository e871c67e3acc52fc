import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '../../src/core/ports.ts';
import type { TickInput } from '../../src/engine/tick.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createTextReader, HOST, line, SOURCE, startHost, T0 } from './parts.ts';

const NOW = T0 + 3_600_000;

test('a burst is told once to each receiver, and its end once', async () => {
  const { notifications } = await storyOf(burst(60, 120, 400), ['a@example.com', 'b@example.com']);

  assert.deepEqual(
    notifications.map(({ receiver, model }) => [receiver, model.transition]),
    [
      ['a@example.com', 'firing'],
      ['b@example.com', 'firing'],
      ['a@example.com', 'resolved'],
      ['b@example.com', 'resolved'],
    ],
  );
  assert.equal(notifications[2]?.root, notifications[0]?.id);
  assert.equal(notifications[2]?.model.subject, notifications[0]?.model.subject);
});

test('a source whose lines were all judged is not asked for until it gained some', async () => {
  const store = createMemoryStore();
  const reader = createTextReader();
  reader.write(burst(60, 120, 150));
  const { engine } = startHost(store, reader);
  await engine.open(NOW);
  while (!(await engine.round(NOW)).idle);
  let reads = 0;
  const counting: Store = {
    ...store,
    async read(chain, names) {
      reads += 1;
      return await store.read(chain, names);
    },
  };
  const { ticker } = startHost(counting, reader);
  await ticker.tick(input(150));
  const before = reads;

  await ticker.tick(input(150));
  assert.equal(reads, before);
  await ticker.tick(input(151));
  assert.ok(reads > before);
});

test('a tick that is done again by another makes the same notifications', async () => {
  const store = createMemoryStore();
  const reader = createTextReader();
  reader.write(burst(60, 120, 150));
  const { engine } = startHost(store, reader);
  await engine.open(NOW);
  while (!(await engine.round(NOW)).idle);
  const dead = startHost({ ...store, commit: async () => 'conflict' }, reader);
  const living = startHost(store, reader);

  const lost = await dead.ticker.tick(input(150));
  const first = await living.ticker.tick(input(150));
  const again = await startHost(store, reader).ticker.tick(input(150));

  assert.deepEqual([lost.conflict, lost.notifications.length], [true, 0]);
  assert.equal(first.notifications.length, 1);
  assert.equal(again.notifications.length, 0);
  const [kept] = await store.read(HOST, ['head']);
  assert.ok(Buffer.from(kept ?? []).includes(first.notifications[0]?.id ?? 'none'));
});

test('many small ticks decide the same as one large one', async () => {
  const text = burst(60, 120, 400);
  const often = await storyOf(text, ['a@example.com'], 1);
  const seldom = await storyOf(text, ['a@example.com'], 37);

  assert.deepEqual(often.notifications, seldom.notifications);
  assert.deepEqual(often.transitions, seldom.transitions);
});

test('what was delivered leaves the outbox, what was not stays', async () => {
  const store = createMemoryStore();
  const reader = createTextReader();
  reader.write(burst(60, 120, 150));
  const { engine, ticker } = startHost(store, reader, ['a@example.com', 'b@example.com']);
  await engine.open(NOW);
  while (!(await engine.round(NOW)).idle);
  const { notifications } = await ticker.tick(input(150));

  await ticker.tick({ ...input(151), delivered: (id) => id === notifications[0]?.id });

  assert.deepEqual(
    ticker.state()?.outbox.map(({ receiver }) => receiver),
    ['b@example.com'],
  );
});

test('an open fault and what waits to be told outlive a store that lost everything', async () => {
  const store = createLosable();
  const reader = createTextReader();
  reader.write(burst(60, 120, 400));
  const { engine, ticker } = startHost(store, reader);
  await engine.open(NOW);
  while (!(await engine.round(NOW)).idle);
  const { notifications } = await ticker.tick(input(100));

  store.lose(HOST);
  const after = await ticker.tick(input(400));

  assert.equal(ticker.lost(), 1);
  assert.deepEqual(
    after.notifications.map(({ model, root }) => [model.transition, root]),
    [['resolved', notifications[0]?.id]],
  );
  const [kept] = await store.read(HOST, ['head']);
  for (const { id } of [...notifications, ...after.notifications]) assert.ok(Buffer.from(kept ?? []).includes(id));
});

test('after a pause of years only its last day is judged', async () => {
  const store = createMemoryStore();
  const reader = createTextReader();
  reader.write(line(0));
  const { engine, ticker } = startHost(store, reader);
  await engine.open(NOW);
  while (!(await engine.round(NOW)).idle);
  await ticker.tick(input(2));

  const years = 3 * 365 * 86_400;
  const results = [await ticker.tick(input(years))];
  while (results.at(-1)?.steps !== 0) results.push(await ticker.tick(input(years)));

  assert.equal(
    results.reduce((sum, { steps }) => sum + steps, 0),
    86_400,
  );
});

test('nothing begins before openFrom, but it is learnt from', async () => {
  const { transitions } = await storyOf(burst(60, 120, 400), ['a@example.com'], 10, T0 + 300_000);

  assert.deepEqual(transitions, []);
});

/** A store that can lose a chain, as Redis after FLUSHALL. */
function createLosable(): Store & { lose(chain: string): void } {
  const stores = new Map<string, Store>();
  const storeOf = (chain: string) => {
    const store = stores.get(chain) ?? createMemoryStore();
    stores.set(chain, store);
    return store;
  };
  return {
    read: async (chain, names) => await storeOf(chain).read(chain, names),
    commit: async (commit) => await storeOf(commit.chain).commit(commit),
    lose: (chain) => void stores.delete(chain),
  };
}

/** 40 requests a second with 30% errors in [from, to). */
function burst(from: number, to: number, seconds: number): string {
  return Array.from({ length: seconds * 40 }, (_, i) => {
    const second = Math.floor(i / 40);
    return line(second, second >= from && second < to && i % 10 < 3 ? 502 : 200);
  }).join('');
}

function input(second: number): TickInput {
  return { complete: { [SOURCE]: T0 + second * 1000 }, delivered: () => false };
}

async function storyOf(text: string, receivers: readonly string[], everySeconds = 10, openFrom = 0) {
  const store = createMemoryStore();
  const reader = createTextReader();
  reader.write(text);
  const { engine, ticker } = startHost(store, reader, receivers);
  await engine.open(NOW);
  while (!(await engine.round(NOW)).idle);
  const results = [];
  for (let second = 0; second <= 402; second += everySeconds)
    results.push(await ticker.tick({ ...input(second), openFrom }));
  results.push(await ticker.tick({ ...input(402), openFrom }));
  return {
    notifications: results.flatMap((result) => result.notifications),
    transitions: results.flatMap((result) => result.transitions),
  };
}
