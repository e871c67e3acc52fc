import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { draw, drawTold, type Lane, play } from './drawing.ts';

const EVERY_MS = 15_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const check: Omit<Lane, 'drawing'> = { readingMs: EVERY_MS, clearAfterMs: 2 * EVERY_MS, rank: 3, source: 'machine' };
const READINGS = { stepMs: EVERY_MS };

test('two of three readings make a fault, two that are well end it', () => {
  assert.equal(draw('.##..', check, READINGS), '.pf.r');
  assert.equal(draw('#.#.#..', check, READINGS), 'p.f...r', 'each wrong one begins the time to clear anew');
  assert.equal(draw('#...', check, READINGS), 'p..x');
});

test('readings count however close or far apart they are', () => {
  assert.equal(draw('##..', { ...check, readingMs: 5_000, clearAfterMs: 10_000 }, { stepMs: 5_000 }), 'pf.r');
  const daily = { ...check, readingMs: DAY_MS, clearAfterMs: 2 * DAY_MS };
  assert.equal(draw('##..', daily, { stepMs: DAY_MS }), 'pf.r');
});

test('a reading that comes a second early or late counts for its whole time', () => {
  //                     0              14             28              44             58
  const said = '#             #             .               .             ';
  assert.equal(draw(said, check, { stepMs: 1_000 }).replaceAll(/\.+/g, '.'), 'p.f.r.');
  assert.equal(draw(said, check, { stepMs: 1_000 }).indexOf('r'), said.lastIndexOf('.'));
});

test('so many readings make a fault as its watch says', () => {
  assert.equal(draw('.#..', { ...check, confirm: { bad: 1, of: 1 } }, READINGS), '.f.r');
  assert.equal(draw('.#..', { ...check, confirm: { bad: 1, of: 3 } }, READINGS), '.f.r');
  assert.equal(draw('#.#.#', { ...check, confirm: { bad: 3, of: 5 } }, READINGS), 'p...f');
  assert.equal(draw('#.....', { ...check, confirm: { bad: 3, of: 5 } }, READINGS), 'p....x');
  assert.equal(draw(`#${'.'.repeat(19)}#`, { ...check, confirm: { bad: 2, of: 20 } }, READINGS).indexOf('f'), -1);
  assert.equal(draw(`#${'.'.repeat(18)}#`, { ...check, confirm: { bad: 2, of: 20 } }, READINGS).indexOf('f'), 19);
  assert.equal(play([{ ...check, drawing: '#', confirm: { bad: 1, of: 1 } }]).transitions[1]?.reason, '1 of 1');
});

test('a reading that says nothing is none', () => {
  assert.equal(draw('#???#', check, READINGS), 'p...f');
  assert.equal(draw('##.?.', check, READINGS), 'pf..r');
});

test('seconds without a reading change nothing', () => {
  const letters = fc.array(fc.constantFrom('#', '.', '?'), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(letters, fc.integer({ min: 0, max: 14 }), (said, before) => {
      const dense = letterRow(draw(said.join(''), check, READINGS));
      const sparse = said.map((letter) => `${' '.repeat(before)}${letter}${' '.repeat(14 - before)}`).join('');
      assert.equal(letterRow(draw(sparse, check, { stepMs: 1_000 })), dense);
    }),
  );
});

function letterRow(row: string): string {
  return row.replaceAll('.', '');
}

test('without readings it is kept for a day, or three of its readings, and says that nobody knows', () => {
  const hourly = { stepMs: HOUR_MS };
  const gone = play([{ ...check, drawing: `##${' '.repeat(30)}` }], hourly);
  assert.deepEqual(
    gone.transitions.map(({ to, reason, at }) => [to, reason, at - (gone.transitions[0]?.at ?? 0)]).slice(-1),
    [['resolved', 'no longer observed for 24 h', 25 * HOUR_MS]],
  );
  const daily = { ...check, readingMs: DAY_MS, clearAfterMs: 2 * DAY_MS, confirm: { bad: 1, of: 1 } };
  assert.equal(draw(`#${' '.repeat(80)}`, daily, hourly).indexOf('r'), 72);
});

test('another source that is judged meanwhile does not end what is read once a day', () => {
  const daily = { ...check, readingMs: DAY_MS, clearAfterMs: 2 * DAY_MS, confirm: { bad: 1, of: 1 } };
  const { book } = play(
    [
      { ...daily, drawing: `#${' '.repeat(40)}` },
      { name: 'log', source: 'nginx', drawing: '.'.repeat(41) },
    ],
    { stepMs: HOUR_MS },
  );
  assert.equal(book.faults[0]?.state, 'firing');
});

test('a first wrong reading is forgotten where none follows', () => {
  assert.equal(draw('#      #', check, { stepMs: 60_000 }), 'p....x.p');
});

test('a fault is as severe as its worst cause, and that it got worse is told once', () => {
  const { book, tellings } = play([{ ...check, drawing: 'wwwccwww' }], READINGS);
  assert.equal(book.faults[0]?.severity, 'critical');
  assert.equal(book.faults[0]?.peak.severity, 'critical');
  assert.deepEqual(
    tellings.map(({ transition, reason }) => [transition, reason]),
    [
      ['firing', 'held 15 s'],
      ['update', 'now critical'],
    ],
  );
  assert.equal(drawTold([{ ...check, severity: 'critical', drawing: 'wwww' }], READINGS), '..F.');
  assert.equal(
    play([{ ...check, severity: 'critical', drawing: 'www' }], READINGS).book.faults[0]?.severity,
    'warning',
  );
});
