import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '../../src/core/ports.ts';
import { createSourceChain } from '../../src/engine/chain.ts';
import { createSourceEngine } from '../../src/engine/source.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { parseInThread } from '../support/in-thread.ts';
import { createTextReader, HOST, line, PATTERNS, SOURCE, T0 } from './parts.ts';

const NOW = T0 + 60_000;
const STORE_MS = 200;

test('rounds that follow each other are one commit, and only what is stored is complete', async () => {
  const { engine, reader, commits } = await start();
  const rounds: unknown[] = [];
  for (const [index, at] of [0, 125, 250].entries()) {
    reader.write(line(index + 1));
    const { lines, isStored, complete } = await engine.round(NOW + at);
    rounds.push([lines, isStored, complete, linesOf(engine.counted()), linesOf(engine.state())]);
  }

  assert.deepEqual(rounds, [
    [1, true, T0 + 1_000, 1, 1],
    [1, false, undefined, 2, 1],
    [1, true, T0 + 3_000, 3, 3],
  ]);
  assert.equal(commits(), 2);
});

test('the next round without lines stores what the last one left', async () => {
  const { engine, reader } = await start();
  for (const at of [0, 125]) {
    reader.write(line(at));
    await engine.round(NOW + at);
  }

  const { idle, isStored } = await engine.round(NOW + 130);

  assert.deepEqual([idle, isStored, linesOf(engine.state())], [true, true, 2]);
});

test('of what a commit did not take nothing is counted twice, in however many rounds it came', async () => {
  const { engine, reader, store } = await start();
  reader.write(line(1));
  await engine.round(NOW);
  reader.write(line(2));
  await engine.round(NOW + 125);
  const other = await start(store);
  other.reader.write(line(1) + line(2) + line(3));
  await other.engine.round(NOW + 130);
  reader.write(line(3));

  const refused = await engine.round(NOW + 250);

  assert.deepEqual([refused.lines, refused.isStored, refused.more], [0, false, true]);
  assert.equal(linesOf(engine.counted()), 3);
  assert.deepEqual(engine.conflicts(), { behind: 1, lost: 0 });
});

test('before older steps are judged, their lines are stored', async () => {
  const seen: number[] = [];
  const { engine, reader } = await start(createMemoryStore(), async (_complete, stored) => {
    await stored();
    seen.push(linesOf(engine.state()));
  });
  for (const at of [0, 125, 126]) {
    reader.write(line(at));
    await engine.round(NOW + at);
  }

  assert.deepEqual(seen, [0, 1, 2]);
});

test('the end stores what is left, and leaves it where another writer went on', async () => {
  const { engine, reader, store } = await start();
  for (const at of [0, 125]) {
    reader.write(line(at));
    await engine.round(NOW + at);
  }
  await engine.end();
  assert.equal(linesOf(engine.state()), 2);

  reader.write(line(126));
  await engine.round(NOW + 126);
  const other = await start(store);
  other.reader.write(line(0) + line(125) + line(126));
  await other.engine.round(NOW + 127);
  await engine.end();
  assert.equal(linesOf(engine.state()), 2);
});

type BeforeAdding = Parameters<typeof createSourceEngine>[0]['beforeAdding'];
let starts = 0;

async function start(store: Store = createMemoryStore(), beforeAdding: BeforeAdding = async () => {}) {
  starts += 1;
  const boot = starts;
  const reader = createTextReader();
  let commits = 0;
  const newCommitId = () => `boot${boot}.${++commits}`;
  const engine = createSourceEngine({
    ...{ reader, beforeAdding, storeMs: STORE_MS },
    chain: createSourceChain({ store, host: HOST, source: SOURCE, newCommitId }),
    parser: parseInThread({ patterns: PATTERNS, timezone: 'UTC' }),
  });
  await engine.open(NOW - 60_000);
  const before = commits;
  return { engine, reader, store, commits: () => commits - before };
}

function linesOf({ totals }: { readonly totals: readonly { readonly count: number }[] }): number {
  return totals.reduce((sum, { count }) => sum + count, 0);
}
