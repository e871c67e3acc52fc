/** Which expressions have a plain way, and what the plan makes of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpression } from '../../../../src/core/parse/scan/expression.ts';
import { NotPlain } from '../../../../src/core/parse/scan/expression-reader.ts';
import { planSteps, type Step } from '../../../../src/core/parse/scan/plan.ts';
import { commonStop } from '../../../../src/core/parse/scan/stops.ts';

const NOT_PLAIN: readonly (readonly [string, RegExp])[] = [
  ['(?<!a)b', /looks behind/],
  ['(?=(a))a', /looked at only/],
  ['(a)\\1', /'\\1'/],
  ['\\bword', /'\\b'/],
  // Holds spaces beyond ASCII.
  ['a\\s', /'\\s'/],
  ['[^\\s]+', /'\\s'/],
  ['a^b', /'\^' inside/],
  ['é', /beyond ASCII/],
  ['[à-ü]', /beyond ASCII/],
  ['\\xe9', /beyond ASCII/],
  // A letter beyond ASCII is one or two to the RegExp, and up to four bytes.
  ['a.b', /counts letters/],
  ['[^"]{1,9}', /counts letters/],
  ['(?:ab)*', /a repeated part/],
  ['(?:ab)??', /a repeated part/],
  ['(?:a?)?', /may be empty/],
  ['(?:(a)b){2}', /a repeated field/],
  ['(a){0}b', /a repeated field/],
  ['a{000002}', /a count of many digits/],
  ['[ab]{1,3}?b', /a lazy part with a count/],
  // Where the first ends may lie inside a letter.
  ['[^"]*?[^ ]*x', /inside a letter/],
  [`${'('.repeat(60)}a${')'.repeat(60)}`, /too many brackets/],
  [`${'[ab]*c'.repeat(1_500)}`, /too many parts/],
];

test('what scanners do not understand is not plain, and says why', () => {
  for (const [source, reason] of NOT_PLAIN)
    assert.throws(
      () => planSteps(parseExpression(source)),
      (error) => error instanceof NotPlain && reason.test(error.message),
      source,
    );
});

const PLANS: readonly (readonly [string, string])[] = [
  ['abc', "'abc'"],
  ['a\\.\\x41\\/', "'a.A/'"],
  // Ends by itself: what follows is not in the class.
  ['[^"]*" x', "stop[0-] '\" x'"],
  ['\\d+(?:\\.\\d+)?', "stop[1-] ('.' stop[1-]|)"],
  ['[A-Z]{2,5}=', "stop[2-5] '='"],
  // Up to the first, or back to the last, place where what follows can begin.
  ['.*? - x', "first[0-]' - x' '? - x?'"],
  ['.* - x', "last[0-]' - x' '? - x?'"],
  ['[^"]* HTTP/\\d"', "last[0-]' HTTP/' '? HTTP/?' stop?[1-1] '?\"?'"],
  ['[^"]*[^ ]*', 'stop[0-] stop?[0-]'],
  // The line may end where an optional part would begin.
  ['(.*?)(?:, (client: .*))?', "<first[0-]', client: '$> ?(', ' <'client: ' stop[0-]>|)?"],
  // A way that is ruled out gives way to the next, until something was taken on trust.
  ['a(?:b|c)d', "'a' ('b'|'c') 'd'"],
  ['(?:[^"]* H|x)"', "(last[0-]' H\"' '? H?'|'x') '?\"?'"],
  ['(?:ab|a)c', "('ab'|'a') '?c?'"],
  ['(?:ab){2}', "'abab'"],
  // The second way is not ruled out where the first one is empty.
  ['(?:b*|a)c', "(stop[0-]|'a') '?c?'"],
  ['(?:a|b*)c', "('a'|stop[0-]) 'c'"],
  ['\\d(?!\\d)(?=[.:]*:)x', "stop[1-1] {!stop[1-1]} {last[0-]':' '?:?'} 'x'"],
];

test('the plan says where runs end, and what is taken on trust', () => {
  for (const [source, drawn] of PLANS) assert.equal(draw(planSteps(parseExpression(source))), drawn, source);
});

test('bytes are looked for ahead where many runs stop at them only', () => {
  const stopOf = (source: string) => commonStop(planSteps(parseExpression(source)));

  assert.equal(stopOf('[^"]*"[^,]*,[^"]* x(?:[^,]*, |[^"]*")'), 0x22);
  assert.equal(stopOf('[^,]*,(?:[^,]*,)?'), 0x2c);
  for (const source of ['[^"]*"', '[^" ]+ [^" ]+', '.*', '[^"]*? [^"]*? x', '[a-z]+ [a-z]+', '[^"]*"[^,]*,'])
    assert.equal(stopOf(source), undefined, source);
});

/** Steps behind something taken on trust stand between question marks. */
function draw(steps: readonly Step[]): string {
  return steps.map(drawStep).join(' ');
}

function drawStep(step: Step): string {
  switch (step.kind) {
    case 'literal':
      return step.isSure ? `'${text(step.bytes)}'` : `'?${text(step.bytes)}?'`;
    case 'run': {
      const { end, min, max, isSure } = step;
      const before = end.at === 'stop' ? '' : `'${text(end.before.literal)}'${end.before.isNullable ? '$' : ''}`;
      return `${end.at}${isSure ? '' : '?'}[${min}-${max === Number.POSITIVE_INFINITY ? '' : max}]${before}`;
    }
    case 'look':
      return `{${step.isNegative ? '!' : ''}${draw(step.steps)}}`;
    case 'group':
      return `<${draw(step.steps)}>`;
    case 'choice': {
      const ways = `(${step.ways.map(draw).join('|')})`;
      return step.isSure ? ways : `?${ways}?`;
    }
  }
}

function text(bytes: readonly number[]): string {
  return String.fromCharCode(...bytes);
}
