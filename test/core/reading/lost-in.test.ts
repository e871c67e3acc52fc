import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lostIn } from '../../../src/core/reading/lost-in.ts';
import { fileRecord } from './record.ts';

const file = fileRecord({ name: '/logs/access.log', size: 100, offset: 60 });

test('the file in which bytes were stepped over is named, and one with leading NULs is not', () => {
  assert.deepEqual(lostIn([file], [{ ...file, skippedBytes: { line_too_long: 5 } }]), ['/logs/access.log']);
  assert.deepEqual(lostIn([file], [{ ...file, skippedBytes: { leading_nuls: 5 } }]), []);
});

test('a file that is gone with bytes unread is named, one that was read to its end is not', () => {
  assert.deepEqual(lostIn([file], []), ['/logs/access.log']);
  assert.deepEqual(lostIn([{ ...file, offset: 100 }], []), []);
  assert.deepEqual(lostIn([file], [{ ...file, size: 60 }]), ['/logs/access.log']);
});

test('a new file that loses at once is named, and of many only three', () => {
  const many = Array.from({ length: 9 }, (_, i) => {
    return fileRecord({ generation: `g${i}`, name: `/logs/${i}.gz`, skippedBytes: { damaged: 7 } });
  });

  assert.deepEqual(lostIn([], many), ['/logs/0.gz', '/logs/1.gz', '/logs/2.gz']);
});
