import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileChecks } from '../../../src/app/knowing/checks.ts';
import { armWatches } from '../../../src/app/knowing/watches.ts';
import type { CheckConfig } from '../../../src/config/config.ts';
import type { CheckPlugin } from '../../../src/core/check.ts';
import { UserError } from '../../../src/core/errors.ts';
import { loadDetectors } from '../../../src/registry.ts';

const PLACES = { proc: '/proc', sys: '/sys', root: '', isContainerOnly: false };

const door: CheckPlugin = {
  name: 'door',
  describe: 'Whether a door is open.',
  options: { at: { type: 'text', describe: 'Where it is.', example: 'north' } },
  everyMs: 15_000,
  timeoutMs: 5_000,
  confirm: { bad: 2, of: 3 },
  compile({ at }) {
    if (at === 'nowhere') throw new UserError('CONFIG', 'at is nowhere; write a place\nat is no place');
    return {
      target: `door ${at}`,
      causes: {
        shut: { title: 'The door is shut', severity: 'critical', why: 'w', whatToDo: 't' },
        stuck: { title: 'The door is stuck', severity: 'info', why: 'w', whatToDo: 't' },
      },
      run: async () => ({ said: 'It is open.' }),
    };
  },
};

function known(...checks: readonly (Partial<CheckConfig> & { readonly name: string })[]) {
  const configs = checks.map((one) => ({ kind: 'door', settle: 60_000, options: { at: 'north' }, ...one }));
  return compileChecks(configs, new Map([['door', door]]), { places: PLACES, now: () => 0 });
}

test('a check is as its kind has it where nobody says otherwise', () => {
  const { checks, watches, mistakes } = known({ name: 'api' });

  assert.deepEqual(mistakes, []);
  assert.deepEqual(
    checks.map(({ everyMs, timeoutMs, settleMs, confirm }) => ({ everyMs, timeoutMs, settleMs, confirm })),
    [{ everyMs: 15_000, timeoutMs: 5_000, settleMs: 60_000, confirm: { bad: 2, of: 3 } }],
  );
  const [watch] = watches;
  assert.equal(watch?.name, 'check.api');
  assert.equal(watch?.severity, 'critical', 'the worst of its causes');
  assert.equal(watch?.clearAfterMs, 30_000, 'two readings');
  assert.deepEqual(watch?.options, { check: 'api', causes: 'hangs,shut,stuck', every: 15_000 });
  assert.equal(watch?.causes?.hangs?.title, 'Check api does not answer');
  assert.equal(watch?.parents, undefined);
});

test('what the operator says comes first, and a severity is that of every cause', () => {
  const { watches } = known({
    ...{ name: 'api', every: 60_000, severity: 'warning', delivery: 'digest', clearAfter: 5_000 },
    confirm: { bad: 1, of: 1 },
  });

  const [watch] = watches;
  assert.deepEqual(
    Object.values(watch?.causes ?? {}).map(({ severity }) => severity),
    ['warning', 'warning', 'warning'],
  );
  assert.deepEqual(
    [watch?.severity, watch?.delivery, watch?.clearAfterMs, watch?.confirm],
    ['warning', 'digest', 5_000, { bad: 1, of: 1 }],
  );
});

test('parents are all that stand above, nearest first, and the slowest of them is waited for', () => {
  const { watches } = known(
    { name: 'page', parent: 'api' },
    { name: 'api', parent: 'db' },
    { name: 'db', every: 30_000, timeout: 10_000 },
  );

  assert.deepEqual(
    watches.map(({ parents }) => parents),
    [{ watches: ['check.api', 'check.db'], waitMs: 40_000 }, { watches: ['check.db'], waitMs: 40_000 }, undefined],
  );
});

test('all mistakes of all checks are told at once, each with the name of its check', () => {
  const { mistakes } = known(
    { name: 'a', kind: 'dor' },
    { name: 'b', options: { att: 'north' } },
    { name: 'c', options: { at: 'nowhere' } },
  );

  assert.deepEqual(mistakes, [
    'checks: a: unknown kind "dor"; did you mean "door"? known are door',
    'checks: b: unknown option "att"; did you mean "at"? allowed are at',
    'checks: b: option "at" is missing; Where it is. For example north',
    'checks: c: at is nowhere; write a place',
    'checks: c: at is no place',
  ]);
});

test('watches: knows a check, and its severity there is that of every cause too', async () => {
  const [watch] = armWatches({
    detectors: await loadDetectors(),
    watches: known({ name: 'api' }).watches,
    overrides: { 'check.api': { severity: 'info', clearAfter: 90_000 } },
  });

  assert.deepEqual([watch?.watch.severity, watch?.watch.clearAfterMs], ['info', 90_000]);
  assert.ok(Object.values(watch?.watch.causes ?? {}).every(({ severity }) => severity === 'info'));
  assert.equal(watch?.runner.inputs[0], 'check.failed{check=api}');
});

test('a parent that watches: switches off is not waited for; what stands above it is', async () => {
  const detectors = await loadDetectors();
  const { watches } = known({ name: 'page', parent: 'api' }, { name: 'api', parent: 'db' }, { name: 'db' });
  const parentsOf = (...off: readonly string[]) => {
    const overrides = Object.fromEntries(off.map((name) => [name, { enabled: false }]));
    return armWatches({ detectors, watches, overrides }).map(({ watch }) => watch.parents?.watches);
  };

  assert.deepEqual(parentsOf('check.api'), [['check.db'], undefined]);
  assert.deepEqual(parentsOf('check.api', 'check.db'), [undefined]);
  assert.deepEqual(parentsOf(), [['check.api', 'check.db'], ['check.db'], undefined]);
});
