/** What faults were decided on is stored with them, and decides the same once more. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadWatching } from '../../src/app/knowing/watching.ts';
import { loadConfig } from '../../src/config/config.ts';
import { decodeDecision, replayDecision } from '../../src/core/detect/decision.ts';
import { decisionNames } from '../../src/core/detect/decision-ring.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { loadDetectors } from '../../src/registry.ts';
import { createTextReader, HOST, line, SOURCE, startHost, startTicker, T0 } from './parts.ts';

const NOW = T0 + 3_600_000;
const CONFIG = loadConfig({ env: { LINESMAN_TIMEZONE: 'UTC', LINESMAN_CONFIG: '/dev/null' }, hostname: HOST });
const { lineWatches } = await loadWatching(CONFIG);

test('each fault that begins or fires leaves what it was decided on, and it decides the same', async () => {
  const { store, transitions } = await burstStory([400]);
  const began = transitions.filter(({ to }) => to !== 'resolved').map(({ fault, to }) => `${fault.id} ${to}`);
  const detectors = await loadDetectors();

  const kept = await keptIn(store);

  assert.ok(kept.length > 0);
  for (const decision of kept) {
    assert.ok(began.includes(`${decision.fault} ${decision.to}`));
    const runner = detectors.get(decision.watch.detector)?.compile(decision.watch.options);
    const { baseline: _, ...again } = replayDecision(decision, runner ?? assert.fail());
    assert.deepEqual(again, decision.said);
  }
  const fired = transitions.filter(({ to }) => to === 'firing');
  for (const { fault } of fired) assert.ok(kept.some((one) => one.fault === fault.id && one.to === 'firing'));
});

test('ticks of any length, and starts in between, leave the same decisions', async () => {
  const once = await keptIn((await burstStory([400])).store);
  const often = await keptIn((await burstStory([50, 61, 62, 63, 64, 100, 400])).store);

  // How far back seconds reach is that of the tick.
  const without = (kept: typeof once) => kept.map(({ from: _, ...decision }) => decision);
  assert.deepEqual(without(often), without(once));
});

async function keptIn(store: ReturnType<typeof createMemoryStore>) {
  const blobs = await store.read(HOST, decisionNames());
  return blobs.flatMap((bytes) => (bytes ? (decodeDecision(bytes) ?? []) : []));
}

/** 40 requests a second, 30% of them errors from the 60th second to the 120th. */
async function burstStory(ends: readonly number[]) {
  const store = createMemoryStore();
  const reader = createTextReader();
  const isBad = (i: number) => i >= 2_400 && i < 4_800 && i % 10 < 3;
  reader.write(Array.from({ length: 16_000 }, (_, i) => line(Math.floor(i / 40), isBad(i) ? 502 : 200)).join(''));
  const { engine } = startHost(store, reader);
  await engine.open(NOW);
  while (!(await engine.round(NOW)).idle);
  const transitions = [];
  for (const end of ends) {
    const ticker = startTicker(store, { watches: { [SOURCE]: lineWatches } });
    const result = await ticker.tick({ complete: { [SOURCE]: T0 + end * 1_000 }, delivered: () => false });
    transitions.push(...result.transitions);
  }
  return { store, transitions };
}
