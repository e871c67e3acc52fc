import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chanceText } from '../../../src/core/render/chance.ts';
import { countText, durationText, valueText } from '../../../src/core/render/units.ts';
import { clock, timestamp } from '../../../src/core/render/when.ts';
import {
  agreeingText,
  limitText,
  nowText,
  rankText,
  sureText,
  titleOf,
  usualText,
} from '../../../src/core/render/wording.ts';
import type { Finding } from '../../../src/core/types.ts';
import { AT, findingOf, SINCE, thresholdFinding } from './story.ts';

const uncounted = { part: undefined, whole: undefined };

interface Told {
  readonly noun: string;
  readonly finding: Finding;
  readonly detector?: string;
  readonly title: string;
  readonly now: string;
  readonly usual: string | undefined;
  readonly limit: string;
}

const SAID: Readonly<Record<string, Told>> = {
  'a share against its usual value': {
    noun: 'HTTP 5xx responses',
    finding: findingOf(),
    title: 'HTTP 5xx responses: 12.4%, usually 0.3%.',
    now: '12.4% (62 of 500 in 1 min)',
    usual: '0.3%',
    limit: 'told from 2.1% up',
  },
  'a number of events': {
    noun: 'PHP errors',
    finding: findingOf({ ...uncounted, unit: 'count', value: 1_042, expected: 1.24, limit: 12 }),
    title: 'PHP errors: 1,042 in 1 min, usually 1.2.',
    now: '1,042 in 1 min',
    usual: '1.2',
    limit: 'told from 12 up',
  },
  'too few of something': {
    noun: 'Requests',
    finding: findingOf({ ...uncounted, unit: 'count', value: 12, expected: 340, limit: 85 }),
    title: 'Requests: 12 in 1 min, usually 340.',
    now: '12 in 1 min',
    usual: '340',
    limit: 'told from 85 down',
  },
  'a limit that is just reached': {
    noun: 'Serious nginx errors',
    finding: thresholdFinding({ unit: 'count', value: 3, limit: 3 }),
    title: 'Serious nginx errors: 3 in 1 min, at the limit of 3.',
    now: '3 in 1 min',
    usual: undefined,
    limit: 'told from 3 up',
  },
  'a mean without a unit, as the load': {
    noun: 'Load',
    finding: thresholdFinding({ unit: 'count', value: 12.34, limit: 8, windowMs: 600_000 }),
    title: 'Load: 12.3, above the limit of 8.',
    now: '12.3 over 10 min',
    usual: undefined,
    limit: 'told from 8 up',
  },
  'a percentage against a fixed limit': {
    noun: 'Disk use',
    finding: thresholdFinding({ labels: { mount: '/var' }, unit: 'percent', value: 93.42, limit: 90 }),
    title: 'Disk use (mount /var): 93.4%, above the limit of 90%.',
    now: '93.4% over 1 min',
    usual: undefined,
    limit: 'told from 90% up',
  },
  'memory running out': {
    noun: 'Free memory',
    finding: thresholdFinding({ unit: 'bytes', value: 41_943_040, limit: 100_000_000, windowMs: 0 }),
    title: 'Free memory: 41.9 MB, below the limit of 100 MB.',
    now: '41.9 MB',
    usual: undefined,
    limit: 'told from 100 MB down',
  },
  'a response time': {
    noun: 'Response time',
    finding: findingOf({ ...uncounted, unit: 'seconds', value: 2.41, expected: 0.35, limit: 1 }),
    title: 'Response time: 2.4 s, usually 350 ms.',
    now: '2.4 s over 1 min',
    usual: '350 ms',
    limit: 'told from 1 s up',
  },
  silence: {
    noun: 'Requests',
    detector: 'absence',
    finding: findingOf({ ...uncounted, unit: 'seconds', value: 250, expected: 12, limit: 60, windowMs: 0 }),
    title: 'Requests: nothing for 4 min 10 s, usually not longer than 12 s.',
    now: 'nothing for 4 min 10 s',
    usual: 'not longer than 12 s',
    limit: 'told from 1 min on',
  },
  'silence against a fixed limit': {
    noun: 'Backups',
    detector: 'absence',
    finding: thresholdFinding({ unit: 'seconds', value: 93_600, limit: 90_000, windowMs: 0 }),
    title: 'Backups: nothing for 26 h, longer than the limit of 25 h.',
    now: 'nothing for 26 h',
    usual: undefined,
    limit: 'told from 25 h on',
  },
};

