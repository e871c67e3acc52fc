/** However the steps of a log are cut into ticks, over whichever store and with starts in between: the same is decided. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { loadWatching } from '../../src/app/knowing/watching.ts';
import { loadConfig } from '../../src/config/config.ts';
import type { JudgeInput } from '../../src/core/plugin.ts';
import type { Store } from '../../src/core/ports.ts';
import { decodeBaselines } from '../../src/engine/host-state.ts';
import type { ArmedWatch } from '../../src/engine/posts.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { startTestRedis } from '../support/redis.ts';
import { connectTestClient } from '../support/redis-client.ts';
import { createTextReader, HOST, line, SOURCE, startHost, startTicker, T0 } from './parts.ts';

const NOW = T0 + 3_600_000;
const SECONDS = 480;
/** A quiet host is written every ten seconds: at the end all is. */
const END = SECONDS + 20;
const MINUTE_MS = 60_000;
/** T0 is three in the morning; the digest comes in the middle of the story. */
const DIGEST_AT_MS = 3 * 60 * MINUTE_MS + 4 * MINUTE_MS;
const CONFIG = loadConfig({ env: { LINESMAN_TIMEZONE: 'UTC', LINESMAN_CONFIG: '/dev/null' }, hostname: HOST });
const { lineWatches } = await loadWatching(CONFIG);
const redis = await startTestRedis();
const client = connectTestClient(redis.url);
after(async () => {
  client.close();
  await redis.stop();
});

test('starts and ticks of any length change nothing: findings, mails, digest, budgets, what was learnt', async () => {
  const once = await storyOf(createMemoryStore(), [END], true);
  assert.ok(once.notifications.some(({ model }) => model.transition === 'firing'));
  assert.deepEqual(
    once.notifications.flatMap(({ digest, at }) =>
      digest ? [[at - T0, digest.noticed.map(({ watch }) => watch)]] : [],
    ),
    [[4 * MINUTE_MS, ['made-up.quiet']]],
  );

  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: SECONDS }), { maxLength: 12 }),
      fc.boolean(),
      async (cuts, isNew) => {
        const ends = [...new Set([...cuts, END])].sort((a, b) => a - b);
        assert.deepEqual(await storyOf(createMemoryStore(), ends, isNew), once);
      },
    ),
    { numRuns: 8 },
  );
});

test('over Redis it is the same', async () => {
  const once = await storyOf(createMemoryStore(), [END], true);

  assert.deepEqual(await storyOf(client.store, [50, 61, 130, 239, 241, END], true), once);
});

/** Each tick is made by one that was just started, or all by the same. */
async function storyOf(store: Store, ends: readonly number[], isNew: boolean) {
  const reader = createTextReader();
  reader.write(Array.from({ length: (SECONDS + 1) * 20 }, (_, i) => line(Math.floor(i / 20), statusOf(i))).join(''));
  const { engine } = startHost(store, reader);
  await engine.open(NOW);
  while (!(await engine.round(NOW)).idle);
  const watches = [...lineWatches, budgeted('loud', 30_000), budgeted('quiet', 10_000)];
  const start = () =>
    startTicker(store, { watches: { [SOURCE]: watches }, falseAlarmsPerMonth: 2, digestAtMs: DIGEST_AT_MS });
  const results = [];
  let ticker = start();
  for (const end of ends) {
    if (isNew) ticker = start();
    results.push(await ticker.tick({ complete: { [SOURCE]: T0 + end * 1_000 }, delivered: () => false }));
  }
  const { outbox: _, ...state } = ticker.state() ?? assert.fail();
  const names = watches.map(({ watch }) => `b:${SOURCE}:${watch.name}`.toLowerCase());
  const learnt = (await store.read(HOST, names)).map((bytes) => [...decodeBaselines(bytes)]);
  return {
    transitions: results.flatMap(({ transitions }) => transitions),
    notifications: results.flatMap(({ notifications }) => notifications),
    state,
    learnt,
  };
}

/** 20 requests a second; 30% fail in the second minute. */
function statusOf(i: number): number {
  const second = i / 20;
  return second >= 60 && second < 120 && i % 10 < 3 ? 502 : 200;
}

/** A watch on a grid whose limit is its budget: whatever changes that changes what it says. */
function budgeted(name: string, everyMs: number): ArmedWatch {
  const isQuiet = name === 'quiet';
  return {
    watch: {
      ...{ name: `made-up.${name}`, detector: 'made-up', options: {}, severity: 'warning', clearAfterMs: 60_000 },
      ...{ rank: 1, title: 'things', why: 'because', whatToDo: 'look', delivery: isQuiet ? 'digest' : 'mail' },
    },
    runner: {
      ...{ inputs: ['http.requests'], everyMs, onGrid: true, spends: true },
      judge: (input) => judgement(input, isQuiet),
    },
  };
}

function judgement({ now, source, view, budget, open, baseline }: JudgeInput, isQuiet: boolean) {
  const before = (baseline as { sums: Float32Array } | undefined)?.sums ?? new Float32Array(3);
  const count = view.count('http.requests', now - 30_000, now);
  const sums = before.map((sum, i) => sum * 0.9 + count * i + budget);
  const minute = Math.floor((now - T0) / MINUTE_MS);
  const isBad = isQuiet ? minute === 1 || minute === 2 : minute === 6;
  if (!isBad) return { verdict: 'well', baseline: { sums } } as const;
  const finding = {
    ...{ source, series: 'http.requests', labels: {}, time: now, since: now - 30_000, value: budget, expected: 1 },
    ...({ limit: open ? 1 : 2, unit: 'count', windowMs: 30_000, score: 7, urgent: false } as const),
  };
  return { verdict: 'bad', finding, baseline: { sums } } as const;
}
