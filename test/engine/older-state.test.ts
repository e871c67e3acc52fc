/** What a linesman stored that shared no budget, kept no decisions, told no digest and did not say of what its baselines were. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '../../src/core/ports.ts';
import { encodeHead } from '../../src/core/window/head.ts';
import { decodeBaselines } from '../../src/engine/host-state.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createTextReader, HOST, line, SOURCE, startHost, T0 } from './parts.ts';

const NOW = T0 + 5_000_000;
const BURST = 'http.5xx.burst';
/** Judged up to here; the bad requests have ended half a minute before. */
const JUDGED = 3_700;

test('an open fault goes on and its end is told in its thread', async () => {
  const { ticker } = await started();

  const { transitions, notifications } = await ticker.tick(input(4_150));

  const ended = transitions.filter(({ fault }) => fault.watch === BURST);
  assert.deepEqual(
    ended.map(({ fault, to }) => [fault.id, to]),
    [[FAULT.id, 'resolved']],
  );
  assert.deepEqual(
    notifications.map(({ root, model }) => [root, model.transition]),
    [['first-mail', 'resolved']],
  );
});

test('what was learnt is gone on with, and stored in the form of now', async () => {
  const { ticker, store } = await started();

  await ticker.tick(input(4_000));

  const [shares, gaps] = await store.read(HOST, [`b:${SOURCE}:${BURST}`, `b:${SOURCE}:site.absent`]);
  const absence = decodeBaselines(gaps).get('') as { start: number; lines: number };
  assert.equal(absence.start, T0 + 600_000);
  assert.ok(absence.lines > 780);
  const { n, until } = decodeBaselines(shares).get('') as { n: number; until: number };
  assert.ok(n > 657.715 && until > T0 + 1_860_000);
});

test('budgets, digest and decisions begin', async () => {
  const { ticker } = await started();

  await ticker.tick(input(4_000));

  const { tests, digest, decided, fired } = ticker.state() ?? assert.fail();
  assert.deepEqual([decided, fired, digest.noticed], [{ fired: 0, begun: 0 }, [], []]);
  assert.ok(tests[SOURCE]?.[BURST]);
});

async function started() {
  const store = createMemoryStore();
  await storeOld(store);
  const reader = createTextReader();
  reader.write(
    Array.from({ length: 4_200 }, (_, second) =>
      second >= 3_600 && second < 3_670 ? line(second, 502).repeat(3) : line(second),
    ).join(''),
  );
  const { engine, ticker } = startHost(store, reader);
  await engine.open(NOW);
  while (!(await engine.round(NOW)).idle);
  return { ticker, store };
}

function input(second: number) {
  return { complete: { [SOURCE]: T0 + second * 1_000 }, delivered: () => false };
}

const FINDING = {
  ...{ source: SOURCE, series: 'http.5xx', labels: {}, time: T0 + 3_602_000, since: T0 + 3_600_000, watch: BURST },
  ...{ value: 0.857, expected: 0.00125, limit: 0.714, unit: 'share', windowMs: 3_000, score: 13.7, urgent: true },
  ...{ part: 6, whole: 7 },
};

const FAULT = {
  ...{ id: '995bd142aee9cd0e', key: `${BURST} ${SOURCE}`, watch: BURST, source: SOURCE, severity: 'critical' },
  ...{ state: 'firing', firstAt: FINDING.time, hits: 0, clearAfterMs: 60_000 },
  ...{ first: FINDING, peak: FINDING, last: FINDING, countedAt: T0 + 3_692_000, judgedAt: T0 + JUDGED * 1_000 },
  ...{ observedAt: T0 + 3_669_000, wellMs: 0, fires: 1, reason: 'urgent', firedAt: FINDING.time, group: 'g1' },
};

/** Baselines were text in JSON. */
async function storeOld(store: Store): Promise<void> {
  const group = {
    ...{ id: 'g1', openedAt: FINDING.time, faults: [FAULT.id], leader: FAULT.id, ended: [], endedDropped: 0 },
    ...{ toldAt: FINDING.time, toldSeverity: 'critical' },
  };
  const state = {
    ...{ version: 1, judged: { [SOURCE]: T0 + JUDGED * 1_000 }, outbox: [], losses: {}, outboxDropped: 0 },
    book: { faults: [FAULT], groups: [group], recent: [] },
    threads: [{ group: 'g1', subject: '5xx', roots: { 'ops@example.com': 'first-mail' } }],
  };
  const shares = { k: 0, n: 657.715, until: T0 + 1_860_000, told: 0.073, isSure: true, openSince: T0 + 3_603_000 };
  const gaps = {
    ...{ start: T0 + 600_000, last: T0 + 3_699_000, lines: 780, rate: 0.364, lately: 1.109 },
    ...{ counts: [696, ...Array.from({ length: 17 }, () => 0)], largest: [1_000, 0], missed: [0.364, 0] },
    ...{ generation: T0 + 600_000, isOdd: false },
  };
  const blob = (watch: string, baseline: object) => ({
    name: `b:${SOURCE}:${watch}`,
    bytes: new TextEncoder().encode(JSON.stringify([['', baseline]])),
  });
  const blobs = [blob(BURST, shares), blob('site.absent', gaps)];
  const commit = { chain: HOST, parent: '', id: 'old.1', head: encodeHead('old.1', state), blobs };
  assert.equal(await store.commit(commit), 'ok');
}
