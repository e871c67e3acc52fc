import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_NAMED } from '../../../src/core/decide/book.ts';
import { FREED_MS } from '../../../src/core/decide/freed.ts';
import { QUIET_RANK } from '../../../src/core/decide/leading.ts';
import { HOLD_CHECKS_MS } from '../../../src/core/decide/tellings.ts';
import { MAX_TOGETHER } from '../../../src/core/render/model.ts';
import { drawTold, type Lane, play, START } from './drawing.ts';

const EVERY_MS = 15_000;
const FIVE = { stepMs: 5_000 };
const base = {
  readingMs: EVERY_MS,
  clearAfterMs: 2 * EVERY_MS,
  rank: 3,
  source: 'machine',
  severity: 'critical',
} as const;
const parents = { watches: ['check.db'], waitMs: 20_000 };
const db: Omit<Lane, 'drawing'> = { ...base, name: 'check.db' };
const api: Omit<Lane, 'drawing'> = { ...base, name: 'check.api', parents };
const web: Omit<Lane, 'drawing'> = {
  ...{ ...base, name: 'check.web' },
  parents: { watches: ['check.api', 'check.db'], waitMs: 20_000 },
};

/** A letter a reading, with the blanks between two, and `late` before the first. */
function every(said: string, late = 0): string {
  return ' '.repeat(late) + [...said].join('  ');
}

test('a child that fails alone is told as soon as its parent was seen well', () => {
  const lanes = [
    { ...db, drawing: every('........', 1) },
    { ...api, drawing: every('########') },
  ];
  // Confirmed after 15 s, and held four seconds, which are over at the next step.
  assert.equal(drawTold(lanes, FIVE).indexOf('F'), 4);
});

test('a parent that fails with its children makes one mail, and leads it', () => {
  const lanes = [
    { ...api, drawing: every('#######') },
    { ...web, drawing: every('#######', 1) },
    { ...db, drawing: every('#######', 2) },
  ];
  const { tellings } = play(lanes, FIVE);
  assert.deepEqual(
    tellings.map(({ transition, at, faults }) => [transition, at - START, faults.map(({ watch }) => watch)]),
    [['firing', 25_000, ['check.db', 'check.api', 'check.web']]],
  );
});

test('a parent that is pending is waited for, until it fires or not', () => {
  const lanes = (said: string) => [
    { ...db, drawing: every(said, 2) },
    { ...api, drawing: every('###########') },
  ];
  const fires = play(lanes('#.########'), FIVE);
  assert.deepEqual(
    fires.tellings.map(({ at, leader }) => [at - START, leader.watch]),
    [[40_000, 'check.db']],
    'wrong at 10 s, well at 25 s, wrong again at 40 s',
  );
  const refuted = play(lanes('#.........'), FIVE);
  assert.deepEqual(
    refuted.tellings.map(({ at, leader }) => [at - START, leader.watch]),
    [[55_000, 'check.api']],
    'given up at 55 s',
  );
});

test('a parent of which nothing is heard is not waited for longer than said', () => {
  assert.equal(drawTold([{ ...api, drawing: every('########') }], FIVE).indexOf('F'), 4);
  const slow = { ...api, parents: { watches: ['check.db'], waitMs: 90_000 } };
  assert.equal(drawTold([{ ...slow, drawing: every('##########') }], FIVE).indexOf('F'), 18);
});

test('under a parent that fires already a child is silent, however much later, and more severe', () => {
  const lanes = [
    { ...db, severity: 'warning' as const, drawing: every('#'.repeat(60)) },
    { ...api, drawing: every(`${'.'.repeat(40)}${'#'.repeat(20)}`) },
    { ...web, drawing: every(`${'.'.repeat(50)}${'#'.repeat(10)}`) },
  ];
  assert.equal(drawTold(lanes, FIVE).replaceAll('.', ''), 'F');
});

test('children that wait in groups of their own come to their parent', () => {
  const slow = { watches: ['check.db'], waitMs: 200_000 };
  const lanes = [
    { ...api, parents: slow, drawing: every('#'.repeat(16)) },
    { ...api, name: 'check.shop', parents: slow, drawing: every(`${'.'.repeat(6)}${'#'.repeat(10)}`) },
    { ...db, drawing: every('####', 35) },
  ];
  const { tellings, book } = play(lanes, FIVE);
  assert.deepEqual(
    tellings.map(({ faults }) => faults.map(({ watch }) => watch)),
    [['check.db', 'check.api', 'check.shop']],
  );
  assert.equal(book.groups.length, 1);
});

