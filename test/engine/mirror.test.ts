/** A store that was emptied while nobody looked: the mirror knows where counting stood. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StateMirror, Store } from '../../src/core/ports.ts';
import type { SourceState } from '../../src/core/types.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createTextReader, line, SOURCE, startHost, T0 } from './parts.ts';

const NOW = T0 + 3_600_000;

test('a first start without a mirror is no loss', async () => {
  const { engine } = startWith(createMemoryStore(), createTextReader(), createMirror());

  await engine.open(NOW);

  assert.deepEqual(engine.conflicts(), { behind: 0, lost: 0 });
});

test('a store emptied between two starts is gone on from the mirror, and nothing is counted again', async () => {
  const reader = createTextReader();
  const mirror = createMirror();
  const first = startWith(createMemoryStore(), reader, mirror).engine;
  await first.open(NOW);
  reader.write(line(0) + line(1, 502));
  await first.round(NOW);
  reader.write(line(2));

  const store = createMemoryStore();
  const second = startWith(store, reader, mirror).engine;
  await second.open(NOW);
  await second.round(NOW);
  const third = startWith(store, reader, mirror).engine;
  await third.open(NOW);

  assert.deepEqual(totals(second.state()), { 200: 2, 502: 1 });
  assert.deepEqual(second.conflicts(), { behind: 0, lost: 1 });
  assert.deepEqual(totals(third.state()), { 200: 2, 502: 1 });
  assert.deepEqual(third.conflicts(), { behind: 0, lost: 0 });
});

test('a mirror that is a little behind costs nothing: what is not in it is read again', async () => {
  const reader = createTextReader();
  const mirror = createMirror();
  const first = startWith(createMemoryStore(), reader, mirror).engine;
  await first.open(NOW);
  reader.write(line(0));
  await first.round(NOW);
  mirror.freeze();
  reader.write(line(1) + line(2));
  await first.round(NOW);

  const second = startWith(createMemoryStore(), reader, mirror).engine;
  await second.open(NOW);
  await second.round(NOW);

  assert.deepEqual(totals(second.state()), { 200: 3 });
});

test('a store that went back wins over a mirror that is newer', async () => {
  const reader = createTextReader();
  const mirror = createMirror();
  const store = createMemoryStore();
  const first = startWith(store, reader, createMirror()).engine;
  await first.open(NOW);
  reader.write(line(0));
  await first.round(NOW);
  const ahead = startWith(createMemoryStore(), createTextReader(), mirror).engine;
  await ahead.open(NOW);

  const second = startWith(store, reader, mirror).engine;
  await second.open(NOW);

  assert.deepEqual(totals(second.state()), { 200: 1 });
  assert.deepEqual(second.conflicts(), { behind: 0, lost: 0 });
});

test('a silent source whose store was emptied is written anew without waiting for a line', async () => {
  const reader = createTextReader();
  const store = createEmptiable();
  const { engine } = startWith(store, reader, createMirror());
  await engine.open(NOW);
  reader.write(line(0));
  await engine.round(NOW);

  store.empty();
  await engine.round(NOW + 1_000);
  const before = engine.conflicts();
  await engine.round(NOW + 11_000);

  assert.deepEqual(before, { behind: 0, lost: 0 });
  assert.deepEqual(engine.conflicts(), { behind: 0, lost: 1 });
  assert.deepEqual(totals(engine.state()), { 200: 1 });
  const again = startWith(store, reader, createMirror()).engine;
  await again.open(NOW);
  assert.deepEqual(totals(again.state()), { 200: 1 });
});

test('a silence that began before the store was emptied is not made up after it, nor a burst', async () => {
  const busySeconds = 40 * 60;
  const reader = createTextReader();
  reader.write(
    Array.from({ length: busySeconds }, (_, second) => line(second, second % 20 === 0 ? 502 : 200)).join(''),
  );
  const store = createMemoryStore();
  const mirror = createMirror();
  const first = startWith(store, reader, mirror);
  await first.engine.open(NOW);
  for (let round = await first.engine.round(NOW); !round.idle; round = await first.engine.round(NOW)) {
    if (round.complete !== undefined) await first.ticker.tick(inputAt(round.complete));
  }
  const hourLater = T0 + busySeconds * 1_000 + 3_600_000;
  const emptied = startWith(createMemoryStore(), reader, mirror);
  await emptied.engine.open(NOW);
  await emptied.engine.round(NOW);

  const usual = await first.ticker.tick(inputAt(hourLater));
  const anew = await emptied.ticker.tick(inputAt(hourLater));

  const silent = usual.transitions.filter(({ fault }) => fault.watch === 'site.absent');
  assert.equal(silent.at(-1)?.to, 'firing');
  assert.deepEqual(anew.transitions, []);
  assert.ok(anew.steps > 0, 'it was judged');
});

function inputAt(complete: number) {
  return { complete: { [SOURCE]: complete }, delivered: () => false };
}

function startWith(store: Store, reader: ReturnType<typeof createTextReader>, mirror: StateMirror) {
  return startHost(store, reader, [], async () => {}, mirror);
}

/** In memory, and at once. */
function createMirror(): StateMirror & { freeze(): void } {
  const states = new Map<string, SourceState>();
  let isFrozen = false;
  return {
    load: async (chain) => states.get(chain),
    save(chain, state) {
      assert.match(chain, new RegExp(`/${SOURCE}$`));
      if (!isFrozen) states.set(chain, JSON.parse(JSON.stringify(state)) as SourceState);
    },
    async close() {},
    freeze() {
      isFrozen = true;
    },
  };
}

function createEmptiable(): Store & { empty(): void } {
  let store = createMemoryStore();
  return {
    read: async (chain, names) => await store.read(chain, names),
    commit: async (commit) => await store.commit(commit),
    empty() {
      store = createMemoryStore();
    },
  };
}

function totals(state: SourceState): Record<string, number> {
  return Object.fromEntries(state.totals.map(({ status, count }) => [status, count]));
}
