/** Checks through the engine: judged at their readings, with log and machine side by side. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CAUSE_SERIES, type Causes, CHECK_SERIES } from '../../src/core/check.ts';
import type { Measurement, WatchSpec } from '../../src/core/plugin.ts';
import type { Store } from '../../src/core/ports.ts';
import { detector } from '../../src/detectors/check.ts';
import { createSourceChain } from '../../src/engine/chain.ts';
import { createFigures, MACHINE_SOURCE } from '../../src/engine/figures.ts';
import type { ArmedWatch } from '../../src/engine/posts.ts';
import { createMemoryStore } from '../../src/memory/store.ts';
import { HOST, startTicker, T0 } from './parts.ts';

const EVERY_MS = 15_000;
const CAUSES: Causes = {
  missing: { title: 'Process api is not running', severity: 'critical', why: 'because', whatToDo: 'look' },
  slow: { title: 'Process api is slow', severity: 'warning', why: 'because', whatToDo: 'look' },
};

function watchOf(name: string, more: Partial<WatchSpec> = {}): ArmedWatch {
  const options = { check: name, causes: Object.keys(CAUSES).join(','), every: EVERY_MS };
  return {
    watch: {
      ...{ name: `check.${name}`, detector: 'check', options, severity: 'critical', clearAfterMs: 2 * EVERY_MS },
      ...{ rank: 3, title: `Check ${name}`, why: 'because', whatToDo: 'look', causes: CAUSES, ...more },
    },
    runner: detector.compile(options),
  };
}

/** Check to its readings: a cause, or 'well', each so many seconds after T0. */
type Readings = Readonly<Record<string, readonly (readonly [second: number, cause: string])[]>>;

function measured(check: string, cause: string): readonly Measurement[] {
  if (cause === 'well') return [{ series: `${CHECK_SERIES}{check=${check}}`, value: 0 }];
  return [
    { series: `${CHECK_SERIES}{check=${check}}`, value: 1, lines: [`${check} is ${cause}`] },
    { series: `${CAUSE_SERIES}{cause=${cause},check=${check}}`, value: 1 },
  ];
}

/** Of these seconds. */
async function fill(store: Store, readings: Readings, [from, until]: readonly [number, number]): Promise<void> {
  let commits = 0;
  const newCommitId = () => `figures.${from}.${++commits}`;
  const figures = createFigures(createSourceChain({ store, host: HOST, source: MACHINE_SOURCE, newCommitId }));
  const all = Object.entries(readings).flatMap(([check, list]) =>
    list.map(([second, cause]) => ({ check, second, cause })),
  );
  for (const { check, second, cause } of all.sort((a, b) => a.second - b.second))
    if (second >= from && second < until) await figures.add(measured(check, cause), T0 + second * 1_000 + 400);
  await figures.add([{ series: 'host.uptime', value: 1 }], T0 + until * 1_000);
}

/** Judged in ticks that end at these seconds, each by one that was just started, or all by the same. */
async function told(watches: readonly ArmedWatch[], readings: Readings, ends: readonly number[], isNew = false) {
  const store = createMemoryStore();
  const start = () => startTicker(store, { watches: { [MACHINE_SOURCE]: watches }, digestAtMs: undefined });
  let ticker = start();
  const results = [];
  for (const [i, end] of ends.entries()) {
    await fill(store, readings, [ends[i - 1] ?? 0, end]);
    if (isNew) ticker = start();
    results.push(await ticker.tick({ complete: { [MACHINE_SOURCE]: T0 + end * 1_000 }, delivered: () => false }));
  }
  return {
    transitions: results.flatMap(({ transitions }) => transitions),
    notifications: results.flatMap(({ notifications }) => notifications),
    book: ticker.state()?.book,
  };
}

/** A reading each fifteen seconds. */
function every(from: number, causes: readonly string[]): Readings[string] {
  return causes.map((cause, i) => [from + i * 15, cause]);
}

function secondsOf({ transitions }: Awaited<ReturnType<typeof told>>) {
  return transitions.map(({ to, at, fault }) => [to, (at - T0) / 1_000, fault.watch]);
}

test('a check is judged at its readings: told four seconds after it is sure, over after two well ones', async () => {
  const story = await told(
    [watchOf('api')],
    { api: every(3, ['well', 'missing', 'missing', 'missing', 'well', 'well']) },
    [120],
  );

  assert.deepEqual(secondsOf(story), [
    ['pending', 19, 'check.api'],
    ['firing', 34, 'check.api'],
    ['resolved', 79, 'check.api'],
  ]);
  assert.deepEqual(
    story.notifications.map(({ at, model }) => [(at - T0) / 1_000, model.transition, model.severity]),
    [
      [38, 'firing', 'critical'],
      [79, 'resolved', 'critical'],
    ],
  );
  assert.equal(story.transitions[0]?.fault.last.cause, 'missing');
});

test('a cause that gets worse is told in the same thread, and one that is as bad is not', async () => {
  const causes = ['slow', 'slow', 'slow', 'missing', 'slow', 'missing', 'well', 'well'];
  const { notifications } = await told([watchOf('api')], { api: every(1, causes) }, [180]);

  assert.deepEqual(
    notifications.map(({ model }) => [model.transition, model.severity]),
    [
      ['firing', 'warning'],
      ['update', 'critical'],
      ['resolved', 'critical'],
    ],
  );
});

test('what left linesman.yaml as severe is severe by the watch where no cause is known', async () => {
  const { transitions } = await told([watchOf('api', { severity: 'info' })], { api: every(1, ['odd', 'odd']) }, [40]);
  assert.deepEqual(
    transitions.map(({ to, fault }) => [to, fault.severity, fault.last.cause]),
    [
      ['pending', 'info', undefined],
      ['firing', 'info', undefined],
    ],
  );
});

test('however its steps are cut into ticks, and whoever judges them: the same', async () => {
  const watches = [
    watchOf('db'),
    watchOf('api', { parents: { watches: ['check.db'], waitMs: 20_000 } }),
    watchOf('web', { parents: { watches: ['check.api', 'check.db'], waitMs: 20_000 } }),
  ];
  const cause = fc.constantFrom('well', 'well', 'missing', 'missing', 'missing', 'slow');
  const list = fc.array(cause, { minLength: 20, maxLength: 20 });
  const cuts = fc.array(fc.integer({ min: 1, max: 340 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(list, list, list, cuts, fc.boolean(), async (db, api, web, ends, isNew) => {
      const readings = { db: every(4, db), api: every(9, api), web: every(14, web) };
      const once = await told(watches, readings, [340]);
      const cut = await told(
        watches,
        readings,
        [...new Set([...ends, 340])].sort((a, b) => a - b),
        isNew,
      );
      assert.deepEqual(cut, once);
    }),
    { numRuns: 25 },
  );
});

test('a fault outlives a night in which linesman did not run', async () => {
  const night = { api: [...every(1, ['missing', 'missing']), ...every(5 * 3_600, ['missing', 'well', 'well'])] };
  const story = await told([watchOf('api')], night, [60, 5 * 3_600 + 60]);
  assert.deepEqual(
    story.transitions.map(({ to, reason }) => [to, reason]),
    [
      ['pending', 'first finding'],
      ['firing', '2 of 3'],
      ['resolved', 'well for 30 s'],
    ],
  );
});