for (const [what, told] of Object.entries(SAID)) {
  test(`${what} reads naturally`, () => {
    assert.deepEqual(
      {
        title: titleOf(told.noun, told, 'firing'),
        now: nowText(told),
        usual: usualText(told),
        limit: limitText(told),
      },
      { title: told.title, now: told.now, usual: told.usual, limit: told.limit },
    );
  });
}

test('by day a silence is not held against the gaps of the night, nor is one line against a limit of one', () => {
  const silence = findingOf({ ...uncounted, unit: 'seconds', value: 60, expected: 780, limit: 60, windowMs: 60_000 });
  const judged = { finding: silence, detector: 'absence' };
  const emergency = thresholdFinding({ unit: 'count', value: 1, limit: 1 });

  assert.equal(titleOf('No requests', judged, 'firing'), 'No requests for 1 min.');
  assert.equal(usualText(judged), undefined);
  assert.equal(titleOf('nginx emergency', { finding: emergency }, 'firing'), 'nginx emergency: 1 in 1 min.');
  assert.equal(sureText({ finding: emergency }), undefined);
});

test('the end of a fault says how bad it was, and whether it was seen to be well', () => {
  const share = { finding: findingOf() };
  const silence = SAID.silence as Told;

  assert.equal(
    titleOf('HTTP 5xx responses', share, 'resolved', 'well'),
    'HTTP 5xx responses: back to normal; at worst 12.4%.',
  );
  assert.equal(titleOf('Requests', silence, 'resolved', 'well'), 'Requests: over after 4 min 10 s of silence.');
  assert.equal(
    titleOf('HTTP 5xx responses', share, 'resolved', 'unobserved'),
    'HTTP 5xx responses: no longer observed, so nobody knows whether it is well; at worst 12.4%.',
  );
  assert.equal(
    titleOf('HTTP 5xx responses', share, 'resolved', 'unwatched'),
    'HTTP 5xx responses: no longer watched, so nobody knows whether it is well; at worst 12.4%.',
  );
});

test('a noun that denies, or that speaks of one of several, is not said twice', () => {
  const silence = SAID.silence as Told;
  const finding = findingOf({ labels: { upstream: '10.0.0.7:8080' } });

  assert.equal(titleOf('No requests', silence, 'firing'), 'No requests for 4 min 10 s, usually not longer than 12 s.');
  assert.equal(
    titleOf('HTTP 5xx responses of one upstream', { finding }, 'firing'),
    'HTTP 5xx responses (upstream 10.0.0.7:8080): 12.4%, usually 0.3%.',
  );
});

test('a label from a log is harmless in the title', () => {
  const finding = findingOf({ labels: { vhost: 'evil.com\u202E\r\n' } });

  assert.equal(
    titleOf('HTTP 5xx', { finding }, 'firing'),
    'HTTP 5xx (vhost evil[.]com\\u202E\\u000D\\u000A): 12.4%, usually 0.3%.',
  );
});

test('how sure it is, in words, and never surer than the model of chance is good for', () => {
  const cases = [
    [0, 'nothing rare'],
    [0.3, 'by chance once in 100 seconds'],
    [2.6, 'by chance once in 7 hours'],
    [4.6, 'by chance once in 30 days'],
    [6.52, 'by chance once in 6 years'],
    [8.5, 'by chance once in 600 years'],
    [12, 'by chance less than once in 1,000 years'],
    [900, 'by chance less than once in 1,000 years'],
    [999, 'measured against a fixed limit'],
  ] as const;
  for (const [score, said] of cases) assert.equal(chanceText(score, 60_000), said);
  assert.equal(chanceText(5, 0), 'by chance once in 100,000 looks');
  assert.equal(chanceText(13, 0), 'by chance less than once in a trillion looks');
});

test('a chance that one window alone would have too often is not told, since several windows said so', () => {
  const sure = (score: number) => sureText({ finding: findingOf({ score, windowMs: 60_000 }) });

  assert.equal(sure(4), undefined);
  assert.equal(sure(5), 'by chance once in 70 days');
});

test('a score that is a scale is called no chance', () => {
  const finding = findingOf({ score: 8, windowMs: 60_000 });

  assert.equal(sureText({ finding, detector: 'level' }), undefined);
  assert.equal(sureText({ finding, detector: 'count' }), 'by chance once in 200 years');
});

