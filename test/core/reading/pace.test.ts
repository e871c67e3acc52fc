import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBlocked, lagMs, type Pace, paceAfter } from '../../../src/core/reading/pace.ts';
import { fileRecord } from './record.ts';

const START: Pace = { caughtUpAt: 100_000 };

test('reading that keeps up has no lag, also between its rounds', () => {
  const pace = paceAfter(START, { startedAt: 160_000, lines: 3, leftNothing: true });

  assert.deepEqual([lagMs(pace, 160_200), lagMs(pace, 161_500)], [0, 0]);
});

test('a backlog is as old as the last moment at which everything was read', () => {
  let pace = START;
  for (const startedAt of [110_000, 111_000, 150_000])
    pace = paceAfter(pace, { startedAt, lines: 9, leftNothing: false });

  assert.equal(lagMs(pace, 150_000), 50_000);
  assert.equal(pace.linesAt, 150_000);
});

test('a round that hangs because Redis is away lags like one that never began', () => {
  const pace = paceAfter(START, { startedAt: 130_000, lines: 1, leftNothing: true });

  assert.equal(lagMs(pace, 730_000), 600_000);
});

test('the beginning of a line that waits for its end blocks nothing', () => {
  assert.equal(isBlocked([fileRecord({ size: 120, offset: 100 })], []), false);
});

test('unread bytes of a file that something complains of are blocked', () => {
  const files = [fileRecord({ name: '/logs/access.log', size: 120, offset: 100 })];

  assert.equal(isBlocked(files, ["'/logs/access.log' may not be read: …"]), true);
  assert.equal(isBlocked(files, ["'/logs/other.log' may not be read: …"]), false);
});

test('what is longer than any line may be is blocked, whoever complains', () => {
  assert.equal(isBlocked([fileRecord({ size: 3_000_000, offset: 0 })], []), true);
});

test('a file that is gone, and one that is done, block nothing', () => {
  const files = [
    fileRecord({ name: '/a', size: 9, offset: 0, state: 'rotated', missing: 'deleted_unread_bytes' }),
    fileRecord({ name: '/a', size: 9, offset: 0, state: 'done' }),
  ];

  assert.equal(isBlocked(files, ["'/a' may not be read: …"]), false);
});
