/** Whatever a line holds: where a scanner says that it fits, the RegExp finds the same fields. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadPatterns, shippedPatternsFolder } from '../../../../src/config/patterns.ts';
import type { CompiledPattern } from '../../../../src/core/parse/pattern.ts';
import { createScanner, type Scanner } from '../../../../src/core/parse/scan/scanner.ts';
import { bytesOfLines, expressionWithLines, mutatedLine } from './made-up.ts';
import { assertSameAnswer, patternOf } from './same-answer.ts';

const encoder = new TextEncoder();
const { patterns } = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });
/** More by hand when scanners change; these take a few seconds. */
const SHIPPED_RUNS = 400;
const PAIRS_RUNS = 40;
const QUOTED_RUNS = 200;
const MADE_UP_RUNS = 400;

const scanned = patterns.filter(({ spec }) => createScanner(spec) !== undefined);

for (const pattern of scanned)
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

test("texts up to a byte that is looked for ahead get the RegExp's answer", () => {
  const texts = fc
    .array(fc.tuple(fc.constantFrom('a', '"', '"', '" ', ' ', '-', 'é', '\r'), fc.nat(90)), { maxLength: 12 })
    .map((all) => encoder.encode(all.map(([piece, times]) => (piece === 'a' ? piece.repeat(times) : piece)).join('')));
  const lines = bytesOfLines(fc.array(texts, { minLength: 1, maxLength: 30 }));

  for (const expression of [
    '(?<a>[^"]*)"(?<b>[^"]*)"(?<c>[^"]*)',
    '(?<a>[^"]*)(?:" "(?<b>[^"]+)"| (?<b>[^"]*)")? ?(?<c>.*)',
    '(?<a>[^"]*) (?<b>[^"]*)"(?<c>[^"]*?)-(?<d>[^"]*)',
    '(?<a>[^ ]+) (?<b>[^ ]*)(?: (?<c>[^ ]+ ?))?',
  ]) {
    const pattern = patternOf(expression);
    const scanner = scannerOf(pattern);
    fc.assert(
      fc.property(lines, fc.nat(200), (bytes, from) => {
        assertSameAnswer(pattern, scanner, bytes, from);
      }),
      { numRuns: QUOTED_RUNS },
    );
  }
});

test('pairs of any shape get the answer of the text, also where they end before the line does', () => {
  const long = 'n'.repeat(40);
  const pieces = [
    'a=',
    'bb=',
    'c=',
    `${long}=`,
    `n${long}=`,
    '=',
    ' ',
    ' ',
    ', ',
    ',',
    '"',
    '"',
    '"-"',
    '1.5',
    'x',
    'é',
    'a: ',
  ];
  const text = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((all) => encoder.encode(all.join('')));
  const lines = bytesOfLines(fc.array(text, { minLength: 1, maxLength: 30 }));

  for (const expression of ['(?<pairs>.*)', '(?<pairs>[^ ]*)(?: (?<rest>.*))?', 'x?(?<a>=.*)|(?<pairs>[^-]*).*'])
    for (const [separator, assign] of [
      [' ', '='],
      [', ', '='],
      [', ', ': '],
      ['" ', '="'],
    ] as const) {
      const names = { a: 'a', bb: 'b', c: 'a', [long]: 'n' };
      const pattern = patternOf(expression, { keyValues: { field: 'pairs', separator, assign, names } });
      const scanner = scannerOf(pattern);
      fc.assert(
        fc.property(lines, (bytes) => {
          assertSameAnswer(pattern, scanner, bytes);
        }),
        { numRuns: PAIRS_RUNS },
      );
    }
});

function scannerOf(pattern: CompiledPattern): Scanner {
  const scanner = createScanner(pattern.spec);
  assert.ok(scanner, `${pattern.name} has a plain way`);
  return scanner;
}
