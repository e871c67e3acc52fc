import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptNames, type LearntFrom, learntText } from '../../../src/core/reading/learnt-from.ts';

const HOUR_MS = 3_600_000;
const LEARNT: LearntFrom = {
  ...{ at: 0, files: ['/var/log/nginx/access.log.6.gz', '/var/log/nginx/access.log'], fileCount: 7 },
  ...{ lines: 1_204_331, first: 0, last: 6.2 * 24 * HOUR_MS, tookMs: 4_130, mails: 0, lastMails: [], leftOut: [] },
};

test('it is told in one sentence what was learnt from, and what would have been told', () => {
  const cases: readonly (readonly [Partial<LearntFrom>, string])[] = [
    [
      {},
      'Learnt from 6 days of 7 files (access.log.6.gz … access.log): 1,204,331 lines in 4.1 s. Had it been watched then, there would have been no mail.',
    ],
    [
      { files: ['/logs/a.log'], fileCount: 1, lines: 5, last: 20 * 60_000, mails: 1 },
      'Learnt from 20 min of a.log: 5 lines in 4.1 s. Had it been watched then, there would have been 1 mail.',
    ],
    [
      { files: ['/logs/a.log.1', '/logs/a.log'], fileCount: 2, lines: 1_000, last: 47 * HOUR_MS, mails: 12 },
      'Learnt from 47 hours of a.log.1 and a.log: 1,000 lines in 4.1 s. Had it been watched then, there would have been 12 mails.',
    ],
    [
      { files: ['/logs/a.log'], fileCount: 1, lines: 3, first: undefined, last: undefined },
      'Learnt from a.log: 3 lines in 4.1 s. Had it been watched then, there would have been no mail.',
    ],
    [
      { mails: 1, lastMails: [{ at: 90 * 60_000, watch: 'http.5xx.burst' }] },
      'Learnt from 6 days of 7 files (access.log.6.gz … access.log): 1,204,331 lines in 4.1 s. Had it been watched then, there would have been 1 mail: http.5xx.burst at 1970-01-01T01:30Z.',
    ],
    [
      { mails: 3, lastMails: [1, 2].map((hours) => ({ at: hours * HOUR_MS, watch: 'site.absent' })) },
      'Learnt from 6 days of 7 files (access.log.6.gz … access.log): 1,204,331 lines in 4.1 s. Had it been watched then, there would have been 3 mails, the last of them: site.absent at 1970-01-01T01:00Z, site.absent at 1970-01-01T02:00Z.',
    ],
    [
      {
        files: ['/logs/a.log'],
        fileCount: 1,
        lines: 3,
        first: undefined,
        leftOut: ['b.log is gone.', 'c.log is gone.'],
      },
      'Learnt from a.log: 3 lines in 4.1 s. Had it been watched then, there would have been no mail. Left out: b.log is gone. And more.',
    ],
  ];
  for (const [more, said] of cases) assert.equal(learntText({ ...LEARNT, ...more }), said);
});

test('of many names the first and the last are kept', () => {
  assert.deepEqual(keptNames([]), []);
  assert.deepEqual(keptNames(['a', 'b']), ['a', 'b']);
  assert.deepEqual(keptNames(['a', 'b', 'c', 'd']), ['a', 'd']);
});
