import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createCandidates, lackText } from '../../../src/core/parse/candidates.ts';
import { type ExpressionPart, expressionWays } from '../../../src/core/parse/expression-parts.ts';
import { compilePattern, type PatternSpec } from '../../../src/core/parse/pattern.ts';

const NOTHING = {
  ...{ description: 'of a test', fields: {}, expressions: [], samples: [], rejects: [] },
  observation: { series: [], tops: [] },
};

function patternOf(name: string, spec: Partial<PatternSpec>) {
  return compilePattern({ ...NOTHING, name, ...spec });
}

/** Of a line and the only expression: letters that fit, and what is expected there. */
function lackOf(expression: string, line: string): readonly [number | undefined, string] {
  const [best] = createCandidates([patternOf('app', { expressions: [expression] })])(line);
  assert.ok(best);
  return [best.reached?.at, lackText(best)];
}

test('the longest beginning that fits, and what was expected behind it', () => {
  const access =
    '%{IP:client} \\[%{HTTPDATE:time}\\] "(?:%{METHOD:method} (?<path>[^" ]+)|-)" %{STATUS:status:int}(?: (?<rt>\\d+))?';
  const table: readonly (readonly [string, string, number, string])[] = [
    [access, 'x', 0, 'expects %{IP:client}, an IP address'],
    [access, '10.0.0.1 25/Nov', 9, "expects the text '['"],
    [access, '10.0.0.1 [25/Nov/2026]', 10, 'expects %{HTTPDATE:time}, a time such as 25/Nov/2026:05:22:42 +0000'],
    [access, '10.0.0.1 [25/Nov/2026:05:22:42 +0000] "GET ', 43, 'expects the field path: (?<path>[^" ]+)'],
    [access, '10.0.0.1 [25/Nov/2026:05:22:42 +0000] "-" 2', 42, 'expects %{STATUS:status}, a status of three digits'],
    [access, '10.0.0.1 [25/Nov/2026:05:22:42 +0000] "-" 200 7 x', 47, 'expects the end of the line'],
    ['a|bc%{INT:n}', 'bcx', 2, 'expects %{INT:n}, a whole number'],
    ['(?:a|b){2}c', 'ad', 0, 'expects one of a or b'],
    ["it's", 'itch', 2, `expects the text "'s"`],
  ];
  for (const [expression, line, at, text] of table) {
    const [reached, lack] = lackOf(expression, line);
    assert.equal(reached, at, `${expression} on ${line}: ${lack}`);
    assert.equal(lack, text);
  }
});

test('a pattern of JSON lines says which fields are missing, and which keys are there', () => {
  const json = { fields: { status: ['status', 'http.status'], path: ['path'] }, require: ['status', 'path'] };
  const rank = createCandidates([patternOf('plain', { expressions: ['\\{"a%{INT:n}'] }), patternOf('json', { json })]);

  const [best] = rank('{"a":1,"http":{"status":"502"},"host":"x"}');
  assert.equal(best?.pattern.name, 'json');
  assert.equal(best && lackText(best), 'lacks path; its keys are a, http, host');

  const none = rank('{"a":1,"http":').find(({ pattern }) => pattern.name === 'json');
  assert.equal(none && lackText(none), 'the line is no JSON object');
});

test('an expression is all of its parts, and its groups of theirs', () => {
  const expressions = [
    '%{IP:a} x\\[(?:a|(?<b>[^)\\]]*)|c{2,3}?)+? (?=y)(?i:z|(?<!q)w)[()|]\\| $',
    '(?<a>\\)|\\(|[(]|[\\]]){0}b|c',
    '',
    '|',
    '((((((((((a|b))))))))))',
    'a{b}\u{1F600}*',
  ];
  const joined = (parts: readonly ExpressionPart[]): string => parts.map(({ source }) => source).join('');
  const check = (parts: readonly ExpressionPart[]): void => {
    for (const part of parts) {
      if (part.is !== 'group') continue;
      const inside = part.ways.map(joined).join('|');
      assert.ok(part.source.includes(`${inside})`), part.source);
      part.ways.forEach(check);
    }
  };
  for (const expression of expressions) {
    const ways = expressionWays(expression);
    assert.equal(ways.map(joined).join('|'), expression);
    ways.forEach(check);
  }
});

test('whatever the line is, no beginning reaches beyond it, and a longer line that begins alike reaches as far', () => {
  const rank = createCandidates([
    patternOf('a', { expressions: ['%{IP:a} (?:"(?<b>[^"]*)"|-) %{INT:c}(?:, %{WORD:d})*$', '\\{%{DATA:x}\\}'] }),
    patternOf('b', { json: { fields: { a: ['a', 'b.c'] }, require: ['a'] } }),
  ]);
  const pieces = fc.constantFrom(
    '10.0.0.1',
    ' ',
    '"',
    'a',
    '- ',
    '12',
    ', b',
    '{',
    '}',
    '\u0000',
    'é',
    '{"b":{"c":',
    '1}}',
  );

  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (some) => {
      const line = some.join('');
      for (const one of rank(line)) {
        assert.ok(one.share >= 0 && one.share <= 1);
        assert.ok(one.reached === undefined || one.reached.at <= line.length);
        assert.ok(lackText(one).length > 0);
      }
    }),
  );
});
