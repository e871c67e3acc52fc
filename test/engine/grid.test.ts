/** Watches that judge a grid of their own, through the whole engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { JudgeInput, Judgement } from '../../src/core/plugin.ts';
import type { ArmedWatch } from '../../src/engine/posts.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { createTextReader, FACTS, line, SOURCE, startHost, startTicker, T0 } from './parts.ts';

const NOW = T0 + 3_600_000;
const SECONDS = 600;

test('a watch on a grid is asked at the ends of its steps only, whatever comes and whatever is open', async () => {
  // What a fault begins or fires on is asked once more, to be kept.
  const asked = new Map<number, boolean>();
  const watch = armedOn(60_000, (input) => {
    asked.set(input.now, input.open);
    return bad(input);
  });

  await storyOf(watch, [SECONDS]);

  assert.deepEqual(
    [...asked.keys()].map((now) => now - T0),
    Array.from({ length: SECONDS / 60 }, (_, i) => (i + 1) * 60_000),
  );
  assert.deepEqual([...asked.values()], [false, ...Array.from({ length: SECONDS / 60 - 1 }, () => true)]);
});

test('its faults are confirmed by two steps, told in time, and well after one', async () => {
  const isBad = (now: number) => now - T0 <= 240_000;
  const watch = armedOn(120_000, (input) => (isBad(input.now) ? bad(input) : { verdict: 'well', baseline: undefined }));

  const { transitions, notifications } = await storyOf(watch, [SECONDS]);

  assert.deepEqual(
    transitions.map(({ to, at }) => [to, at - T0]),
    [
      ['pending', 120_000],
      ['firing', 240_000],
      ['resolved', 360_000],
    ],
  );
  assert.deepEqual(
    notifications.map(({ at }) => at - T0),
    [250_000, 360_000],
    'held ten seconds, although it is asked nothing meanwhile',
  );
});

test('however the ticks lie, the same is decided and learnt', async () => {
  const learns = (input: JudgeInput): Judgement => {
    const before = (input.baseline as { sums: Float32Array } | undefined)?.sums ?? new Float32Array(4);
    const sums = before.map(
      (sum, i) => sum * 0.9 + input.view.count('http.requests', input.now - 60_000, input.now) * i,
    );
    return input.now % 180_000 === 0 ? { ...bad(input), baseline: { sums } } : { verdict: 'well', baseline: { sums } };
  };
  const whole = await storyOf(armedOn(30_000, learns), [SECONDS]);

  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: SECONDS }), { maxLength: 8 }), async (cuts) => {
      const ends = [...new Set([...cuts, SECONDS])].sort((a, b) => a - b);
      assert.deepEqual(await storyOf(armedOn(30_000, learns), ends), whole);
    }),
    { numRuns: 10 },
  );
});

test('it is told the local time of its host', async () => {
  const offsets = new Set<number>();
  const watch = armedOn(60_000, (input) => {
    offsets.add(input.offsetMs);
    return { verdict: 'well', baseline: undefined };
  });

  await storyOf(watch, [SECONDS], 'America/New_York');

  assert.deepEqual([...offsets], [-5 * 3_600_000]);
});

function armedOn(everyMs: number, judge: (input: JudgeInput) => Judgement): ArmedWatch {
  return {
    watch: {
      ...{ name: 'grid', detector: 'made-up', options: {}, severity: 'warning', clearAfterMs: 60_000, rank: 0 },
      ...{ title: 'things', why: 'because', whatToDo: 'look' },
    },
    runner: { inputs: ['http.requests'], everyMs, onGrid: true, judge },
  };
}

function bad({ source, now }: JudgeInput): Judgement {
  return {
    verdict: 'bad',
    baseline: undefined,
    finding: {
      ...{
        source,
        series: 'http.requests',
        labels: {},
        time: now,
        since: now - 1_000,
        value: 5,
        expected: 1,
        limit: 3,
      },
      ...{ unit: 'count', windowMs: 60_000, score: 7, urgent: false },
    },
  };
}

/** Each tick is made by a host that was just started. */
async function storyOf(watch: ArmedWatch, ends: readonly number[], timezone = 'UTC') {
  const store = createMemoryStore();
  const reader = createTextReader();
  reader.write(Array.from({ length: SECONDS + 1 }, (_, second) => line(second)).join(''));
  const { engine } = startHost(store, reader);
  await engine.open(NOW);
  while (!(await engine.round(NOW)).idle);
  const results = [];
  for (const end of ends) {
    const ticker = startTicker(store, { watches: { [SOURCE]: [watch] }, facts: { ...FACTS, timezone } });
    results.push(await ticker.tick({ complete: { [SOURCE]: T0 + end * 1_000 }, delivered: () => false }));
  }
  return {
    transitions: results.flatMap(({ transitions }) => transitions),
    notifications: results.flatMap(({ notifications }) => notifications),
  };
}
