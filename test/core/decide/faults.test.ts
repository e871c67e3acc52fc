import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyBook, MAX_OPEN_FAULTS } from '../../../src/core/decide/book.ts';
import { stepFaults } from '../../../src/core/decide/faults.ts';
import { worseFinding } from '../../../src/core/decide/peak.ts';
import { stableId } from '../../../src/core/hash.ts';
import { draw, findingOf, judge, play, START, watchOf } from './drawing.ts';

const SECOND = { stepMs: 1_000 };

test('a lasting one fires once and resolves once', () => {
  assert.equal(
    draw('.#####....'), //
    '.pf....r..',
  );
});

test('a single bad evaluation is never fired', () => {
  assert.equal(draw('.#.....'), '.p..x..');
});

test('two bad of the last three fire, with a gap between them or not', () => {
  assert.equal(draw('##....'), 'pf.r..');
  assert.equal(draw('#.#...'), 'p.f.r.');
  assert.equal(draw('#..#..'), 'p.....', 'one of three at a time confirms nothing');
  assert.equal(draw('#..##.'), 'p...f.');
});

test('an unclear evaluation does not confirm', () => {
  assert.equal(draw('#???'), 'p..x');
  assert.equal(draw('#?#?'), 'p.f.');
});

test('an urgent finding fires at once, at first sight or while pending', () => {
  assert.equal(draw('.!....'), '.f.r..');
  assert.equal(draw('#.!...'), 'p.f.r.');
  const { transitions } = play([{ drawing: '!' }]);
  assert.deepEqual(
    transitions.map(({ to, reason }) => [to, reason]),
    [
      ['pending', 'first finding'],
      ['firing', 'urgent'],
    ],
  );
});

test('judged every second, it is confirmed by evaluations ten seconds apart', () => {
  assert.equal(
    draw('####################', {}, SECOND), //
    'p.........f.........',
  );
  assert.equal(
    draw('###.................####......', {}, SECOND), //
    'p...................f.........',
    'bad at 0, well at 10, bad at 20',
  );
  assert.equal(
    draw('###............................', {}, SECOND), //
    'p.............................x',
  );
});

test('what fires between two evaluations is confirmed at the next one', () => {
  assert.equal(
    draw('#.........#', {}, SECOND), //
    'p.........f',
  );
  assert.equal(draw('#....####.....', {}, SECOND), 'p.............', 'bad only between the evaluations at 0 and 10');
});

test('it resolves after being well for the time to clear without a break', () => {
  assert.equal(draw('##.#.#..'), 'pf.....r');
  assert.equal(
    draw('##......', { clearAfterMs: 60_000 }), //
    'pf.....r',
  );
});

test('unclear steps stop the clock to clear and do not set it back', () => {
  assert.equal(
    draw('##.?.'), //
    'pf..r',
  );
  assert.equal(draw('##.????????.'), 'pf.........r');
  assert.equal(draw('##.?#?..'), 'pf.....r', 'a bad one does set it back');
});

test('one well step after a long gap stands for ten seconds, not for the gap', () => {
  const { book } = play([{ drawing: '!#' }]);
  const later = play([{ drawing: '...' }], { book, from: START + 3_600_000 });
  assert.deepEqual(
    later.transitions.map(({ to, at }) => [to, at]),
    [['resolved', START + 3_600_000 + 10_000]],
  );
});

test('it knows since when it is well, and forgets it at a bad step', () => {
  const wellSince = (drawing: string) => play([{ drawing, clearAfterMs: 600_000 }]).book.faults[0]?.wellSince;
  assert.equal(wellSince('##'), undefined);
  assert.equal(wellSince('##..?.'), START + 10_000);
  assert.equal(wellSince('##..#'), undefined);
  assert.equal(wellSince('##..#.'), START + 40_000);
});

test('silence alone resolves nothing', () => {
  const anHour = '?'.repeat(360);
  assert.equal(draw(`##${anHour}`), `pf${'.'.repeat(360)}`);
});

test('after an outage a site with one visitor a minute resolves', () => {
  const visitor = `.${'?'.repeat(59)}`;
  const drawn = draw(`${'#'.repeat(20)}${visitor.repeat(25)}`, { clearAfterMs: 20_000 }, SECOND);
  assert.equal(drawn.indexOf('r'), 20 + 19 * 60, 'with the twentieth well second');
});

test('a label value nobody sees any more resolves after 30 minutes and says why', () => {
  const { transitions, book } = play([{ drawing: `##${'?'.repeat(180)}`, by: 'vhost' }]);
  const last = transitions.at(-1);
  assert.equal(last?.to, 'resolved');
  assert.equal(last?.reason, 'no longer observed for 30 min');
  assert.equal(last?.at, START + 10_000 + 30 * 60_000);
  assert.deepEqual(book.faults, []);
});

test('a key the step leaves out counts as unclear', () => {
  const other = { name: 'other.thing', drawing: '.'.repeat(200) };
  const { transitions } = play([{ drawing: `##${' '.repeat(198)}` }, other]);
  assert.equal(transitions.at(-1)?.reason, 'no longer observed for 30 min');
  assert.equal(draw('#   '), 'p...', 'no step of its source, so nothing is known');
  const pending = play([{ drawing: '#   ' }, { ...other, drawing: '....' }]);
  assert.equal(pending.transitions.at(-1)?.reason, 'not confirmed');
});

test('a whole source without a verdict is kept for a day', () => {
  const quiet = play([{ drawing: `##${'?'.repeat(8_640)}` }]);
  assert.equal(quiet.transitions.at(-1)?.reason, 'no longer observed for 24 h');
  assert.equal(quiet.transitions.at(-1)?.at, START + 10_000 + 24 * 3_600_000);
});

