import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  conditionOf,
  isEverEmpty,
  MAX_GENERATIONS,
  type ReportParts,
  reportOf,
} from '../../../src/core/reading/report.ts';
import type { SourceState } from '../../../src/core/types.ts';
import { fileRecord } from './record.ts';

const NOW = 1_000_000;
const UP = { caughtUpAt: NOW - 800, linesAt: NOW - 5_000 };
const QUIET = { caughtUpAt: NOW - 800 };
const LIVE = stateOf({ files: [fileRecord({ name: '/logs/access.log' })] });
const NAMED = "'/logs/access.log' may not be read: …";
const OTHER = "'/logs/error.log' is a link to /dev/stderr, …";

const CONDITIONS: readonly (readonly [string, Partial<ReportParts>])[] = [
  ['starting', { pace: undefined }],
  ['reading', { pace: UP }],
  ['waiting', { pace: QUIET }],
  ['waiting', { pace: { ...UP, linesAt: NOW - 61_000 } }],
  ['behind', { pace: { ...UP, caughtUpAt: NOW - 6_000 } }],
  ['empty', { pace: QUIET, isEmpty: true }],
  ['impaired', { pace: QUIET, obstacles: 1, problems: [OTHER] }],
  ['blind', { pace: QUIET, obstacles: 1, problems: [NAMED] }],
  ['blind', { pace: QUIET, obstacles: 1, problems: [OTHER], state: stateOf({}) }],
  ['blind', { pace: QUIET, obstacles: 1, problems: [OTHER], kind: 'fifo' }],
  ['impaired', { pace: UP, obstacles: 1, problems: [OTHER], kind: 'syslog' }],
  ['reading', { pace: UP, problems: ['looked at four times a second instead'] }],
];

for (const [condition, changes] of CONDITIONS) {
  test(`a source is ${condition} with ${JSON.stringify(changes).slice(0, 120)}`, () => {
    assert.equal(conditionOf(partsOf(changes), NOW), condition);
  });
}

test('the newest files are listed, those being read first, and the rest is counted', () => {
  const done = Array.from({ length: 30 }, (_, i) => fileRecord({ name: `/logs/${i}`, state: 'done' }));
  const state = stateOf({ files: [fileRecord({ name: '/logs/live' }), ...done] });

  const some = reportOf(partsOf({ state }), NOW);
  const all = reportOf(partsOf({ state, all: true }), NOW);

  assert.deepEqual(
    some.generations.slice(0, 2).map(({ name }) => name),
    ['/logs/live', '/logs/29'],
  );
  assert.deepEqual([some.generations.length, some.generationsMore], [MAX_GENERATIONS, 11]);
  assert.deepEqual([all.generations.length, all.generationsMore], [31, 0]);
});

test('the ledger of a report has what is unread, and its gap where it does not add up', () => {
  const files = [
    fileRecord({ size: 100, offset: 60 }),
    fileRecord({
      size: 50,
      offset: 10,
      state: 'rotated',
      missing: 'deleted_unread_bytes',
      skippedBytes: { damaged: 3 },
    }),
    fileRecord({ size: 900, offset: 0, state: 'done' }),
  ];
  const ledger = { present: 200, taken: 110, skipped: { damaged: 3, leading_nuls: 7 } };

  const right = reportOf(partsOf({ state: stateOf({ files, ledger }) }), NOW);
  const wrong = reportOf(partsOf({ state: stateOf({ files, ledger: { ...ledger, present: 205 } }) }), NOW);

  assert.deepEqual([right.ledger?.unread, right.ledger?.gap, wrong.ledger?.gap], [80, 0, 5]);
  assert.deepEqual(
    right.generations.map(({ state, unread, skipped }) => [state, unread, skipped]),
    [
      ['live', 40, 0],
      ['gone', 40, 3],
      ['done', 0, 0],
    ],
  );
});

test('lines are told by pattern, and the share that none understood', () => {
  const totals = [
    { pattern: 'nginx-error', status: '', count: 10 },
    { pattern: 'nginx-timed', status: '200', count: 50 },
    { pattern: 'nginx-timed', status: '404', count: 20 },
    { pattern: 'unmatched', status: '', count: 20 },
  ];

  const report = reportOf(partsOf({ state: stateOf({ totals }) }), NOW);

  assert.deepEqual(report.patterns, [
    { pattern: 'nginx-timed', lines: 70 },
    { pattern: 'nginx-error', lines: 10 },
  ]);
  assert.deepEqual([report.lines, report.unparsedShare], [100, 0.2]);
});

test('a source is empty for ever only where no file of it had a byte, also before the first start', () => {
  const empty = fileRecord({ size: 0 });
  const old = fileRecord({ size: 40, offset: 40, state: 'done' });

  assert.equal(isEverEmpty(stateOf({ files: [empty] })), true);
  assert.equal(isEverEmpty(stateOf({ files: [empty, old] })), false);
  assert.equal(isEverEmpty(stateOf({ files: [] })), false);
  assert.equal(isEverEmpty(stateOf({ files: [empty], ledger: { present: 9, taken: 9, skipped: {} } })), false);
});

function partsOf(changes: Partial<ReportParts>): ReportParts {
  return {
    ...{ name: 'web', kind: 'files', state: LIVE, problems: [], obstacles: 0, pace: UP, isEmpty: false, all: false },
    ...changes,
  };
}

function stateOf(changes: Partial<SourceState>): SourceState {
  return { version: 1, files: [], totals: [], skipped: {}, latenessMs: 0, ...changes };
}