test('a child that goes on after its parent ended is told by itself, two minutes later', () => {
  const lanes = [
    { ...db, drawing: every(`${'#'.repeat(20)}${'.'.repeat(30)}`) },
    { ...api, drawing: every(`${'.'.repeat(10)}${'#'.repeat(40)}`) },
    { ...api, name: 'check.shop', drawing: every(`${'.'.repeat(10)}${'#'.repeat(40)}`) },
  ];
  const { tellings, transitions } = play(lanes, FIVE);
  const over = transitions.find(({ to, fault }) => to === 'resolved' && fault.watch === 'check.db')?.at ?? 0;
  assert.deepEqual(
    tellings.map(({ transition, at, faults }) => [transition, at - over, faults.map(({ watch }) => watch)]).slice(1),
    [
      ['resolved', FREED_MS, ['check.db']],
      ['firing', FREED_MS + 5_000, ['check.api', 'check.shop']],
    ],
  );
});

test('a child that is well with its parent, or was named beside it, makes no mail of its own', () => {
  const later = [
    { ...db, drawing: every(`${'#'.repeat(20)}${'.'.repeat(30)}`) },
    { ...api, drawing: every(`${'.'.repeat(10)}${'#'.repeat(13)}${'.'.repeat(27)}`) },
  ];
  assert.equal(drawTold(later, FIVE).replaceAll('.', ''), 'FR');
  const named = [
    { ...db, drawing: every(`${'#'.repeat(20)}${'.'.repeat(30)}`) },
    { ...api, drawing: every('#'.repeat(50)) },
  ];
  assert.equal(drawTold(named, FIVE).replaceAll('.', ''), 'F');
});

test('things of one machine that are no relatives explain nothing of each other', () => {
  const lanes = [
    { ...db, drawing: every('#'.repeat(20)) },
    { ...base, name: 'host.disk', rank: 3, drawing: every(`${'.'.repeat(8)}${'#'.repeat(12)}`) },
    { ...base, name: 'host.lesser', rank: 5, drawing: every(`${'.'.repeat(14)}${'#'.repeat(6)}`) },
  ];
  const { tellings } = play(lanes, FIVE);
  assert.deepEqual(
    tellings.map(({ leader }) => leader.watch),
    ['check.db', 'host.disk', 'host.lesser'],
  );
});

const SECOND = { stepMs: 1_000 };
const errors: Lane = { name: 'http.5xx', drawing: '!'.repeat(40), rank: 0, severity: 'critical' };

test('a site that fails waits ten seconds for a check that may say why', () => {
  const confirmed = [{ ...db, drawing: `#${' '.repeat(6)}#`.padEnd(40) }, errors];
  assert.deepEqual(
    play(confirmed, SECOND).tellings.map(({ at, faults }) => [at - START, faults.map(({ watch }) => watch)]),
    [[7_000, ['http.5xx', 'check.db']]],
  );
  const unsure = [{ ...db, drawing: '#'.padEnd(40) }, errors];
  assert.equal(drawTold(unsure, SECOND).indexOf('F'), 10);
  const refuted = [{ ...db, drawing: '# . . .'.padEnd(40) }, errors];
  assert.equal(drawTold(refuted, SECOND).indexOf('F'), 6);
});

test('it waits for no check that is well, or that only informs, or that fires already', () => {
  const at = (lane: Lane) => drawTold([lane, errors], SECOND).indexOf('F');
  assert.equal(at({ ...db, drawing: '.'.padEnd(40) }), 0);
  assert.equal(at({ ...db, severity: 'info', drawing: '#'.padEnd(40) }), 0);
  assert.equal(at({ ...db, confirm: { bad: 1, of: 1 }, drawing: '#'.padEnd(40) }), 0);
});

test('what a check says within a minute after the mail makes no second one', () => {
  const lanes = [
    { ...errors, drawing: '!'.repeat(70) },
    { ...db, drawing: `${' '.repeat(12)}#${' '.repeat(14)}#`.padEnd(70) },
  ];
  assert.equal(drawTold(lanes, SECOND).replaceAll('.', ''), 'F');
});

test('a site that fails is told at once where every check was asked since, and else ten seconds later', () => {
  const asked = { awaitsChecks: (since: number) => since !== START };
  assert.equal(drawTold([errors], { ...SECOND, known: asked }).indexOf('F'), 0);
  assert.equal(drawTold([errors], { ...SECOND, known: { awaitsChecks: () => true } }).indexOf('F'), 10);
  const lesser = { ...errors, severity: 'warning' } as const;
  assert.equal(drawTold([lesser], { ...SECOND, known: { awaitsChecks: () => false } }).indexOf('F'), 10, 'held anyway');
});

test('a check that stood silently in the mail of a site is told by itself where the site is well again and it is not', () => {
  const lanes = (said: string) => [
    { ...errors, drawing: `${'!'.repeat(10)}${'.'.repeat(40)}` },
    { ...db, drawing: `   ${every(said)}`.padEnd(50) },
  ];
  const { tellings } = play(lanes('################'), FIVE);
  assert.deepEqual(
    tellings.map(({ transition, leader }) => [transition, leader.watch]),
    [
      ['firing', 'http.5xx'],
      ['resolved', 'http.5xx'],
      ['firing', 'check.db'],
    ],
  );
  assert.equal(drawTold(lanes('####............'), FIVE).replaceAll('.', ''), 'FR');
});

