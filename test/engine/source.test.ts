import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '../../src/core/ports.ts';
import type { Ledger } from '../../src/core/types.ts';
import { latestPossible } from '../../src/engine/drive.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createTextReader, line, startHost, T0 } from './parts.ts';

const NOW = T0 + 3_600_000;

test('lines are counted by pattern and status, and counting goes on after a restart', async () => {
  const store = createMemoryStore();
  const reader = createTextReader();
  const first = startHost(store, reader).engine;
  await first.open(NOW);
  reader.write(line(0) + line(1, 502) + line(2));
  await first.round(NOW);

  const second = startHost(store, reader).engine;
  await second.open(NOW);
  reader.write(line(3, 502));
  await second.round(NOW);

  assert.deepEqual(totals(second.state()), { 200: 2, 502: 2 });
});

test('a crash after reading and before the commit loses nothing and doubles nothing', async () => {
  const store = createMemoryStore();
  const reader = createTextReader();
  const crashing = startHost({ ...store, commit: failAfter(store, 1) }, reader).engine;
  await crashing.open(NOW);
  reader.write(line(0) + line(1));
  await assert.rejects(crashing.round(NOW), /killed/);

  const next = startHost(store, reader).engine;
  await next.open(NOW);
  await next.round(NOW);

  assert.deepEqual(totals(next.state()), { 200: 2 });
});

test('a replay that begins with lines without a stamp stores every round, and says how far it is', async () => {
  const reader = createTextReader();
  const { engine } = startHost(createMemoryStore(), reader);
  await engine.open(0);

  const complete: (number | undefined)[] = [];
  for (const text of ['garbage\n', 'garbage\n', line(0), line(1)]) {
    reader.write(text);
    complete.push((await engine.round(latestPossible(engine.state().watermark))).complete);
  }

  assert.deepEqual(complete, [undefined, undefined, T0, T0 + 1_000]);
  assert.deepEqual(totals(engine.state()), { '': 2, 200: 2 });
});

test('a store that went back to an older commit is read on from there', async () => {
  const reader = createTextReader();
  const store = createRewindable();
  const { engine } = startHost(store, reader);
  await engine.open(NOW);
  reader.write(line(0));
  await engine.round(NOW);
  store.keep();
  reader.write(line(1) + line(2));
  await engine.round(NOW);

  store.rewind();
  reader.write(line(3));
  await engine.round(NOW);
  await engine.round(NOW);

  assert.deepEqual(totals(engine.state()), { 200: 4 });
  assert.deepEqual(engine.conflicts(), { behind: 1, lost: 0 });
});

test('a round whose commit did not stand says nothing of being complete', async () => {
  const reader = createTextReader();
  const store = createRewindable();
  const { engine } = startHost(store, reader);
  await engine.open(NOW);
  store.keep();
  reader.write(line(0));
  await engine.round(NOW);

  store.rewind();
  reader.write(line(1));
  const behind = await engine.round(NOW);
  const again = await engine.round(NOW);

  assert.deepEqual([behind.lines, behind.complete, behind.more], [0, undefined, true]);
  assert.deepEqual([again.lines, again.complete], [2, T0 + 1_000]);
});

test('a stamp ahead of the clock is not judged up to', async () => {
  const reader = createTextReader();
  const asked: number[] = [];
  const { engine } = startHost(createMemoryStore(), reader, [], async (complete) => void asked.push(complete));
  await engine.open(T0);
  reader.write(line(86_400));

  await engine.round(T0);

  assert.deepEqual(asked, [T0]);
});

test('a store that lost everything is written anew and not counted again', async () => {
  const reader = createTextReader();
  const store = createRewindable();
  store.keep();
  const { engine } = startHost(store, reader);
  await engine.open(NOW);
  reader.write(line(0) + line(1));
  await engine.round(NOW);

  store.rewind();
  reader.write(line(2));
  await engine.round(NOW);

  assert.deepEqual(totals(engine.state()), { 200: 3 });
  assert.deepEqual(engine.conflicts(), { behind: 0, lost: 1 });
});

