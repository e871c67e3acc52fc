import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_ENDED_KEPT } from '../../../src/core/decide/book.ts';
import { withEnded } from '../../../src/core/decide/members.ts';
import { stepTellings } from '../../../src/core/decide/tellings.ts';
import { drawTold, type Lane, play, START } from './drawing.ts';

const SECOND = { stepMs: 1_000 };
const total: Lane = { name: 'http.5xx', drawing: '', rank: 0, severity: 'critical' };
const vhost: Lane = { name: 'http.5xx.vhost', drawing: '', rank: 1 };
const cpu: Lane = { name: 'host.cpu', drawing: '', rank: 3, source: 'machine' };

test('a critical fault of rank 0 is told at once', () => {
  assert.equal(drawTold([{ ...total, drawing: '.!....' }]), '.F.R..');
  assert.equal(play([{ ...total, drawing: '!' }]).tellings[0]?.reason, 'critical');
});

test('any other is held ten seconds', () => {
  assert.equal(drawTold([{ ...vhost, drawing: `!${'#'.repeat(14)}` }], SECOND), '..........F....');
  assert.equal(drawTold([{ ...total, severity: 'warning', drawing: '!##' }]), '.F.');
  assert.equal(drawTold([{ ...vhost, severity: 'critical', drawing: '!##' }]), '.F.', 'critical, but of rank 1');
  assert.equal(play([{ ...vhost, drawing: '!#' }]).tellings[0]?.reason, 'held 10 s');
});

test('a fault of better rank takes the lead while the group is held', () => {
  const { tellings } = play(
    [
      { ...cpu, drawing: '!#########' },
      { ...vhost, drawing: '...!######' },
      { ...total, drawing: '......!###' },
    ],
    SECOND,
  );
  assert.deepEqual(
    tellings.map(({ transition, at, faults }) => [transition, at, faults.map(({ watch }) => watch)]),
    [['firing', START + 6_000, ['http.5xx', 'http.5xx.vhost', 'host.cpu']]],
  );
});

test('of equal rank the more severe leads, then the earlier', () => {
  const { tellings } = play([
    { name: 'first', drawing: '!#', rank: 2 },
    { name: 'second', drawing: '!#', rank: 2, severity: 'critical' },
  ]);
  assert.equal(tellings[0]?.leader.watch, 'second');
  const early = play(
    [
      { name: 'late', drawing: '..!########', rank: 2 },
      { name: 'early', drawing: '!##########', rank: 2 },
    ],
    SECOND,
  );
  assert.equal(early.tellings[0]?.leader.watch, 'early');
});

test('thirty faults of one cause make one notification and one all-clear', () => {
  const vhosts = Array.from({ length: 30 }, (_, i) => ({
    ...vhost,
    name: `vhost ${i}`,
    drawing: `${'.'.repeat(i % 5)}!#####..`,
  }));
  const lanes = [{ ...total, drawing: '.!######....' }, ...vhosts];
  assert.equal(drawTold(lanes), '.F.........R');
  const { tellings, book } = play(lanes);
  assert.equal(tellings.at(-1)?.faults.length, 31);
  assert.deepEqual(book.groups, []);
});

test('all is told resolved when the last fault of the group is', () => {
  const lanes = [
    { ...total, drawing: '!##........' },
    { ...vhost, drawing: '!#######...' },
  ];
  assert.equal(drawTold(lanes), 'F........R.');
  const resolved = play(lanes).tellings.at(-1);
  assert.equal(resolved?.leader.watch, 'http.5xx');
  assert.equal(resolved?.leader.resolvedAt, START + 40_000, 'each fault keeps its own end');
  assert.equal(resolved?.reason, 'well for 20 s');
});

test('what resolves before it was told is not told at all', () => {
  const lane = { ...vhost, drawing: '!.....', clearAfterMs: 3_000 };
  assert.equal(drawTold([lane], SECOND), '......');
  assert.deepEqual(play([lane], SECOND).book.groups, []);
});

test('what joins a told group is not told again', () => {
  assert.equal(
    drawTold([
      { ...total, drawing: '!########...' },
      { ...vhost, drawing: '...!#####...' },
      { ...cpu, drawing: '.....!###...' },
    ]),
    'F.........R.',
  );
});

test('a group that gets more severe than told is updated once', () => {
  const lanes: Lane[] = [
    { ...vhost, drawing: '!##########...' },
    { name: 'worse', rank: 1, severity: 'critical', drawing: '...!#######...' },
    { name: 'as bad', rank: 1, severity: 'critical', drawing: '.....!#####...' },
  ];
  assert.equal(drawTold(lanes), '.F.U........R.');
  const update = play(lanes).tellings[1];
  assert.equal(update?.reason, 'now critical');
  assert.equal(update?.leader.watch, 'http.5xx.vhost', 'the subject stays');
});

test('an update is led by the leader even when only others still fire', () => {
  const { tellings } = play([
    { ...vhost, drawing: '!##........' },
    { name: 'keeps it open', rank: 2, drawing: '!##########' },
    { name: 'worse', rank: 2, severity: 'critical', drawing: '......!####' },
  ]);
  assert.deepEqual(
    tellings.map(({ transition, faults }) => [transition, faults.map(({ watch, state }) => `${watch} ${state}`)]),
    [
      ['firing', ['http.5xx.vhost firing', 'keeps it open firing']],
      ['update', ['http.5xx.vhost resolved', 'worse firing', 'keeps it open firing']],
    ],
  );
});