test('what fills up says when it is full, what is new or another one has no limit', () => {
  const at = Date.UTC(2026, 10, 25, 3, 0, 0);
  const disk = findingOf({
    labels: { mount: '/var' },
    value: 83.4,
    unit: 'percent',
    time: at,
    fullAt: at + 5 * 3_600_000 + 183_000,
  });
  const subject = 'Connection to <*> refused\u202e';
  const fresh = findingOf({ value: 3, unit: 'count', windowMs: 600_000, score: 999, subject });

  const told = (noun: string, finding: Finding, detector: string) => titleOf(noun, { finding, detector }, 'firing');

  assert.equal(told('Disk', disk, 'fill'), 'Disk (mount /var): 83.4%, full in about 5 h at this rate.');
  assert.equal(limitText({ finding: disk, detector: 'fill' }), undefined);
  assert.equal(
    told('New error in the log', fresh, 'template'),
    'New error in the log: “Connection to <*> refused\\u202E”, 3 in 10 min, never seen before.',
  );
});

test('a known message that comes more often was seen before, and says how often it usually comes', () => {
  const finding = findingOf({
    value: 150,
    expected: 1.5,
    limit: 60,
    unit: 'count',
    windowMs: 1_800_000,
    subject: 'no <*>',
  });
  const judged = { finding: { ...finding, part: undefined, whole: undefined }, detector: 'template' };

  const title = titleOf('A known error far more often', judged, 'firing');

  assert.equal(title, 'A known error far more often: “no <*>”, 150 in 30 min, usually 1.5.');
  assert.deepEqual(
    [nowText(judged), usualText(judged), limitText(judged)],
    ['150 in 30 min', '1.5', 'told from 60 up'],
  );
});

test('the rank of a value, its range and the windows that agree', () => {
  const finding = findingOf({
    ...{ value: 1.8, expected: 0.3, unit: 'seconds', usual: { low: 0.2, high: 0.5 }, agreeing: [10_000, 60_000] },
    record: { since: AT - 14 * 86_400_000, next: 0.9, side: 'high' },
  });

  assert.equal(titleOf('Response time p95', { finding }, 'firing'), 'Response time p95: 1.8 s, usually 300 ms.');
  assert.equal(usualText({ finding }), '300 ms, at this time from 200 ms to 500 ms');
  assert.equal(rankText({ finding }), 'the highest in 14 days; next 900 ms');
  assert.equal(agreeingText({ finding }), 'the last 10 s and 1 min say the same');
  assert.equal(rankText({ finding: { ...finding, record: { since: AT - 60_000, next: 1, side: 'high' } } }), undefined);
});

test('numbers have few digits', () => {
  assert.deepEqual(
    [0.7656, 0.1603, 12.34].map((value) => valueText(value, 'seconds')),
    ['766 ms', '160 ms', '12 s'],
  );
  assert.deepEqual(
    [0, 0.0004, 0.003, 0.124, 0.98765, 1].map((value) => valueText(value, 'share')),
    ['0%', '0.04%', '0.3%', '12.4%', '98.8%', '100%'],
  );
  assert.deepEqual(
    [0, 0.35, 2.41, 45, 250, 5_000].map((value) => valueText(value, 'seconds')),
    ['0 s', '350 ms', '2.4 s', '45 s', '4 min 10 s', '1 h 23 min'],
  );
  assert.deepEqual(
    [0, 999, 1_500, 1_288_490_188, 5e18].map((value) => valueText(value, 'bytes')),
    ['0 bytes', '999 bytes', '1.5 kB', '1.3 GB', '5000 PB'],
  );
  assert.deepEqual([0, 3.24, 99.96, 4_613, 1_234_567.8].map(countText), ['0', '3.2', '100', '4,613', '1,234,568']);
  assert.equal(valueText(Number.NaN, 'share'), 'unknown');
});

test('lengths of time have one or two units', () => {
  assert.deepEqual(
    [0, 850, 999.7, 45_000, 59_600, 60_000, 250_000, 14 * 60_000, 3_599_000, 12_000_000, 90_000_000, 300_000_000].map(
      durationText,
    ),
    [
      '0 ms',
      '850 ms',
      '1 s',
      '45 s',
      '1 min',
      '1 min',
      '4 min 10 s',
      '14 min',
      '1 h',
      '3 h 20 min',
      '25 h',
      '3 days 11 h',
    ],
  );
});

test('instants are in the zone of the machine', () => {
  assert.equal(timestamp(SINCE, 'UTC'), '2026-11-25 03:12:05 UTC');
  assert.equal(timestamp(SINCE, 'Europe/Berlin'), '2026-11-25 04:12:05 GMT+1');
  assert.equal(timestamp(Date.UTC(2026, 10, 25), 'UTC'), '2026-11-25 00:00:00 UTC');
  assert.equal(clock(SINCE, 'America/New_York'), '22:12:05');
});

test('a zone nobody knows does not keep the mail from going out', () => {
  assert.equal(timestamp(SINCE, 'Mars/Olympus'), '2026-11-25 03:12:05 UTC');
});
