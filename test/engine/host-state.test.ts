import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault, SkipCounts } from '../../src/core/types.ts';
import { emptyHostState, type HostState, lossesSince, MAX_LOSSES, withLosses } from '../../src/engine/host-state.ts';
import { SOURCE, T0 } from './parts.ts';

const MINUTE = 60_000;

test('a fault is told what its source lost since it began, by reason, and nothing of before', () => {
  const state = story([
    [T0, { late: 5 }],
    [T0 + 2 * MINUTE, { late: 5, deleted_unread_bytes: 1_000 }],
    [T0 + 4 * MINUTE, { late: 8, deleted_unread_bytes: 1_204, unparsed: 9 }],
  ]);

  assert.deepEqual(lossesSince(state, faultSince(T0 + 3 * MINUTE)), { late: 3, deleted_unread_bytes: 204 });
  assert.deepEqual(lossesSince(state, faultSince(T0 + MINUTE)), { late: 3, deleted_unread_bytes: 1_204 });
  assert.deepEqual(lossesSince(state, faultSince(T0 + 5 * MINUTE)), {});
  assert.deepEqual(lossesSince(state, { ...faultSince(T0), source: 'other' }), {});
});

test('losses in the ledger alone are told too', () => {
  const head = { skipped: {}, ledger: { present: 90, taken: 10, skipped: { damaged: 80 } } };

  const state = withLosses(emptyHostState(), SOURCE, head, T0);

  assert.deepEqual(lossesSince(state, faultSince(T0)), { damaged: 80 });
});

test('nothing new changes nothing', () => {
  const before = story([[T0, { late: 5 }]]);

  assert.equal(withLosses(before, SOURCE, { skipped: { late: 5, unparsed: 70 } }, T0 + MINUTE), before);
});

test('a source that loses all the time is remembered in a bounded list, and no loss is forgotten', () => {
  const times = Array.from({ length: 3 * MAX_LOSSES }, (_, i) => T0 + i * 2 * MINUTE);

  const state = story(times.map((at, i) => [at, { late: i + 1 }]));

  assert.equal(state.losses[SOURCE]?.recent.length, MAX_LOSSES);
  assert.deepEqual(lossesSince(state, faultSince(T0)), { late: times.length });
  assert.deepEqual(lossesSince(state, faultSince(times.at(-2) ?? 0)), { late: 2 });
});

test('what an earlier version had seen is not told again', () => {
  const old = { ...emptyHostState(), losses: { [SOURCE]: { count: 5, at: T0 } } } as unknown as HostState;

  const state = withLosses(old, SOURCE, { skipped: { late: 5 } }, T0 + MINUTE);
  const later = withLosses(state, SOURCE, { skipped: { late: 6 } }, T0 + 2 * MINUTE);

  assert.deepEqual(lossesSince(state, faultSince(T0)), {});
  assert.deepEqual(lossesSince(later, faultSince(T0)), { late: 1 });
});

test('after a store that went back in time only what is new is told', () => {
  const state = story([
    [T0, { late: 5 }],
    [T0 + 2 * MINUTE, { late: 2 }],
    [T0 + 4 * MINUTE, { late: 4 }],
  ]);

  assert.deepEqual(lossesSince(state, faultSince(T0 + MINUTE)), { late: 2 });
});

function story(steps: readonly (readonly [at: number, skipped: SkipCounts])[]): HostState {
  return steps.reduce((state, [at, skipped]) => withLosses(state, SOURCE, { skipped }, at), emptyHostState());
}

function faultSince(since: number): Fault {
  return { source: SOURCE, first: { since } } as Fault;
}
