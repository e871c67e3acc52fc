/** From figures of the reading to mails: each watch of reading over the engine, with time as an argument. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadWatching } from '../../../src/app/knowing/watching.ts';
import {
  AUDIT_GAP,
  BLIND,
  CLOCK_OFFSET,
  LINES_LOST,
  LINES_UNPARSED,
  READING_LAG,
  READING_ROTATION,
} from '../../../src/app/reading/reading-watches.ts';
import { DEAD_DELIVERIES, EVICTING_REDIS, PATTERN_TOO_SLOW, STATE_LOST } from '../../../src/app/self.ts';
import { loadConfig } from '../../../src/config/config.ts';
import type { Measurement } from '../../../src/core/plugin.ts';
import { renderText } from '../../../src/core/render/text.ts';
import type { MailModel } from '../../../src/core/types.ts';
import { T0 } from '../../engine/parts.ts';
import { machineStory } from '../../support/machine-story.ts';

const OF_NO_SOURCE: readonly string[] = [DEAD_DELIVERIES, EVICTING_REDIS, PATTERN_TOO_SLOW, STATE_LOST];
const { machineWatches } = await loadWatching(
  loadConfig({ env: { LINESMAN_TIMEZONE: 'UTC', LINESMAN_CONFIG: '/dev/null' }, hostname: 'web-1' }),
);

test('a log that cannot be read for five minutes is told with the sentence that says why', async () => {
  const why = "'/var/log/nginx/access.log' is a link to /dev/stdout, so Nginx writes to the container's output";

  const mails = await story((seconds) => (seconds < 600 ? [[BLIND, seconds, why]] : [[BLIND, 0]]), 800);

  // The third figure brings the mean to five minutes; it is confirmed ten seconds later, and held for as long.
  assert.deepEqual(told(mails), [
    ['firing', 'Unreadable log (source web): 5 min 20 s, above the limit of 5 min.', [why]],
    ['resolved', 'Unreadable log (source web): back to normal; at worst 9 min 40 s.', [why]],
  ]);
});

test('reading that is two minutes behind is told as a warning, a shorter backlog is not', async () => {
  const short = await story((seconds) => [[READING_LAG, Math.min(seconds, 100)]], 400);
  const long = await story((seconds) => [[READING_LAG, seconds]], 400);

  assert.deepEqual(told(short), []);
  assert.deepEqual(
    long.map(({ transition, severity, since, at }) => [transition, severity, at > since]),
    [['firing', 'warning', true]],
  );
});

test('unread bytes in a renamed file for a minute are critical, and the file is named', async () => {
  const sentence = '/logs/access.log.2 was renamed, and 1,204 bytes of it are unread for 1 min 10 s';

  const [mail] = await story((seconds) => [[READING_ROTATION, seconds, sentence]], 200);

  assert.deepEqual([mail?.severity, mail?.evidence], ['critical', [sentence]]);
  assert.match(renderText(mail as MailModel, 0), /WHAT LINESMAN SAW\n\| \/logs\/access\.log\.2 was renamed/);
});

test('lines lost again and again are one fault, over after an hour without', async () => {
  const losses = (seconds: number): Figures =>
    seconds <= 3_000 && seconds % 300 === 0 ? [[LINES_LOST, 900, 'lost']] : [];

  const mails = await story(losses, 3_000 + 3_700);

  assert.deepEqual(
    mails.map(({ transition }) => transition),
    ['firing', 'resolved'],
  );
});

test('a log that is not understood any more is told, and resolves when it is', async () => {
  const mails = await story((seconds) => [[LINES_UNPARSED, seconds < 120 ? 92 : 3]], 600);

  assert.deepEqual(
    mails.map(({ transition, severity }) => [transition, severity]),
    [
      ['firing', 'warning'],
      ['resolved', 'warning'],
    ],
  );
});

test('a clock that is off is told with its lines, and is over when it is set', async () => {
  const why =
    "Lines of nginx-error in source web are stamped 1 h ahead of this machine's clock, so they count in no window";

  const mails = await story((seconds) => (seconds < 120 ? [[CLOCK_OFFSET, 3_600, why]] : [[CLOCK_OFFSET, 0]]), 400);

  assert.deepEqual(told(mails), [
    ['firing', 'Clock offset (source web): 1 h, above the limit of 1 min.', [why]],
    ['resolved', 'Clock offset (source web): back to normal; at worst 1 h.', [why]],
  ]);
});

test('a gap of the audit is told with its number of lines', async () => {
  const mails = await story((seconds) => (seconds === 60 ? [[AUDIT_GAP, 420, 'Nginx counted …']] : []), 200);

  assert.deepEqual(told(mails), [['firing', 'Unlogged requests (source web): 420 in 15 min.', ['Nginx counted …']]]);
});

test('the subject of each names the log as a person would', async () => {
  const subjects: unknown[] = [];
  for (const [series, value, until] of READINGS) {
    const [mail] = await story((seconds) => (seconds <= until ? [[series, value]] : []), 200);
    subjects.push(mail?.subject.replace(/ #\w{4}$/, ''));
  }

  assert.deepEqual(subjects, [
    '[linesman warning] web-1 Unreadable log of web 5 min 10 s (limit 5 min)',
    '[linesman warning] web-1 Reading delay of web 2 min 30 s (limit 2 min)',
    // With its limit a longer one would not be seen whole.
    '[linesman critical] web-1 Unread rotated log of web 1 min 20 s',
    '[linesman warning] web-1 Lost log lines of web 900 bytes (limit 1 byte)',
    '[linesman warning] web-1 Unparsed log lines of web 92% (limit 50%)',
    '[linesman warning] web-1 Unlogged requests of web 420 in 15 min',
  ]);
});

test('two sources are two faults', async () => {
  const measure = (seconds: number): Figures => [
    [READING_LAG, seconds],
    [READING_LAG, seconds, 'x', 'shop'],
  ];

  const [mail] = await story(measure, 200);

  assert.deepEqual([mail?.labels.source, mail?.together.length], ['shop', 1]);
});

test('what linesman says of itself is told, also while an older fault of the machine is open', async () => {
  for (const series of OF_NO_SOURCE) {
    const mails = await story((seconds) => [[BLIND, seconds], ...(seconds === 700 ? [[series, 1] as const] : [])], 900);

    assert.deepEqual(
      mails.filter(({ transition }) => transition === 'firing').map(({ watch }) => watch),
      [BLIND, series],
    );
  }
});

test('an emptied Redis is told once, without an all-clear, and each time anew', async () => {
  const emptied = [0, 1_200];

  const mails = await story((seconds) => (emptied.includes(seconds) ? [[STATE_LOST, 1]] : []), 2_400);

  assert.deepEqual(
    mails.map(({ transition }) => transition),
    ['firing', 'firing'],
  );
});

test('what lasts has its all-clear, also where an event began with it', async () => {
  const mailsOf = async (lostAt: number) => {
    const mails = await story(
      (seconds) => [[BLIND, seconds < 600 ? 310 : 0], ...(seconds === lostAt ? [[STATE_LOST, 1] as const] : [])],
      800,
    );
    return mails.map(({ transition, watch, together }) => [transition, watch, together.length]);
  };

  assert.deepEqual(await mailsOf(30), [
    ['firing', BLIND, 1],
    ['resolved', BLIND, 1],
  ]);
  // The blind source is another thing, which a mail that was told says nothing of.
  assert.deepEqual(await mailsOf(10), [
    ['firing', STATE_LOST, 0],
    ['firing', BLIND, 0],
    ['resolved', BLIND, 0],
  ]);
});

/** A bad figure of each, and for how many seconds it comes: what is added up comes once. */
const READINGS = [
  [BLIND, 310, 200],
  [READING_LAG, 150, 200],
  [READING_ROTATION, 80, 200],
  [LINES_LOST, 900, 0],
  [LINES_UNPARSED, 92, 200],
  [AUDIT_GAP, 420, 0],
] as const;

type Figures = readonly (readonly [series: string, value: number, sentence?: string, source?: string])[];

/** Figures every ten seconds, a tick after each; the mails of it all. */
async function story(measure: (seconds: number) => Figures, seconds: number): Promise<readonly MailModel[]> {
  const toMeasurement = ([series, value, sentence, source = 'web']: Figures[number]): Measurement => {
    const key = OF_NO_SOURCE.includes(series) ? series : `${series}{source=${source}}`;
    return { series: key, value, lines: sentence === undefined ? [] : [sentence] };
  };
  return await machineStory({
    ...{ watches: machineWatches, start: T0, seconds },
    measure: (second) => measure(second).map(toMeasurement),
  });
}

function told(mails: readonly MailModel[]) {
  return mails.map(({ transition, title, evidence }) => [transition, title, evidence]);
}
