import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileRecord, SourceState } from '../../src/core/types.ts';
import { withSightings } from '../../src/engine/rolled-back.ts';

test('a file that the mirror saw grow has its later size, and what is unread by it is present', () => {
  const stored = stateOf(100, [record('a', { offset: 100, size: 100 })]);
  const later = stateOf(350, [record('a', { offset: 350, size: 350 })]);

  const state = withSightings(stored, later);

  assert.deepEqual(state.files, [record('a', { offset: 100, size: 350 })]);
  assert.deepEqual(state.ledger, { present: 350, taken: 100, skipped: {} });
  assert.deepEqual(state.totals, stored.totals);
});

test('a file that the mirror saw under a later name, with more of its beginning, is looked for as that', () => {
  const stored = stateOf(0, [record('a', { fpLength: 0, fpHash: 'none' })]);
  const later = stateOf(90, [
    record('a', { offset: 90, size: 90, fpLength: 90, fpHash: 'f90', name: '/logs/a.2', ino: 9 }),
  ]);

  const state = withSightings(stored, later);

  assert.deepEqual(state.files, [record('a', { size: 90, fpLength: 90, fpHash: 'f90', name: '/logs/a.2', ino: 9 })]);
});

test('a file that the store never heard of is read from its first byte, wherever the mirror stood', () => {
  const stored = stateOf(100, [record('a', { offset: 100, size: 100, state: 'live' })]);
  const done = record('b', { offset: 40, size: 40, state: 'done', marker: 'bGluZQ==', lastTime: 7, pattern: 'nginx' });
  const later = stateOf(140, [record('a', { offset: 100, size: 100 }), done]);

  const state = withSightings(stored, later);

  assert.deepEqual(state.files[1], record('b', { offset: 0, size: 40, state: 'rotated', pattern: 'nginx' }));
  assert.equal(state.ledger?.present, 140);
});

test('files that were there before the first start, journals and empty files are not made up', () => {
  const open = record('a', { offset: 100, size: 100 });
  const stored = stateOf(100, [open]);
  const later = stateOf(200, [
    open,
    record('before', { offset: 90, size: 90, start: 90 }),
    record('journal', { offset: 90, size: 90, cursor: 's=1' }),
    record('empty', { offset: 0, size: 0 }),
  ]);

  assert.deepEqual(withSightings(stored, later), stored);
});

test('a mirror that is a commit behind brings nothing back, though more was present in it', () => {
  const open = record('a', { offset: 50, size: 50 });
  const mirrored = {
    ...stateOf(120, [open, record('forgotten', { offset: 70, size: 70, state: 'done' })]),
    commits: 7,
  };
  const stored = { ...stateOf(110, [open]), commits: 8 };

  assert.deepEqual(withSightings(stored, mirrored), stored);
});

test('a mirror that is older, as old, without a ledger or not there changes nothing', () => {
  const stored = stateOf(100, [record('a', { offset: 50, size: 60 })]);
  const bigger = [record('a', { offset: 50, size: 80 }), record('b', { offset: 9, size: 9 })];

  for (const mirrored of [
    undefined,
    stateOf(100, bigger),
    stateOf(99, bigger),
    { ...stateOf(0, bigger), ledger: undefined },
  ])
    assert.equal(withSightings(stored, mirrored), stored);
});

test('a mirror of another chain, which was begun anew since, changes nothing, however much it has seen', () => {
  const stored = stateOf(100, [record('new', { offset: 100, size: 100 })]);
  const other = stateOf(9_000, [record('old', { offset: 8_000, size: 8_000 }), record('new-too', { size: 1_000 })]);

  assert.equal(withSightings(stored, other), stored);
  assert.deepEqual(withSightings(stateOf(0, []), other), stateOf(0, []));
});

test('a file that is done in the store stays as it is', () => {
  const open = record('b', { offset: 10, size: 10 });
  const stored = stateOf(100, [open, record('a', { offset: 90, size: 90, state: 'done' })]);
  const later = stateOf(150, [open, record('a', { offset: 140, size: 140, state: 'done' })]);

  assert.deepEqual(withSightings(stored, later).files, stored.files);
});

function stateOf(present: number, files: readonly FileRecord[]): SourceState {
  const totals = [{ pattern: 'nginx', status: '200', count: present }];
  const ledger = { present, taken: present, skipped: {} };
  return { version: 1, files, totals, skipped: {}, latenessMs: 0, ledger, commits: present };
}

function record(generation: string, facts: Partial<FileRecord>): FileRecord {
  return {
    ...{ generation, name: `/logs/${generation}`, dev: 1, ino: 2, offset: 0, fpLength: 16, fpHash: 'f' },
    ...{ marker: '', size: 0, skip: false, state: 'rotated', ...facts },
  };
}