test('sources judged one after the other join by the time of their faults, not by the order of judging', () => {
  const first = play([{ ...total, drawing: '...............!' }]);
  const rests = { ...total, drawing: ' '.repeat(16) };
  const near = play([rests, { ...cpu, drawing: '..........!#####' }], { book: first.book });
  const far = play([rests, { ...cpu, drawing: '!###############' }], { book: first.book });
  assert.equal(near.book.groups.length, 1, '50 s before');
  assert.equal(far.book.groups.length, 2, '150 s before');
});

test('a fault of better rank that joins after the telling does not change the leader', () => {
  const { tellings } = play([
    { ...vhost, drawing: '!#######...' },
    { ...total, severity: 'warning', drawing: '...!####...' },
  ]);
  assert.deepEqual(
    tellings.map(({ transition, leader }) => [transition, leader.watch]),
    [
      ['firing', 'http.5xx.vhost'],
      ['resolved', 'http.5xx.vhost'],
    ],
  );
});

test('unless it is more severe too: then its mail is its own, and what follows joins it', () => {
  const { tellings } = play([
    { ...cpu, drawing: '!#########...' },
    { ...total, drawing: '...!######...' },
    { ...vhost, drawing: '....!#####...' },
  ]);
  assert.deepEqual(
    tellings.map(({ transition, leader, faults }) => [transition, leader.watch, faults.length]),
    [
      ['firing', cpu.name, 1],
      ['firing', total.name, 1],
      ['resolved', cpu.name, 1],
      ['resolved', total.name, 2],
    ],
  );
});

test('a fault that fires more than a minute later makes a notification of its own', () => {
  assert.equal(
    drawTold([
      { ...total, drawing: '!##########' },
      { ...cpu, drawing: '.......!###' },
    ]),
    'F.......F..',
  );
  assert.equal(
    drawTold([
      { ...total, drawing: '!##########' },
      { ...cpu, drawing: '......!####' },
    ]),
    'F..........',
  );
});

test('unless the leader of an open group explains it: same source, better rank, still firing', () => {
  const late = '..........!###....';
  assert.equal(
    drawTold([
      { ...total, drawing: '!############.....' },
      { ...vhost, drawing: late },
    ]), //
    'F..............R..',
  );
  assert.equal(
    drawTold([
      { ...vhost, drawing: '!############.....' },
      { ...vhost, name: 'of equal rank', drawing: late },
    ]),
    '.F.........F..RR..',
  );
  assert.equal(
    drawTold([
      { ...total, drawing: '!############.....' },
      { ...cpu, drawing: late },
    ]),
    'F..........F..RR..',
    'another source',
  );
  assert.equal(
    drawTold([
      { ...total, drawing: '!####.............' },
      { ...vhost, name: 'keeps it open', drawing: '!############.....' },
      { ...vhost, drawing: late },
    ]),
    'F..........F..RR..',
    'the leader is over, so it explains nothing any more',
  );
});

test('a key that fires again while its group is open is told as one fault from first to last', () => {
  const lanes: Lane[] = [
    { ...total, drawing: '!##..........!#....' },
    { ...cpu, drawing: '.!###############..' },
  ];
  assert.equal(drawTold(lanes), 'F.................R');
  const resolved = play(lanes).tellings.at(-1);
  assert.deepEqual(
    resolved?.faults.map(({ watch, firedAt, resolvedAt }) => [watch, firedAt, resolvedAt]),
    [
      ['http.5xx', START, START + 180_000],
      ['host.cpu', START + 10_000, START + 180_000],
    ],
  );
  assert.equal(resolved?.leader.id, play(lanes).tellings[0]?.leader.id);
});

test('the worst of a fault that fired twice in one group is the worst of both times', () => {
  const fault = play([{ ...total, drawing: '!' }]).book.faults[0] ?? assert.fail();
  const runs = [9, 4].map((score) => ({ ...fault, peak: { ...fault.peak, score } }));
  const group = play([{ ...total, drawing: '!' }]).book.groups[0] ?? assert.fail();
  const ended = runs.reduce(withEnded, group).ended;
  assert.deepEqual(
    ended.map(({ peak }) => peak.score),
    [9],
  );
});

test('a key that fires again after its group is over makes a new one', () => {
  const { tellings } = play([{ ...total, drawing: '!..!......' }]);
  assert.deepEqual(
    tellings.map(({ transition }) => transition),
    ['firing', 'resolved', 'firing', 'resolved'],
  );
  assert.notEqual(tellings[0]?.group.id, tellings[2]?.group.id);
});

test('the all-clear says when something was only not observed any more', () => {
  const { tellings } = play([{ ...vhost, by: 'vhost', drawing: `!${'?'.repeat(181)}` }]);
  assert.deepEqual(
    tellings.map(({ transition, reason }) => [transition, reason]),
    [
      ['firing', 'held 10 s'],
      ['resolved', 'no longer observed for 30 min'],
    ],
  );
});

test('a group keeps a bounded number of ended faults, and its leader always', () => {
  const many = Array.from({ length: MAX_ENDED_KEPT + 3 }, (_, i) => ({ ...vhost, name: `v${i}`, drawing: '!......' }));
  const { book } = play([{ ...total, drawing: '!......' }, { ...cpu, source: 'nginx', drawing: '!######' }, ...many]);
  const [group] = book.groups;
  assert.equal(group?.ended.length, MAX_ENDED_KEPT);
  assert.equal(group?.endedDropped, 4);
  assert.equal(
    group?.ended.some(({ id }) => id === group.leader),
    true,
  );
});

test('while nothing fires and nothing is held the book is the same object', () => {
  const { book } = play([{ ...total, drawing: '!#' }]);
  assert.equal(stepTellings(book, START + 20_000, { rankOf: () => 0 }).book, book);
});
