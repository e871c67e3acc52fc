import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ABSENT_TEXT } from '../../../src/core/observe/block.ts';
import { estimateDistinct, REGISTERS } from '../../../src/core/observe/distinct.ts';
import { createDistinctList } from '../../../src/core/observe/distinct-list.ts';
import { createTexts } from '../../../src/core/observe/texts.ts';
import { createTopList } from '../../../src/core/observe/top-list.ts';
import { createFewTexts } from '../../../src/core/parse/few-texts.ts';
import { createTextMemory } from '../../../src/core/parse/text-memory.ts';

/** One of them longer than a list keeps, one beyond ASCII. */
const WORDS = ['GET', 'POST', 'Zoë', `${'a'.repeat(99)}é and more`, `${'a'.repeat(99)}é and else`];
const TEN = 10_000;

test('a list of a field with few texts counts each line, whichever block it comes in', () => {
  const line = fc.option(fc.constantFrom(...WORDS), { nil: undefined });
  const blocks = fc.array(fc.array(line, { minLength: 1, maxLength: 30 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(blocks, fc.nat(30), (given, cut) => {
      const { list, distinct, add } = createLists();

      for (const lines of given) add(lines, cut);

      const counts = new Map<string, number>();
      for (const lines of given)
        lines.forEach((text, at) => {
          const key = `${at < cut ? 0 : TEN} ${text?.slice(0, 100)}`;
          if (text !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
        });
      const listed = list
        .cells()
        .flatMap(({ time, entries }) => entries.map(([key, n]) => [`${time} ${key}`, n] as const));
      assert.deepEqual(new Map(listed.sort()), new Map([...counts].sort()));
      for (const { time, registers } of distinct.cells()) {
        const texts = given.flatMap((lines) => lines.filter((text, at) => text && (at < cut ? 0 : TEN) === time));
        assert.equal(Math.round(estimateDistinct(registers)), new Set(texts).size);
        assert.equal(registers.length, REGISTERS);
      }
    }),
    { numRuns: 100 },
  );
});

test('what finds no room in a list is counted line by line', () => {
  const { add } = createLists({ parts: 512 });

  const dropped = add(['GET', undefined, 'GET', 'POST'], 4);

  assert.deepEqual(dropped, { top: 3, distinct: 3 });
});

function createLists(count = { parts: 0 }) {
  const texts = createTexts();
  const ids = new Int32Array(30);
  const few = createFewTexts(ids, texts, createTextMemory(1));
  const list = createTopList('http.requests', 'method', count, []);
  const distinct = createDistinctList('http.requests', 'method', { ...count });
  return {
    list,
    distinct,
    /** Lines of a block; those from `cut` on are ten seconds later. */
    add(lines: readonly (string | undefined)[], cut: number) {
      few.begin();
      lines.forEach((text, row) => {
        ids[row] = text === undefined ? ABSENT_TEXT : texts.idOf(text);
      });
      const rows = { at: Int32Array.from(lines.keys()), count: lines.length };
      const first = Math.min(cut, lines.length);
      const runs = { ends: Int32Array.of(first, lines.length), starts: Float64Array.of(0, TEN), count: 2 };
      return { top: list.add(rows, runs, few.texts), distinct: distinct.add(rows, runs, few.texts) };
    },
  };
}