test('a fault whose source left the configuration ends after a day', () => {
  const before = play([{ drawing: '##', source: 'gone' }]);
  const day = 24 * 3_600_000;
  const early = play([{ drawing: '.', name: 'other' }], { book: before.book, from: START + day });
  const late = play([{ drawing: '.', name: 'other' }], { book: before.book, from: START + day + 10_000 });
  assert.deepEqual(early.transitions, []);
  assert.deepEqual(
    late.transitions.map(({ to, reason }) => [to, reason]),
    [['resolved', 'no longer observed for 24 h']],
  );
});

test('where nothing may begin, what is open is followed to its end', () => {
  const before = play([{ drawing: '.##' }]);
  const after = play([{ drawing: '..' }, { name: 'new', drawing: '!!' }], {
    book: before.book,
    from: START + 30_000,
    opening: false,
  });
  assert.deepEqual(
    after.transitions.map(({ to, fault }) => [to, fault.watch]),
    [['resolved', 'things.many']],
  );
});

test('its id is made of the key and the time of the first finding', () => {
  const [first] = play([{ drawing: '.#' }]).transitions;
  assert.equal(first?.fault.id, stableId('things.many key', START + 10_000));
});

test('it keeps its first, its last and its worst finding', () => {
  const lane = { drawing: '#' };
  const findings = [
    findingOf(lane, START, { value: 5, score: 7 }),
    findingOf(lane, START + 10_000, { value: 9, score: 7 }),
    findingOf(lane, START + 20_000, { value: 99, score: 5 }),
    findingOf(lane, START + 30_000, { value: 4, score: 8 }),
  ];
  const { book } = findings.reduce(
    ({ book }, finding) =>
      stepFaults(book, {
        now: finding.time,
        judged: [{ watch: watchOf(lane), key: 'k', source: 'nginx', verdict: 'bad', finding }],
        opening: true,
      }),
    { book: emptyBook() },
  );
  const [fault] = book.faults;
  assert.equal(fault?.first, findings[0]);
  assert.equal(fault?.peak, findings[2]);
  assert.equal(fault?.last, findings[3]);
});

test('of findings that are too low the lowest is the worst', () => {
  const lane = { drawing: '#' };
  const book = [8, 3, 6].reduce(
    (book, value, i) =>
      stepFaults(book, {
        now: START + i * 10_000,
        judged: [
          {
            watch: watchOf(lane),
            key: 'k',
            source: 'nginx',
            verdict: 'bad',
            finding: findingOf(lane, START + i * 10_000, { value, limit: 10, score: 999 }),
          },
        ],
        opening: true,
      }).book,
    emptyBook(),
  );
  assert.equal(book.faults[0]?.peak.value, 3);
});

test('of what fills up the fullest is the worst, though it is below what is full', () => {
  const disk = (value: number) =>
    findingOf({ drawing: '#' }, START, { value, limit: 95, score: 999, fullAt: START + 1 });

  assert.equal(worseFinding(disk(66), disk(88)).value, 88);
  assert.equal(worseFinding(disk(88), disk(58)).value, 88);
});

test('beyond the greatest number of open faults none begins, and it says which', () => {
  const lane = { drawing: '#' };
  const judged = Array.from({ length: MAX_OPEN_FAULTS + 2 }, (_, i) => ({
    watch: watchOf(lane),
    key: `key ${i}`,
    source: 'nginx',
    verdict: 'bad' as const,
    finding: findingOf(lane, START),
  }));
  const stepped = stepFaults(emptyBook(), { now: START, judged, opening: true });
  assert.equal(stepped.book.faults.length, MAX_OPEN_FAULTS);
  assert.deepEqual(stepped.refused, [`key ${MAX_OPEN_FAULTS}`, `key ${MAX_OPEN_FAULTS + 1}`]);
});

test('a step that changes nothing returns the same book', () => {
  const book = emptyBook();
  const judged = [judge({ drawing: '.' }, 0, START) ?? assert.fail()];
  assert.equal(stepFaults(book, { now: START, judged, opening: true }).book, book);
  const open = play([{ drawing: '##' }]).book;
  assert.equal(stepFaults(open, { now: START + 20_000, judged: [], opening: true }).book, open);
});

test('on a grid of five minutes nothing happens to a fault between two steps', () => {
  const lane = { gridMs: 300_000, clearAfterMs: 300_000 };
  const minutes = { stepMs: 60_000 };

  assert.equal(draw('#    #    .', lane, minutes), 'p....f....r');
  assert.equal(draw('#    .    .    .', lane, minutes), 'p..............x');
  assert.equal(draw('#    .    #    .    ', lane, minutes), 'p.........f....r....');
  assert.equal(draw('#    ?    #    ?    .', lane, minutes), 'p.........f.........r');
});

test('on a grid each verdict counts, and a well step stands for its whole step', () => {
  for (const gridMs of [30_000, 60_000, 300_000]) {
    const grid = { stepMs: gridMs };

    assert.equal(draw('##.....', { gridMs, clearAfterMs: 3 * gridMs }, grid), 'pf..r..');
    assert.equal(draw('#..#...', { gridMs }, grid), 'p.....x');
  }
});

test('a fault that rests is not kept from its end by faults that do not', () => {
  const { transitions } = play(
    [
      { name: 'grid', drawing: '!     .', gridMs: 60_000, clearAfterMs: 60_000 },
      { name: 'all', drawing: '!..    ' },
    ],
    { stepMs: 10_000 },
  );

  assert.deepEqual(
    transitions.filter(({ to }) => to === 'resolved').map(({ fault, at }) => [fault.watch, at - START]),
    [
      ['all', 20_000],
      ['grid', 60_000],
    ],
  );
});
