import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compilePattern } from '../../../src/core/parse/pattern.ts';
import { createReason, RANKED_LINES } from '../../../src/core/parse/unmatched-reason.ts';

const PATTERNS = ['a', 'b'].map((letter) =>
  compilePattern({
    ...{ name: letter, description: 'of a test', fields: {}, samples: [], rejects: [] },
    ...{ expressions: [`${letter}:%{INT:n}`], observation: { series: [], tops: [] } },
  }),
);

test('the pattern that came furthest is named, with what it lacks', () => {
  const reason = createReason(PATTERNS);

  assert.equal(
    reason('b:x'),
    'no pattern matches: b came furthest, up to letter 2, where it expects %{INT:n}, a whole number',
  );
  assert.equal(reason(''), 'no pattern matches: the line is empty');
  assert.equal(reason('?'), 'no pattern matches, not even the beginning of the line');
  assert.equal(createReason([])('x'), 'no pattern matches, not even the beginning of the line');
});

test('after many lines those are held against the line that came nearest to the lines before', () => {
  const reason = createReason(PATTERNS);

  for (let line = 1; line <= RANKED_LINES; line += 1) assert.match(reason(`b:x${line}`), /: b came furthest/);

  assert.match(reason('b:y'), /: b came furthest/);
  assert.doesNotMatch(reason('a:y'), /a came furthest/);
});
