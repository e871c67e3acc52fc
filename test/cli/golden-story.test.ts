import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { goldenLines, storyDiff } from '../../src/cli/golden-story.ts';

test('empty lines and comments are for readers, indented lines are told', () => {
  assert.deepEqual(goldenLines('# why\n\na\r\n    | # of a log\n'), ['a', '    | # of a log']);
});

test('what is missing and what is too much, each with the line beside it', () => {
  const expected = ['a', 'b', 'c', 'd', 'e', 'f'];

  assert.deepEqual(storyDiff(expected, ['a', 'b', 'x', 'd', 'e', 'f']), ['  b', '- c', '+ x', '  d', '  …']);
  assert.deepEqual(storyDiff(['a'], []), ['- a']);
  assert.deepEqual(storyDiff([], ['a']), ['+ a']);
  assert.deepEqual(storyDiff(expected, expected), []);
});

test('another order and another number are differences', () => {
  assert.notDeepEqual(storyDiff(['a', 'b'], ['b', 'a']), []);
  assert.notDeepEqual(storyDiff(['a'], ['a', 'a']), []);
});

test('of very long stories so many lines are compared, and the rest is counted', () => {
  const long = Array.from({ length: 100_000 }, (_, index) => `line ${index}`);
  const other = long.map((line, index) => (index === 50_000 ? 'x' : line));

  const shown = storyDiff(long, other);

  assert.deepEqual(shown.slice(0, 4), ['  line 49999', '- line 50000', '+ x', '  line 50001']);
  assert.equal(shown.at(-1), '  … 49000 lines more, not compared');
});

test('only the same lines have no difference, and what is shown makes one of the other', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
  fc.assert(
    fc.property(lines, lines, (expected, told) => {
      const shown = storyDiff(expected, told);

      assert.equal(shown.length === 0, expected.join() === told.join());
      const count = (mark: string) => shown.filter((line) => line.startsWith(mark)).length;
      assert.equal(expected.length - count('- ') + count('+ '), told.length);
    }),
  );
});
