/** A certificate that nobody renews, through the engine on a clock that is moved. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { measurementsOf } from '../../../src/app/checking/measured.ts';
import { compileChecks } from '../../../src/app/knowing/checks.ts';
import { armWatches } from '../../../src/app/knowing/watches.ts';
import { createSourceChain } from '../../../src/engine/chain.ts';
import { createFigures, MACHINE_SOURCE } from '../../../src/engine/figures.ts';
import { createTicker } from '../../../src/engine/tick.ts';
import { createMemoryStore } from '../../../src/memory/store.ts';
import { loadChecks, loadDetectors } from '../../../src/registry.ts';
import { thisMachine } from '../../support/places.ts';
import { localhost, root, showing, trusted } from './shown.ts';

const DAY = 24 * 3_600_000;
const EVERY = 5 * 60_000;

const ca = trusted(root.cert);
after(() => ca[Symbol.dispose]());

test('21 days ahead it is told as a warning, 7 days ahead as critical, each within two readings', async () => {
  const from = Math.floor(Date.now() / 1_000) * 1_000;
  const until = from + 90 * DAY;
  await using server = await showing(localhost({ from, until }));
  let now = from;
  const options = { host: '127.0.0.1', serverName: 'localhost', port: server.port, ca: ca.file };
  const config = { name: 'certificate', kind: 'tls', settle: 0, options };
  const known = compileChecks([config], await loadChecks(), { places: thisMachine, now: () => now });
  assert.deepEqual(known.mistakes, []);
  const [check] = known.checks;
  assert.ok(check);

  for (const [limit, expected] of [
    [21 * DAY, ['firing warning expires: 5 min']],
    // The warning is told anew, since linesman starts here; it gets worse with the first reading that says so.
    [7 * DAY, ['firing warning expires: -10 min', 'update critical expires-soon: 0 min']],
  ] as const) {
    const world = await startWorld(known.watches);
    const end = until - limit + 3 * EVERY;
    for (now = until - limit - 3 * EVERY; now <= end; now += EVERY) {
      const reading = await check.runner.run(AbortSignal.timeout(30_000));
      await world.take(measurementsOf(check, reading), now);
    }
    const told = world.told.map(({ at, said }) => `${said}: ${Math.floor((at - (until - limit)) / 60_000)} min`);
    assert.deepEqual(told, expected);
  }
});

async function startWorld(watches: ReturnType<typeof compileChecks>['watches']) {
  let commits = 0;
  const newCommitId = () => {
    commits += 1;
    return String(commits);
  };
  const parts = { store: createMemoryStore(), newCommitId };
  const figures = createFigures(createSourceChain({ ...parts, host: 'h', source: MACHINE_SOURCE }));
  const detectors = await loadDetectors();
  const ticker = createTicker({
    ...{ ...parts, facts: { host: 'h', timezone: 'UTC', version: '1' }, receivers: ['you@example.com'] },
    watches: { [MACHINE_SOURCE]: armWatches({ detectors, watches, overrides: {} }) },
  });
  const told: { readonly at: number; readonly said: string }[] = [];
  return {
    told,
    async take(measurements: Parameters<typeof figures.add>[0], now: number) {
      await figures.add(measurements, now);
      const complete = { [MACHINE_SOURCE]: now + 60_000 };
      const { notifications } = await ticker.tick({ complete, delivered: () => true });
      for (const { at, model } of notifications)
        told.push({ at, said: `${model.transition} ${model.severity} ${model.finding.cause}` });
    },
  };
}
