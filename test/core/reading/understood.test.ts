import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Understood, understand, unparsedShare } from '../../../src/core/reading/understood.ts';

test('a log whose format changes is told once half of five minutes is not understood', () => {
  const shares = story([
    [1_000, 10],
    [1_200, 10],
    [1_200, 150],
    [1_200, 400],
    [1_200, 2_000],
  ]);

  // Between a fifth and a half nothing is said.
  assert.deepEqual(shares, [undefined, 0, undefined, 390 / 590, 1_990 / 2_190]);
});

test('it is well again when what is written is understood', () => {
  const changed: [number, number][] = [
    [1_000, 0],
    [1_000, 900],
  ];
  const mended = Array.from({ length: 9 }, (_, i): [number, number] => [1_000 + 400 * (i + 1), 900]);

  const shares = story([...changed, ...mended]);

  assert.equal(shares[1], 1);
  assert.equal(shares.at(-1), 0);
});

test('a source that was never understood is not told of', () => {
  assert.deepEqual(
    story([
      [10, 500],
      [10, 5_000],
      [10, 9_000],
    ]),
    [undefined, undefined, undefined],
  );
});

test('few lines say nothing', () => {
  assert.deepEqual(
    story([
      [1_000, 0],
      [1_000, 99],
    ]),
    [undefined, undefined],
  );
});

/** Totals of understood and of unparsed lines, a minute apart; the shares that are said. */
function story(totals: readonly (readonly [understood: number, unparsed: number])[]): (number | undefined)[] {
  let known: Understood = { counts: [] };
  return totals.map(([understood, unparsed], minute) => {
    known = understand(
      known,
      [
        { pattern: 'nginx-combined', status: '200', count: understood },
        { pattern: 'unmatched', status: '', count: unparsed },
      ],
      minute * 60_000,
    );
    return unparsedShare(known)?.share;
  });
}
