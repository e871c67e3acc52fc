import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Recognised, recognise } from '../../../src/core/reading/recognised.ts';

const MINUTE = 60_000;

test('a source of which nothing is understood is told with its twentieth line, however slowly they come', () => {
  const told = story(Array.from({ length: 22 }, (_, hour) => [60 * hour, 0, hour]));

  assert.deepEqual(told.slice(18), [undefined, undefined, 1, 1]);
});

test('so is one of which most is not understood, since the first start', () => {
  assert.deepEqual(
    story([
      [0, 0, 0],
      [1, 8, 12],
    ]),
    [undefined, 0.6],
  );
  assert.deepEqual(
    story([
      [0, 0, 0],
      [1, 12, 8],
    ]),
    [undefined, undefined],
  );
});

test("a scanner's garbage in a log that was understood is not told, also where nobody else comes", () => {
  assert.deepEqual(
    story([
      [0, 1_000, 0],
      [1, 1_000, 90],
      [20, 1_000, 95],
      [600, 1_003, 95],
      [601, 1_003, 140],
    ]),
    [undefined, undefined, undefined, undefined, undefined],
  );
});

test('a log that was understood and is not for half an hour is told, and is well with twenty lines that are', () => {
  const told = story([
    [0, 1_000, 0],
    [1, 1_000, 5],
    [20, 1_000, 12],
    [40, 1_000, 24],
    [60, 1_000, 40],
    [70, 1_015, 40],
    [80, 1_025, 41],
    [90, 1_050, 41],
  ]);

  assert.deepEqual(
    told.map((share) => share !== undefined),
    [false, false, false, true, true, true, true, false],
  );
});

test('once it is mended it stays well, however many lines were not understood before', () => {
  const told = story([
    [0, 0, 0],
    [1, 0, 1_000],
    [2, 30, 1_000],
    [3, 60, 1_000],
    [4, 90, 1_000],
    [5, 90, 1_021],
    [6, 120, 1_022],
  ]);

  assert.deepEqual(
    told.map((share) => share !== undefined),
    [false, true, false, false, false, false, false],
  );
});

test('mended once, it is told again when it is lost again for half an hour', () => {
  const told = story([
    [0, 0, 0],
    [1, 0, 1_000],
    [2, 30, 1_000],
    [3, 30, 1_010],
    [40, 30, 1_050],
  ]);

  assert.deepEqual(
    told.map((share) => share !== undefined),
    [false, true, false, false, true],
  );
});

test('an error log beside it that is understood as before hides no change', () => {
  let known: Recognised | undefined;
  for (let minute = 0; minute <= 40; minute += 1) {
    const lines = [
      { pattern: 'nginx-combined', status: '200', count: 1_000 },
      { pattern: 'nginx-error', status: '', count: minute },
      { pattern: 'unmatched', status: '', count: 3 * minute },
    ];
    known = recognise(known, lines, minute * MINUTE);
  }

  assert.equal(known?.lost?.share, 0.75);
});

test('what an earlier start counted is no news, and a store that went back begins anew', () => {
  assert.deepEqual(
    story([
      [0, 0, 500],
      [1, 0, 519],
      [2, 0, 520],
      [3, 0, 3],
      [4, 0, 10],
    ]),
    [undefined, undefined, 1, undefined, undefined],
  );
});

/** Minute, lines understood and not understood by then; the shares that are told. */
function story(totals: readonly (readonly number[])[]): (number | undefined)[] {
  let known: Recognised | undefined;
  return totals.map(([minute = 0, understood = 0, unparsed = 0]) => {
    const lines = [
      { pattern: 'nginx-combined', status: '200', count: understood },
      { pattern: 'unmatched', status: '', count: unparsed },
    ];
    known = recognise(known, lines, minute * MINUTE);
    return known.lost?.share;
  });
}
