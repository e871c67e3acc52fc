import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditReport, SourceReport } from '../../../src/core/reading/report.ts';
import { SOURCES_COLUMNS, sourcesText } from '../../../src/core/render/sources.ts';

const AT = Date.UTC(2026, 10, 25, 3, 12, 5);

test('a source is told in a few rows: state, lines, bytes, audit, problems, files', () => {
  const text = textOf({
    condition: 'impaired',
    lagMs: 130_000,
    lines: 120_431,
    patterns: [
      { pattern: 'nginx-timed', lines: 118_000 },
      { pattern: 'nginx-error', lines: 2_431 },
    ],
    watermark: AT,
    ledger: { present: 12_400_500, taken: 12_399_000, skipped: { deleted_unread_bytes: 300 }, unread: 1_200, gap: 0 },
    skipped: { late: 3, unparsed: 12 },
    unparsedShare: 0.0001,
    audit: { verdict: 'agrees', since: AT, requests: 10_420, lines: 10_420, gap: 0 },
    problems: ["'/var/log/nginx/error.log' may not be read: it belongs to group 4 with mode 0640."],
    generations: [
      {
        name: '/var/log/nginx/access.log',
        state: 'live',
        pattern: 'nginx-timed',
        size: 12_400,
        offset: 11_200,
        unread: 1_200,
        skipped: 0,
      },
      { name: '/var/log/nginx/access.log.1', state: 'done', size: 9, offset: 9, unread: 0, skipped: 300 },
    ],
    generationsMore: 12,
  });

  assert.equal(
    text,
    `linesman on web-1: 1 source

nginx (files): IMPAIRED, SOMETHING of it cannot be read, 2 min 10 s behind
  lines     120,431: nginx-timed 118,000, nginx-error 2,431, unparsed 0.0%, late 3
  newest    2026-11-25 03:12:05 UTC
  bytes     12,400,500 present = 12,399,000 taken + 300 deleted_unread_bytes + 1,200 unread
  audit     agrees: 10,420 requests since 2026-11-25 03:12:05 UTC, 10,420 lines, none missing
  problem   '/var/log/nginx/error.log' may not be read: it belongs to group 4 with mode 0640.
  file                         state   pattern                size    unread   skipped
  /var/log/nginx/access.log    live    nginx-timed         12.4 kB    1.2 kB         -
  /var/log/nginx/access.log.1  done    -                   9 bytes         - 300 bytes
  and 12 more; --all lists them
`,
  );
});

test('one that stands by says so and why, and not that it is starting', () => {
  const standby =
    'Another linesman (on box-7) watches as host web-1 at this Redis; this one stands by and takes over when that one is gone.';

  const text = sourcesText({ host: 'web-1', timezone: 'UTC', sources: [], standby });

  assert.match(text, /^linesman on web-1: standing by, it reads nothing\. Another linesman \(on box-7\)/);
  assert.doesNotMatch(text, /starting/);
  assert.ok(text.split('\n').every((line) => line.length <= SOURCES_COLUMNS));
});

test('no row is wider than a terminal, but for a path that is, and that stays whole', () => {
  const path = `/srv/${'deep/'.repeat(40)}access.log`;
  const text = textOf({
    problems: [
      `'${path}' cannot be read (EIO): the disk or mount fails: look at the kernel log (dmesg). ${'Again. '.repeat(30)}`,
    ],
    generations: [{ name: path, state: 'live', size: 1, offset: 1, unread: 0, skipped: 0 }],
    ledger: {
      present: 9e14,
      taken: 9e14,
      skipped: { line_too_long: 9e14, leading_nuls: 9e14, damaged: 9e14, dropped: 9e14 },
      unread: 0,
      gap: 0,
    },
  });

  const wide = text.split('\n').filter((line) => line.length > SOURCES_COLUMNS);
  assert.ok(wide.every((line) => line.includes(path)));
  assert.ok(text.includes(path));
});

test('names and sentences of an attacker are inert', () => {
  const evil = '/logs/\u001b[2J\u202Eevil\n.log';
  const text = textOf({
    name: 'nginx',
    problems: [`'${evil}' may not be read`],
    generations: [{ name: evil, state: 'live', pattern: evil, size: 1, offset: 1, unread: 0, skipped: 0 }],
    patterns: [{ pattern: evil, lines: 1 }],
    audit: { verdict: 'unanswered', requests: 0, lines: 0, gap: 0, problem: evil },
  });

  assert.doesNotMatch(text, /[\u001b\u202e]/u);
  assert.ok(text.includes('/logs/\\u001B[2J\\u202Eevil\\u000A.log'));
});

test('a gap in the ledger asks for a report', () => {
  const text = textOf({ ledger: { present: 10, taken: 4, skipped: {}, unread: 1, gap: 5 } });

  assert.match(text, /10 present = 4 taken \+ 1 unread \(5 are unaccounted for: please report this\)/);
});

const AUDITS: Readonly<Record<string, AuditReport>> = {
  'has begun': { verdict: 'beginning', requests: 0, lines: 0, gap: 0 },
  '7 LINES ARE MISSING: 90 requests since 2026-11-25 03:12:05 UTC, 83 lines': {
    ...{ verdict: 'missing', since: AT, requests: 90, lines: 83, gap: 7 },
  },
  '7 LINES ARE MISSING and more by the minute: 90 requests since 2026-11-25 03:12:05 UTC, 83 lines': {
    ...{ verdict: 'growing', since: AT, requests: 90, lines: 83, gap: 7 },
  },
  'cannot say: 90 requests since 2026-11-25 03:12:05 UTC, 16,740 lines, so a gap could hide behind them': {
    ...{ verdict: 'unclear', since: AT, requests: 90, lines: 16_740, gap: 0 },
  },
  'cannot be done: make a source of each Nginx.': {
    ...{ verdict: 'other_logs', since: AT, requests: 1, lines: 9, gap: 0, problem: 'make a source of each Nginx.' },
  },
};

for (const [said, audit] of Object.entries(AUDITS)) {
  test(`an audit is told: ${said}`, () => {
    assert.ok(textOf({ audit }).replace(/\s+/g, ' ').includes(` audit ${said} `));
  });
}

test('while linesman starts it says so', () => {
  const text = sourcesText({ host: 'web-1', timezone: 'UTC', sources: [] });

  assert.equal(text, 'linesman on web-1: starting, no source is opened yet\n');
});

function textOf(changes: Partial<SourceReport>): string {
  const source: SourceReport = {
    ...{ name: 'nginx', kind: 'files', condition: 'reading', lagMs: 0, lines: 0, patterns: [], unparsedShare: 0 },
    ...{ skipped: {}, problems: [], generations: [], generationsMore: 0 },
    ...changes,
  };
  return sourcesText({ host: 'web-1', timezone: 'UTC', sources: [source] });
}
