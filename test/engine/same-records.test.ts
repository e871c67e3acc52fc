import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FileRecord } from '../../src/core/types.ts';
import { sameRecords } from '../../src/engine/same-records.ts';

const RECORD: Required<FileRecord> = {
  ...{ generation: 'g', name: '/log', dev: 1, ino: 2, offset: 3, fpLength: 4, fpHash: 'ab', marker: 'cd', size: 5 },
  ...{ skip: false, state: 'live', pattern: 'nginx-timed', lastTime: 6, start: 7, missing: 'deleted_unread_bytes' },
  ...{ skippedBytes: { damaged: 8 }, held: { stdout: 'begun' }, cursor: 's=1' },
};

test('records that went through the store are the same', () => {
  const record = { ...RECORD, missing: undefined, held: undefined };
  assert.ok(sameRecords([record, RECORD], JSON.parse(JSON.stringify([record, RECORD])) as FileRecord[]));
});

for (const field of Object.keys(RECORD) as (keyof FileRecord)[]) {
  test(`a record with another ${field} is another, and so is one without it`, () => {
    const { [field]: _left, ...rest } = RECORD;
    const changed = { ...RECORD, [field]: field === 'held' || field === 'skippedBytes' ? {} : 'other' };

    assert.equal(sameRecords([RECORD], [changed as FileRecord]), false);
    assert.equal(sameRecords([RECORD], [rest as FileRecord]), false);
  });
}

test('more or fewer records are others', () => {
  assert.equal(sameRecords([RECORD], []), false);
  assert.equal(sameRecords([], [RECORD]), false);
  assert.equal(sameRecords([], []), true);
});
