/** Other watches and receivers while a host is judged, as a reload orders them. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { loadWatching } from '../../src/app/knowing/watching.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { Transition } from '../../src/core/types.ts';
import { createSourceChain } from '../../src/engine/chain.ts';
import { createFigures, MACHINE_SOURCE } from '../../src/engine/figures.ts';
import { decodeBaselines } from '../../src/engine/host-state.ts';
import type { ArmedWatch } from '../../src/engine/posts.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createTextReader, HOST, line, SOURCE, startHost, startTicker, T0 } from './parts.ts';

const NOW = T0 + 3_600_000;
const BURST = 'http.5xx.burst';
const CONFIG = loadConfig({ env: { LINESMAN_TIMEZONE: 'UTC', LINESMAN_CONFIG: '/dev/null' }, hostname: HOST });

test('an open fault outlives other options of its watch, and ends once', async () => {
  const { ticker } = await startedStory();
  const before = await ticker.tick(input(120));
  const open = ticker.state()?.book.faults.find(({ watch }) => watch === BURST);

  ticker.order({ receivers: ['ops@example.com'], watches: { [SOURCE]: await watches({ clearAfter: 120_000 }) } });
  const after = await ticker.tick(input(400));

  assert.deepEqual(
    before.notifications.map(({ model }) => [model.watch, model.transition]),
    [[BURST, 'firing']],
  );
  assert.deepEqual(
    after.transitions.filter(isBurst).map(({ fault, to }) => [fault.id, to]),
    [[open?.id, 'resolved']],
  );
});

test('what a watch has learnt stays when the others change, and is not asked of the store again', async () => {
  const { ticker, store } = await startedStory();
  await ticker.tick(input(50));
  const name = `b:${SOURCE}:${BURST}`;
  const [learnt] = await store.read(HOST, [name]);

  ticker.order({ receivers: [], watches: { [SOURCE]: (await watches()).filter(({ watch }) => watch.name === BURST) } });
  await ticker.tick(input(51));
  const [kept] = await store.read(HOST, [name]);

  assert.ok(learnt && learnt.length > 10, 'it has learnt something');
  const [before, after] = [decodeBaselines(learnt), decodeBaselines(kept)];
  assert.deepEqual([...after.keys()], [...before.keys()]);
  assert.notEqual(after.get(''), undefined);
});

test('a watch that comes back goes on with what it had learnt', async () => {
  const { ticker, store } = await startedStory();
  await ticker.tick(input(50));
  const name = `b:${SOURCE}:${BURST}`;
  const [learnt] = await store.read(HOST, [name]);
  const all = await watches();

  ticker.order({ receivers: [], watches: { [SOURCE]: all.filter(({ watch }) => watch.name !== BURST) } });
  await ticker.tick(input(52));
  const [untouched] = await store.read(HOST, [name]);
  ticker.order({ receivers: [], watches: { [SOURCE]: all } });
  const { notifications } = await ticker.tick(input(120));

  assert.deepEqual(untouched, learnt);
  assert.deepEqual(
    notifications.map(({ model }) => model.watch),
    [],
    'nobody is told any more, and the ticks did not fail',
  );
  assert.deepEqual(
    ticker.state()?.book.faults.flatMap(({ watch, state }) => (watch === BURST ? [state] : [])),
    ['firing'],
  );
});

test('the next fault is told to the new receivers', async () => {
  const { ticker } = await startedStory();
  await ticker.tick(input(50));

  ticker.order({ receivers: ['new@example.com'], watches: { [SOURCE]: await watches() } });
  const { notifications } = await ticker.tick(input(120));

  assert.deepEqual(
    notifications.map(({ receiver }) => receiver),
    ['new@example.com'],
  );
});

test('a fault whose watch leaves the settings is over with the next step, and its thread says that nobody watches it', async () => {
  const { ticker } = await startedStory();
  const before = await ticker.tick(input(90));

  ticker.order({
    receivers: ['ops@example.com'],
    watches: { [SOURCE]: (await watches()).filter(({ watch }) => watch.name !== BURST) },
  });
  const { transitions, notifications } = await ticker.tick(input(91));

  assert.deepEqual(
    transitions.filter(isBurst).map(({ to, reason }) => [to, reason]),
    [['resolved', 'no longer watched']],
  );
  assert.deepEqual(
    notifications.map(({ model }) => [model.transition, model.title, model.resolvedAt]),
    [['resolved', 'http.5xx.burst: no longer watched, so nobody knows whether it is well; at worst 100%.', undefined]],
  );
  assert.deepEqual(
    notifications.map(({ root, model }) => [root, model.subject]),
    before.notifications.map(({ id, model }) => [id, model.subject]),
  );
  assert.deepEqual(
    ticker.state()?.book.faults.filter(({ watch }) => watch === BURST),
    [],
  );
});

test('a fault whose source left the settings before a start is over too, with the first step of what is left', async () => {
  const { ticker, store } = await startedStory();
  await ticker.tick(input(90));
  const figures = createFigures(
    createSourceChain({ store, host: HOST, source: MACHINE_SOURCE, newCommitId: () => randomUUID() }),
  );
  await figures.add([{ series: 'host.cpu.busy', value: 1 }], T0 + 95_000);
  const after = startTicker(store, { watches: { [MACHINE_SOURCE]: (await loadWatching(CONFIG)).machineWatches } });

  const { transitions, notifications } = await after.tick({
    complete: { [MACHINE_SOURCE]: T0 + 100_000 },
    delivered: () => false,
  });

  assert.deepEqual(
    transitions.filter(isBurst).map(({ to, reason }) => [to, reason]),
    [['resolved', 'no longer watched']],
  );
  assert.equal(notifications.length, 1);
});

test('a fault that was for the digest makes no mail when its watch leaves, and the digest hears of its end', async () => {
  const { ticker } = await startedStory();
  const all = (await watches({ delivery: 'digest' })).filter(({ watch }) => [BURST, 'http.499'].includes(watch.name));
  ticker.order({ receivers: ['ops@example.com'], watches: { [SOURCE]: all } });
  const before = await ticker.tick(input(90));

  const others = all.filter(({ watch }) => watch.name !== BURST);
  ticker.order({ receivers: ['ops@example.com'], watches: { [SOURCE]: others } });
  const { transitions, notifications } = await ticker.tick(input(91));

  assert.deepEqual([...before.notifications, ...notifications], []);
  assert.deepEqual(
    [...before.transitions, ...transitions].map(({ to }) => to),
    ['pending', 'firing', 'resolved'],
  );
  assert.deepEqual(
    ticker.state()?.digest.noticed.map(({ watch, endedAt }) => [watch, endedAt !== undefined]),
    [[BURST, true]],
  );
});

test('a fault that was mailed is told to its end, although its watch is for the digest now', async () => {
  const { ticker } = await startedStory();
  await ticker.tick(input(90));

  ticker.order({ receivers: ['ops@example.com'], watches: { [SOURCE]: await watches({ delivery: 'digest' }) } });
  const { notifications } = await ticker.tick(input(390));

  assert.deepEqual(
    notifications.map(({ model }) => [model.watch, model.transition]),
    [[BURST, 'resolved']],
  );
});

test('a watch that judges something else begins anew, also after a start; with other limits it goes on', async () => {
  const { ticker, store } = await startedStory();
  const order = async (burst: object) =>
    ticker.order({ receivers: [], watches: { [SOURCE]: await watches({ ...burst }) } });
  await ticker.tick(input(390));
  const name = `b:${SOURCE}:${BURST}`;
  const [first] = await store.read(HOST, [name]);

  await order({ options: { minPart: 50 } });
  await ticker.tick(input(391));
  const [limits] = await store.read(HOST, [name]);
  await order({ options: { part: 'http.404' } });
  const other = startTicker(store, { watches: { [SOURCE]: await watches({ options: { part: 'http.404' } }) } });
  await other.tick(input(405));
  const [anew] = await store.read(HOST, [name]);

  const over = (bytes: Uint8Array | undefined) => (decodeBaselines(bytes).get('') as { over?: number }).over;
  assert.ok(over(first) !== undefined, 'it remembers the fault that is over');
  assert.equal(over(limits), over(first));
  assert.equal(over(anew), undefined);
});

function isBurst({ fault }: Transition): boolean {
  return fault.watch === BURST;
}

async function startedStory() {
  const store = createMemoryStore();
  const reader = createTextReader();
  reader.write(Array.from({ length: 400 }, (_, second) => line(second, isBad(second) ? 502 : 200).repeat(10)).join(''));
  const { engine, ticker } = startHost(store, reader);
  await engine.open(NOW);
  while (!(await engine.round(NOW)).idle);
  return { store, ticker };
}

function isBad(second: number): boolean {
  return second >= 60 && second < 100;
}

async function watches(burst: object = {}): Promise<readonly ArmedWatch[]> {
  return (await loadWatching({ ...CONFIG, watches: { [BURST]: burst } })).lineWatches;
}

function input(second: number) {
  return { complete: { [SOURCE]: T0 + second * 1_000 }, delivered: () => false };
}
