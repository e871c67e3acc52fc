import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Audit, accessLines, parseStubStatus, stepAudit } from '../../../src/core/reading/audit.ts';

test('what stub_status says is read, and nothing else is taken for it', () => {
  const page =
    'Active connections: 3 \nserver accepts handled requests\n 11 10 4613 \nReading: 1 Writing: 2 Waiting: 0 \n';

  assert.deepEqual(parseStubStatus(page), {
    ...{ accepts: 11, handled: 10, requests: 4_613, reading: 1, writing: 2, waiting: 0 },
  });
  for (const text of ['', '<html>404</html>', page.replace('4613', '-1'), `${page}more`])
    assert.equal(parseStubStatus(text), undefined, text);
});

/** Each row: requests, lines counted before and after, in flight (the question itself is one); what is said then. */
const STORIES: Readonly<Record<string, readonly (readonly [number, number, number, number, string, number])[]>> = {
  'every request has its line': [
    [1_000, 500, 500, 1, 'beginning', 0],
    [1_101, 590, 600, 1, 'agrees', 0],
    [1_202, 699, 700, 1, 'agrees', 0],
  ],
  'lines of later requests hide a gap, and never make one': [
    [1_000, 500, 500, 1, 'beginning', 0],
    [1_101, 590, 640, 1, 'agrees', 0],
  ],
  'lines from before the audit, counted after it began, could hide a gap, so nothing is said to agree': [
    [1_000, 0, 16_740, 1, 'beginning', 0],
    [1_001, 16_740, 16_740, 1, 'unclear', 0],
    [1_102, 16_840, 16_840, 1, 'unclear', 0],
  ],
  'requests that are being answered are not missing yet': [
    [1_000, 0, 0, 1, 'beginning', 0],
    [1_101, 60, 61, 40, 'agrees', 0],
  ],
  'one gap that does not grow is not told': [
    [1_000, 0, 0, 1, 'beginning', 0],
    [1_101, 50, 50, 1, 'missing', 0],
    [1_202, 150, 150, 1, 'missing', 0],
  ],
  'a gap that grows twice in a row is told with all of its growth, then with what comes to it': [
    [1_000, 0, 0, 1, 'beginning', 0],
    [1_101, 50, 50, 1, 'missing', 0],
    [1_202, 100, 100, 1, 'growing', 100],
    [1_303, 150, 150, 1, 'growing', 50],
    [1_404, 250, 250, 1, 'missing', 0],
  ],
  'a gap that grows now and then is not told': [
    [1_000, 0, 0, 1, 'beginning', 0],
    [1_101, 50, 50, 1, 'missing', 0],
    [1_202, 150, 150, 1, 'missing', 0],
    [1_303, 200, 200, 1, 'missing', 0],
  ],
  'a restarted Nginx begins anew': [
    [1_000, 0, 0, 1, 'beginning', 0],
    [1_101, 0, 0, 1, 'missing', 0],
    [5, 4, 4, 1, 'beginning', 0],
    [106, 104, 104, 1, 'agrees', 0],
  ],
  'more lines than requests, twice, are other logs, and nothing is told from then on': [
    [1_000, 0, 0, 1, 'beginning', 0],
    [1_101, 300, 300, 1, 'unclear', 0],
    [1_202, 600, 600, 1, 'other_logs', 0],
    [9_000, 600, 600, 1, 'other_logs', 0],
    [19_000, 600, 600, 1, 'other_logs', 0],
  ],
  'counts that were loaded from an older store begin anew': [
    [1_000, 500, 500, 1, 'beginning', 0],
    [1_101, 90, 90, 1, 'beginning', 0],
  ],
};

for (const [name, rows] of Object.entries(STORIES)) {
  test(name, () => {
    let audit: Audit | undefined;
    const said = rows.map(([requests, linesBefore, linesAfter, writing], polls) => {
      const status = { accepts: requests, handled: requests, requests, reading: 0, writing, waiting: 0 };
      audit = stepAudit(audit, { at: polls * 60_000, status, polls: polls + 1, linesBefore, linesAfter });
      return [audit.verdict, audit.news];
    });

    assert.deepEqual(
      said,
      rows.map(([, , , , verdict, news]) => [verdict, news]),
    );
  });
}

test('lines of an access log count, understood or not; those of an error log do not', () => {
  const lines = accessLines([
    { pattern: 'nginx-combined', status: '200', count: 100 },
    { pattern: 'nginx-combined', status: 'other', count: 1 },
    { pattern: 'nginx-error', status: '', count: 50 },
    { pattern: 'unmatched', status: '', count: 7 },
  ]);

  assert.equal(lines, 108);
});
