/** The pattern of a file is that of most of its first lines, found without asking every pattern for every line. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type CompiledPattern, compilePattern } from '../../../src/core/parse/pattern.ts';
import { RECOGNISE_LINES, recognise } from '../../../src/core/parse/recognise.ts';
import { chunkOf, encode } from './tallies.ts';

/** Each takes lines that hold its letter. */
const LETTERS = ['a', 'b', 'c', 'd'];

test('it is the one that takes most lines, of several the first', () => {
  const patterns = LETTERS.map((letter) => patternOf(letter));
  // Those that begin with a space go on.
  const line = fc.oneof(fc.string({ unit: fc.constantFrom(...LETTERS, 'x'), maxLength: 3 }), fc.constant(' x'));

  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      assert.equal(recognise(patterns, chunkOf(encode(lines)), 0), mostOf(lines));
    }),
    { numRuns: 2_000 },
  );
});

test('where one takes all lines, the others are hardly asked', () => {
  const asked = new Map<string, number>();
  const patterns = LETTERS.map((letter) => counted(patternOf(letter), asked));

  const found = recognise(patterns, chunkOf(encode(new Array(RECOGNISE_LINES + 50).fill('b'))), 0);

  assert.equal(found, 'p-b');
  assert.deepEqual([...asked.keys()], ['p-a', 'p-b']);
  assert.equal(asked.get('p-a'), 1);
});

/** The same, the long way. */
function mostOf(lines: readonly string[]): string | undefined {
  const matched = LETTERS.map((letter) => {
    let isOpen = false;
    return lines.filter((line) => {
      isOpen = line.includes(letter) || (isOpen && line.startsWith(' '));
      return isOpen;
    }).length;
  });
  const most = Math.max(...matched);
  return most > 0 && most >= lines.length / 2 ? `p-${LETTERS[matched.indexOf(most)]}` : undefined;
}

function patternOf(letter: string): CompiledPattern {
  return compilePattern({
    name: `p-${letter}`,
    description: '',
    expressions: [`.*${letter}.*`],
    continues: [' .*'],
    fields: {},
    observation: { series: [], tops: [], distincts: [] },
    samples: [],
    rejects: [],
  });
}

function counted(pattern: CompiledPattern, asked: Map<string, number>): CompiledPattern {
  return {
    ...pattern,
    matchObserved(line) {
      asked.set(pattern.name, (asked.get(pattern.name) ?? 0) + 1);
      return pattern.matchObserved(line);
    },
  };
}
