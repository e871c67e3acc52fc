import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSourceChain } from '../../src/engine/chain.ts';
import { createFigures, MACHINE_SOURCE } from '../../src/engine/figures.ts';
import { createPageCache } from '../../src/engine/pages.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { HOST, T0 } from './parts.ts';

test('figures that come at once are all kept', async () => {
  const { figures, countOf } = machine();

  await Promise.all([
    figures.add([{ series: 'host.cpu.busy', value: 10 }], T0),
    figures.add([{ series: 'linesman.delivery.dead', value: 1 }], T0),
    figures.add([{ series: 'host.cpu.busy', value: 30 }], T0 + 1_000),
  ]);

  assert.deepEqual(await countOf('host.cpu.busy'), { count: 2, sum: 40 });
  assert.deepEqual(await countOf('linesman.delivery.dead'), { count: 1, sum: 1 });
});

test('the sentences of a figure are its evidence, harmless in length', async () => {
  const { figures, linesOf } = machine();
  const long = 'x'.repeat(2_000);

  await figures.add([{ series: 'x', value: 1, lines: ['access.log may not be read', long] }], T0);

  assert.deepEqual(await linesOf('x'), ['access.log may not be read', long.slice(0, 500)]);
});

test('figures after another writer are added behind its own', async () => {
  const { figures, other, countOf } = machine();
  await figures.add([{ series: 'x', value: 1 }], T0);
  await other.add([{ series: 'x', value: 2 }], T0);

  await figures.add([{ series: 'x', value: 4 }], T0);

  assert.deepEqual(await countOf('x'), { count: 3, sum: 7 });
});

test('a figure that is no number is left out', async () => {
  const { figures, countOf } = machine();

  await figures.add([{ series: 'x', value: Number.NaN }], T0);

  assert.deepEqual(await countOf('x'), { count: 0, sum: 0 });
});

test('the losses that figures told are known to the next start, and stay when others say nothing of them', async () => {
  const { figures, other } = machine();
  assert.deepEqual(await figures.told(), {});

  await figures.add([{ series: 'x', value: 1 }], T0, { web: { bytes: 7, damaged: 7 } });
  await figures.add([{ series: 'y', value: 1 }], T0);

  assert.deepEqual(await other.told(), { web: { bytes: 7, damaged: 7 } });
});

function machine() {
  const store = createMemoryStore();
  let commits = 0;
  const newFigures = () =>
    createFigures(createSourceChain({ store, host: HOST, source: MACHINE_SOURCE, newCommitId: () => `c${++commits}` }));
  return {
    figures: newFigures(),
    other: newFigures(),
    async linesOf(series: string) {
      const view = await createPageCache(store, HOST).view(MACHINE_SOURCE, T0, T0 + 10_000);
      return view.exemplars(series, T0, T0 + 10_000, 5);
    },
    async countOf(series: string) {
      const view = await createPageCache(store, HOST).view(MACHINE_SOURCE, T0, T0 + 10_000);
      return view.sum(series, T0, T0 + 10_000);
    },
  };
}
