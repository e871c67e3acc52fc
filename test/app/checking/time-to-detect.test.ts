/** From the moment at which a thing ends to its mail, with the times that kinds have, through the engine, on a clock that is moved. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { createChecking } from '../../../src/app/checking/checking.ts';
import { createJudgeSoon } from '../../../src/app/checking/judge-soon.ts';
import { compileChecks, type KnownCheck } from '../../../src/app/knowing/checks.ts';
import { armWatches } from '../../../src/app/knowing/watches.ts';
import { createProgress } from '../../../src/app/reading/progress.ts';
import type { CheckReading } from '../../../src/core/check.ts';
import type { Notification } from '../../../src/core/types.ts';
import { createSourceChain } from '../../../src/engine/chain.ts';
import { createFigures, MACHINE_SOURCE } from '../../../src/engine/figures.ts';
import { createTicker } from '../../../src/engine/tick.ts';
import { createMemoryStore } from '../../../src/memory/store.ts';
import { loadChecks, loadDetectors } from '../../../src/registry.ts';
import { T0 } from './checking-harness.ts';

const detectors = await loadDetectors();
const kinds = await loadChecks();
const STEP_MS = 250;
/** Two readings are needed, and the first one comes after the end. */
const LEAST_S = 15;

/** What a kind is asked for is nothing to this test: only its times are. */
const OPTIONS: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
  process: { process: 'worker' },
  port: { port: 3000 },
  http: { url: 'http://127.0.0.1:3000/' },
  unit: { unit: 'worker.service' },
  library: { binary: '/usr/bin/true' },
  file: { path: '/etc/hosts' },
};

for (const [kind, withinS] of [
  ['process', 45],
  ['port', 45],
  ['http', 45],
  ['unit', 45],
  ['library', 120],
  ['file', 120],
] as const)
  test(`${kind}: what ends right after a reading is in a mail within ${withinS} s`, async (context) => {
    const took = await timeToMail(kind, async (fails) => fails);

    context.diagnostic(`${took} s`);
    assert.ok(took > LEAST_S && took <= withinS, `${took} s`);
  });

for (const [kind, withinS] of [
  ['process', 45],
  ['port', 45],
  ['http', 45],
  ['unit', 45],
  ['library', 120],
  ['file', 120],
] as const)
  test(`${kind}: so is what takes all of its time to fail`, async (context) => {
    const took = await timeToMail(kind, async (fails, signal) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return fails;
    });

    context.diagnostic(`${took} s`);
    assert.ok(took > LEAST_S && took <= withinS, `${took} s`);
  });

/** Seconds from the first instant after a reading that was well. */
async function timeToMail(
  kind: string,
  fail: (reading: CheckReading, signal: AbortSignal) => Promise<CheckReading>,
): Promise<number> {
  const settings = { name: 'api', kind, settle: 60_000, options: OPTIONS[kind] ?? {} };
  const places = { proc: '/proc', sys: '/sys', root: '', isContainerOnly: false };
  const { checks, watches, mistakes } = compileChecks([settings], kinds, { places, now: () => T0 });
  assert.deepEqual(mistakes, []);
  const [known] = checks;
  assert.ok(known);
  const [cause = ''] = Object.keys(known.runner.causes).filter((name) => name !== 'hangs');
  let readings = 0;
  const run: KnownCheck['runner']['run'] = async (signal) => {
    readings += 1;
    return readings <= 5 ? { said: 'It is there.' } : await fail({ cause, said: 'It is gone.' }, signal);
  };
  const world = startWorld({ ...known, runner: { ...known.runner, run } }, watches);

  while (readings < 5) await world.pass();
  const endedAt = world.now();
  while (world.mailedAt() === undefined && world.now() < endedAt + 200_000) await world.pass();
  await world.stop();

  return ((world.mailedAt() ?? Number.NaN) - endedAt) / 1_000;
}

function startWorld(check: KnownCheck, watches: Parameters<typeof armWatches>[0]['watches']) {
  mock.timers.reset();
  mock.timers.enable({ apis: ['setTimeout'] });
  let passed = 300;
  const now = () => T0 + passed;
  let commits = 0;
  function newCommitId(): string {
    commits += 1;
    return String(commits);
  }
  const parts = { store: createMemoryStore(), newCommitId };
  const figures = createFigures(createSourceChain({ ...parts, host: 'h', source: MACHINE_SOURCE }));
  const ticker = createTicker({
    ...{ ...parts, facts: { host: 'h', timezone: 'UTC', version: '1' }, receivers: ['you@example.com'] },
    watches: { [MACHINE_SOURCE]: armWatches({ detectors, watches, overrides: {} }) },
  });
  const progress = createProgress();
  let mailedAt: number | undefined;
  async function judge(): Promise<void> {
    const { notifications } = await ticker.tick({ complete: progress.complete(), delivered: () => false });
    if (notifications.some(isOfCheck)) mailedAt ??= now();
  }
  const judgeSoon = createJudgeSoon({
    ...{ now, judge, settled: figures.told, reach: (time) => void progress.reach(MACHINE_SOURCE, time) },
    onError(error) {
      throw error;
    },
  });
  const checking = createChecking({
    ...{ checks: [check], now, clock: now, onAsked() {} },
    async tell(measurements, { now: at, isWrong }) {
      await figures.add(measurements, at);
      judgeSoon.saw(at, isWrong);
    },
  });
  checking.start();
  return {
    now,
    mailedAt: () => mailedAt,
    async pass() {
      passed += STEP_MS;
      mock.timers.tick(STEP_MS);
      for (let i = 0; i < 5; i += 1) await new Promise((resolve) => setImmediate(resolve));
    },
    async stop() {
      judgeSoon.stop();
      await checking.stop();
    },
  };
}

function isOfCheck({ model }: Notification): boolean {
  return model.transition === 'firing' && model.watch === 'check.api';
}
