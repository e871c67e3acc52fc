/** What `linesman budget` says of findings that no mail was made of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DigestState } from '../../../src/core/decide/digest.ts';
import { reportBudget } from '../../../src/core/detect/budget-report.ts';
import { budgetText } from '../../../src/core/render/budget.ts';

const AT = Date.UTC(2026, 10, 25, 12);
const MINUTE = 60_000;
const NOTICED: DigestState['noticed'] = [
  {
    ...{ fault: '0123456789abcdef', watch: 'http.499', since: AT - 90 * MINUTE, endedAt: AT - 80 * MINUTE },
    said: 'Visitors that gave up: 4%, usually 0.2%.\u001b[2J',
  },
  { fault: 'fedcba9876543210', watch: 'host.cpu.busy', since: AT - 30 * MINUTE, said: 'Processors: 97%.' },
];

test('what waits for the digest is listed, with what shows why', () => {
  const text = textOf({ noticed: NOTICED, isOff: false });

  assert.match(text, /^NOTICED since 2026-11-25 08:00:00 UTC, and waiting for the next digest$/m);
  assert.match(
    text,
    /^ {2}2026-11-25 10:30:00 UTC, for 10 min: Visitors that gave up: 4%, usually 0\.2%\..* \(linesman why [0-9A-Z]{4}\)$/m,
  );
  assert.match(text, /^ {2}2026-11-25 11:30:00 UTC, goes on: Processors: 97%\. /m);
  assert.ok(!text.includes('\u001b'));
});

test('where the digest is off it says that nobody was mailed, and how many are not kept', () => {
  const text = textOf({ noticed: NOTICED, isOff: true, noticedDropped: 7 });

  assert.match(text, /^NOTICED since .*, and mailed to nobody \(digest: off\)$/m);
  assert.match(text, /^ {2}and 7 before that$/m);
  assert.doesNotMatch(text, /waiting for/);
  assert.doesNotMatch(textOf({ noticed: [], isOff: true }), /NOTICED/);
});

function textOf(digest: {
  readonly noticed: DigestState['noticed'];
  readonly isOff: boolean;
  readonly noticedDropped?: number;
}): string {
  return budgetText(
    reportBudget({
      ...{ host: 'web-1', at: AT, falseAlarmsPerMonth: 1, tests: {}, fired: [], watches: [], timezone: 'UTC' },
      digest: { since: AT - 4 * 60 * MINUTE, noticedDropped: 0, ...digest },
    }),
  );
}
