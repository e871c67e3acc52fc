import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rotatedUnread, unreadSince } from '../../../src/core/reading/rotated.ts';
import { fileRecord } from './record.ts';

const live = fileRecord({ generation: 'live', size: 500, offset: 100 });
const renamed = fileRecord({
  ...{ generation: 'old', name: '/logs/access.log.2', state: 'rotated', size: 12_300, offset: 11_096 },
});
const done = fileRecord({ generation: 'done', name: '/logs/access.log.3.gz', state: 'done', size: 9, offset: 9 });
const other = fileRecord({ generation: 'other', name: '/logs/error.log.1', state: 'done', size: 9, offset: 9 });

test('unread bytes of a renamed file are told with their age, their number and how many files rotation keeps', () => {
  const files = [live, renamed, done, other];
  const since = unreadSince(unreadSince({}, files, 1_000), files, 61_000);

  assert.deepEqual(rotatedUnread(since, files, 71_000), {
    ageMs: 70_000,
    sentence:
      '/logs/access.log.2 was renamed, and 1,204 bytes of it are unread for 1 min 10 s; rotated files of this log known: 2',
  });
});

test('the one that waits longest is named, and how many wait behind it', () => {
  const second = { ...renamed, generation: 'newer', name: '/logs/access.log.1' };
  const since = unreadSince(unreadSince({}, [renamed], 1_000), [second, renamed], 5_000);

  const found = rotatedUnread(since, [second, renamed], 9_000);

  assert.equal(found?.ageMs, 8_000);
  assert.match(found?.sentence ?? '', /^\/logs\/access\.log\.2 was .*; 1 more wait behind it$/);
});

test('one that has been read, and one of which only a copy is looked for, are not told', () => {
  const since = unreadSince({}, [renamed], 1_000);
  const read = { ...renamed, offset: renamed.size };
  const gone = { ...renamed, missing: 'truncated_unrecovered' } as const;

  for (const file of [read, gone]) assert.deepEqual(unreadSince(since, [live, file], 2_000), {});
  assert.equal(rotatedUnread({}, [live, read], 2_000), undefined);
});
