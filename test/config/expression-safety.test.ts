import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judgeExpressions } from '../../src/config/expression-safety.ts';
import { loadPatterns, shippedPatternsFolder } from '../../src/config/patterns.ts';
import { compileGrok } from '../../src/core/parse/grok.ts';
import { judge, type Proofs, proofKey, readProofs, shippedExpressions } from '../tools/proved-expressions.ts';

/** What to run when an expression has changed. */
const REMEMBER = 'node test/tools/proved-expressions.ts';

/** On a busy machine; usual are 0.5 to 4 s. */
const JUDGE_MS_MAX = 300_000;

/** `npm run test:long` judges all again, whatever is remembered. */
const proofs: Proofs = process.env.LINESMAN_TEST_LONG ? {} : readProofs();
const expressions = shippedExpressions();
const shipped = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });

for (const { name } of shipped.patterns) {
  test(`no line can keep an expression of ${name} busy`, (t) => {
    const unproved = expressions.filter((one) => one.pattern === name && proofs[proofKey(one)] === undefined);
    for (const one of unproved) assert.equal(judge(one), 'safe', one.source);
    if (unproved.length > 0) t.diagnostic(`${unproved.length} judged anew: ${REMEMBER} remembers that`);
  });
}

test('a proof is of one expression as it is: one that changes by a letter has none', () => {
  for (const { source, flags } of expressions) {
    assert.equal(readProofs()[proofKey({ source: source.replace(/\)\$$/, 's)$'), flags })], undefined);
    assert.equal(readProofs()[proofKey({ source, flags: `${flags}i` })], undefined);
  }
});

test('what would be remembered is refused where a line can keep it busy', () => {
  assert.equal(judge({ source: '^(?:x (a+)+b)$', flags: 's' }), 'vulnerable');
});

test('nothing is remembered of expressions that are gone', () => {
  const keys = new Set(expressions.map(proofKey));
  const gone = Object.entries(readProofs()).filter(([key]) => !keys.has(key));
  assert.deepEqual(gone, [], `${REMEMBER} forgets them`);
});

test('shipped patterns are not judged at a start', () => {
  assert.deepEqual(shipped.unproven, []);
});

test('an expression that backtracks for ever is refused, with the part to blame and a line that shows it', async () => {
  const [verdict] = await judgeExpressions(['^(?:x (a+)+b)$']);

  assert.equal(verdict?.is, 'refused');
  assert.match(
    messageOf(verdict),
    /^'\(a\+\)\+' lets one hostile line keep this expression busy for ever, such as 'x a' then /,
  );
  assert.match(messageOf(verdict), /'a' x \d+ then '.*'; let every text fit in one way only/);
});

test('one that takes long for a line of 32 KiB is refused too, and an honest one behind it is not', async () => {
  const sources = [expressionOf('.*?a*a*a*b'), expressionOf('%{IP:client} %{GREEDYDATA:rest}')];
  const verdicts = await judgeExpressions(sources, JUDGE_MS_MAX);

  assert.deepEqual(
    verdicts.map(({ is }) => is),
    ['refused', 'safe'],
  );
  assert.match(messageOf(verdicts[0]), /makes this expression take (more than )?\d+ ms for one hostile line of 32 KiB/);
});

test('where there is no time, as on a busy machine, an expression has no verdict that could stay', async () => {
  assert.deepEqual(await judgeExpressions([expressionOf('%{IP:client}')], 1), []);
});

test('nothing to judge needs no thread', async () => {
  assert.deepEqual(await judgeExpressions([]), []);
});

function expressionOf(grok: string): string {
  return compileGrok(grok).regExp.source;
}

function messageOf(verdict: Awaited<ReturnType<typeof judgeExpressions>>[number] | undefined): string {
  return verdict === undefined || verdict.is === 'safe' ? '' : verdict.message;
}
