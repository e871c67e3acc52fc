/** Whatever a line holds: where a scanner says that it fits, the RegExp finds the same fields. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadPatterns, shippedPatternsFolder } from '../../../../src/config/patterns.ts';
import type { CompiledPattern } from '../../../../src/core/parse/pattern.ts';
import { createScanner, type Scanner } from '../../../../src/core/parse/scan/scanner.ts';
import { bytesOfLines, expressionWithLines, mutatedLine } from './made-up.ts';
import { assertSameAnswer, patternOf } from './same-answer.ts';

const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });
/** More by hand when scanners change; these take a few seconds. */
const SHIPPED_RUNS = 400;
const MADE_UP_RUNS = 400;

for (const pattern of patterns)
  test(`${pattern.name}: mutated samples and rejects get the RegExp's answer`, () => {
    const scanner = scannerOf(pattern);
    const seeds = [...pattern.spec.samples.map(({ line }) => line), ...pattern.spec.rejects];
    const lines = fc.array(mutatedLine(seeds, 6), { minLength: 1, maxLength: 12 });

    fc.assert(
      fc.property(bytesOfLines(lines), fc.nat(40), (bytes, from) => {
        assertSameAnswer(pattern, scanner, bytes, from);
      }),
      { numRuns: SHIPPED_RUNS },
    );
  });

test("made-up expressions get the RegExp's answer for lines that match and that nearly match", () => {
  let plain = 0;
  let fitting = 0;
  fc.assert(
    fc.property(expressionWithLines, ({ expression, bytes }) => {
      const pattern = patternOf(expression);
      const scanner = createScanner(pattern.spec);
      if (scanner === undefined) return;
      plain += 1;
      fitting += assertSameAnswer(pattern, scanner, bytes).length;
    }),
    { numRuns: MADE_UP_RUNS },
  );

  assert.ok(plain > MADE_UP_RUNS / 3, `${plain} of ${MADE_UP_RUNS} are plain`);
  assert.ok(fitting > plain, `${fitting} lines fit`);
});

function scannerOf(pattern: CompiledPattern): Scanner {
  const scanner = createScanner(pattern.spec);
  assert.ok(scanner, `${pattern.name} has a plain way`);
  return scanner;
}