test('a check that no mail named is told two minutes later beside a site that still fails', () => {
  const site = { ...errors, drawing: '!'.repeat(70) };
  const late = (said: string) => ({ ...db, drawing: `    ${every(said)}`.padEnd(70) });
  const { tellings } = play([site, late('######################')], FIVE);
  assert.deepEqual(
    tellings.map(({ at, leader }) => [at - START, leader.watch]),
    [
      [0, 'http.5xx'],
      [35_000 + FREED_MS + HOLD_CHECKS_MS + 1_000, 'check.db'],
    ],
  );
  assert.equal(drawTold([site, late('####..................')], FIVE).replaceAll('.', ''), 'F', 'well in time');
  const pending = { ...db, drawing: `#   ${' '.repeat(7)}#${'  #'.repeat(19)}`.padEnd(70) };
  assert.equal(drawTold([pending, site], FIVE).replaceAll('.', ''), 'F', 'the mail named it as its likely cause');
});

/** Wrong from this second on, judged each second. */
function from(second: number, lane: Omit<Lane, 'drawing'>): Lane {
  return { ...lane, drawing: `${'.'.repeat(second)}${'#'.repeat(200 - second)}`, readingMs: 1_000 };
}

function told(lanes: readonly Lane[]): readonly (readonly [number, ...string[]])[] {
  const { tellings } = play(lanes, SECOND);
  return tellings.map(({ at, faults }) => [(at - START) / 1_000, ...faults.map(({ watch }) => watch)] as const);
}

const mail = { ...base, name: 'check.mail' };
const disk = { ...base, name: 'host.disk.full' };

test('what fails on the machine within a minute after a mail about something else comes in one more, when the minute is over', () => {
  assert.deepEqual(told([from(0, db), from(40, mail)]), [
    [5, 'check.db'],
    [61, 'check.mail'],
  ]);
  const storm = Array.from({ length: 50 }, (_, i) => from(i, { ...base, name: `check.${i + 100}` }));
  const mails = told(storm);
  assert.deepEqual(
    mails.map(([at, ...names]) => [at, names.length]),
    [
      [5, 5],
      [61, 45],
    ],
  );
  assert.deepEqual(told([from(0, db), from(20, disk), from(40, api)]), [
    [5, 'check.db'],
    [61, 'host.disk.full'],
  ]);
});

test('a parent that fails after the mail of its child is told, and with it the children that were not', () => {
  assert.deepEqual(told([from(0, api), from(20, db), from(30, { ...api, name: 'check.shop' })]), [
    [5, 'check.api'],
    [61, 'check.db', 'check.shop'],
  ]);
});

test('what fails again long after it ended is told, though what was told with it goes on', () => {
  const goesOn = { ...db, readingMs: 1_000, drawing: '#'.repeat(800) };
  const again = (wellFor: number) => ({
    ...{ ...mail, readingMs: 1_000 },
    drawing: `.${'#'.repeat(9)}${'.'.repeat(wellFor)}`.padEnd(800, '#'),
  });
  const first = [5, 'check.db', 'check.mail'] as const;
  assert.deepEqual(told([goesOn, again(300)]), [first], 'within ten minutes it is the same');
  assert.deepEqual(told([goesOn, again(700)]), [first, [715, 'check.mail']]);
});

test('what is for the digest neither shortens nor lengthens the time that a check is held', () => {
  const quiet = { ...base, name: 'host.load', rank: QUIET_RANK + 3 };
  assert.deepEqual(told([from(0, quiet), from(3, db)]), [[8, 'check.db', 'host.load']]);
  assert.deepEqual(told([from(0, quiet), from(30, db)]), [[35, 'check.db', 'host.load']]);
});

test('what is graver than that mail does not wait for the minute, and is no update of it', () => {
  const warning = { ...mail, severity: 'warning' } as const;
  assert.deepEqual(told([from(0, warning), from(40, db)]), [
    [5, 'check.mail'],
    [45, 'check.db'],
  ]);
});

test('what is over before the minute is, is not told', () => {
  const short = { ...from(20, mail), drawing: `${'.'.repeat(20)}####`.padEnd(200, '.'), clearAfterMs: 10_000 };
  assert.deepEqual(told([from(0, db), short]), [[5, 'check.db']]);
});

test('a site is told by itself where the mail before is of what has nothing to do with it, and not where it may be why', () => {
  const late = { ...errors, drawing: `${'.'.repeat(30)}${'!'.repeat(170)}` };
  const cause = (name: string) => ({ ...from(0, db), cause: name });
  assert.deepEqual(told([cause('expires'), late]), [
    [5, 'check.db'],
    [30, 'http.5xx'],
  ]);
  assert.deepEqual(told([cause('refused'), late]), [[5, 'check.db']]);
});

test('who counts as named stands in the mail by name', () => {
  assert.equal(MAX_NAMED, MAX_TOGETHER);
});