test('two that write one source stay exact together', async () => {
  const store = createMemoryStore();
  const text = Array.from({ length: 40 }, (_, i) => line(i)).join('');
  const [one, other] = [createTextReader(), createTextReader()];
  const engines = [startHost(store, one).engine, startHost(store, other).engine];
  for (const engine of engines) await engine.open(NOW);

  for (let at = 0; at < 40; at += 1) {
    for (const reader of [one, other]) reader.write(text.split(/(?<=\n)/)[at] ?? '');
    await engines[at % 2]?.round(NOW);
    await engines[at % 2]?.round(NOW);
  }

  assert.deepEqual(totals(engines[1]?.state()), { 200: 40 });
});

test('a round takes a minute of event time at most, and says how far it is complete', async () => {
  const reader = createTextReader();
  const { engine } = startHost(createMemoryStore(), reader);
  await engine.open(NOW);
  reader.write(line(0) + line(59) + line(60) + line(200));

  const rounds = [await engine.round(NOW), await engine.round(NOW), await engine.round(NOW), await engine.round(NOW)];

  assert.deepEqual(
    rounds.map(({ lines, complete, idle }) => [lines, complete, idle]),
    [
      [2, T0 + 60_000, false],
      [1, T0 + 200_000, false],
      [1, T0 + 200_000, false],
      [0, NOW - 500, true],
    ],
  );
});

test('a round that left files out says that there is more, and nothing of being complete', async () => {
  const reader = createTextReader();
  let leftUnread = true;
  const { engine } = startHost(createMemoryStore(), { ...reader, leftUnread: () => leftUnread });
  await engine.open(NOW);
  reader.write(line(0));
  const crowded = await engine.round(NOW);
  leftUnread = false;
  reader.write(line(1));
  const roomy = await engine.round(NOW);

  assert.deepEqual([crowded.lines, crowded.more, crowded.complete], [1, true, undefined]);
  assert.deepEqual([roomy.lines, roomy.more, roomy.complete], [1, false, T0 + 1_000]);
});

test('a round that took only a part of what there is says that there is more', async () => {
  const reader = createTextReader();
  const chunks = async (now: number) => (await reader.chunks(now)).map((chunk) => ({ ...chunk, isCut: true }));
  const { engine } = startHost(createMemoryStore(), { ...reader, chunks });
  await engine.open(NOW);
  reader.write(line(0));

  assert.equal((await engine.round(NOW)).more, true);
});

test('what only the ledger gains is committed without a line being read', async () => {
  const store = createMemoryStore();
  const reader = createTextReader();
  let gained: Ledger | undefined;
  const accounted = (): Ledger => {
    const ledger = gained ?? reader.accounted();
    gained = undefined;
    return ledger;
  };
  const { engine } = startHost(store, { ...reader, accounted });
  await engine.open(NOW);
  gained = { present: 7, taken: 0, skipped: { damaged: 7 } };

  await engine.round(NOW);

  const next = startHost(store, reader).engine;
  await next.open(NOW);
  assert.deepEqual(next.state().ledger, { present: 7, taken: 0, skipped: { damaged: 7 } });
});

function totals(
  state: { readonly totals: readonly { status: string; count: number }[] } | undefined,
): Record<string, number> {
  return Object.fromEntries((state?.totals ?? []).map(({ status, count }) => [status, count]));
}

function failAfter(store: Store, commits: number): Store['commit'] {
  let left = commits;
  return async (commit) => {
    if (left === 0) throw new Error('killed');
    left -= 1;
    return await store.commit(commit);
  };
}

/** A store whose content can be set back, as a Redis that lost its last seconds. */
function createRewindable(): Store & { keep(): void; rewind(): void } {
  let commits: Parameters<Store['commit']>[0][] = [];
  let kept: typeof commits = [];
  let store = createMemoryStore();
  return {
    read: async (chain, names) => await store.read(chain, names),
    async commit(commit) {
      commits.push(commit);
      return await store.commit(commit);
    },
    keep() {
      kept = [...commits];
    },
    rewind() {
      store = createMemoryStore();
      commits = [...kept];
      for (const commit of kept) void store.commit(commit);
    },
  };
}
