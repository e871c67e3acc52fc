import assert from 'node:assert/strict';
import { test } from 'node:test';
import recheck from 'recheck/lib/browser.js';
import { judgeExpressions } from '../../src/config/expression-safety.ts';
import { loadPatterns, shippedPatternsFolder } from '../../src/config/patterns.ts';
import { compileGrok } from '../../src/core/parse/grok.ts';

/** On a busy machine; usual are 0.5 to 4 s. */
const PROOF_MS_MAX = 300_000;
/** Its fuzzer takes an attack for a success where the clock says that the match took long, as it does on a busy machine. */
const NO_CLOCK = { timeout: PROOF_MS_MAX, attackTimeout: PROOF_MS_MAX, incubationTimeout: PROOF_MS_MAX };

const shipped = loadPatterns({ folders: [shippedPatternsFolder()], checkWatch: () => [] });

for (const { name, spec } of shipped.patterns) {
  test(`no line can keep an expression of ${name} busy`, () => {
    for (const expression of spec.expressions) {
      const { source, flags } = compileGrok(expression).regExp;
      const { status } = recheck.checkSync(source, flags, NO_CLOCK);
      assert.equal(status, 'safe', expression);
    }
  });
}

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
  const verdicts = await judgeExpressions(sources, PROOF_MS_MAX);

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
