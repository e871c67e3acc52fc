/** The audit's promise: what it calls missing is missing, whatever is under way and however late lines are counted. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Audit, stepAudit } from '../../src/core/reading/audit.ts';

/** What happens at an Nginx: a request begins, ends with its line, ends without one; or the reader counts what is written. */
const happening = fc.constantFrom<'begin' | 'end' | 'lose' | 'count'>('begin', 'begin', 'end', 'end', 'lose', 'count');
const honest = fc.constantFrom<'begin' | 'end' | 'count'>('begin', 'begin', 'end', 'count');
/** Before a question, between it and its answer, and until its lines are counted. */
const intervals = (kind: fc.Arbitrary<string>) =>
  fc.array(
    fc.tuple(fc.array(kind, { maxLength: 30 }), fc.array(kind, { maxLength: 5 }), fc.array(kind, { maxLength: 30 })),
    {
      maxLength: 12,
    },
  );

test('where every request has its line nothing is ever missing', () => {
  fc.assert(
    fc.property(intervals(honest), fc.boolean(), (rounds, isPollLogged) => {
      for (const { audit } of play(rounds, isPollLogged)) {
        assert.equal(audit.gap, 0);
        assert.equal(audit.news, 0);
        assert.notEqual(audit.verdict, 'other_logs');
      }
    }),
  );
});

test('never more lines are called missing than are', () => {
  fc.assert(
    fc.property(intervals(happening), fc.boolean(), (rounds, isPollLogged) => {
      let told = 0;
      for (const { audit, lost } of play(rounds, isPollLogged)) {
        told += audit.news;
        assert.ok(audit.gap <= lost, `${audit.gap} of ${lost}`);
        assert.ok(told <= lost, `${told} told of ${lost}`);
      }
    }),
  );
});

test('once the traffic pauses every loss is found', () => {
  fc.assert(
    fc.property(intervals(happening), (rounds) => {
      const pause = [['drain', 'count'], [], []] as const;

      const last = [...play([[[], [], []], ...rounds, pause], false)].at(-1);

      assert.equal(last?.audit.gap, last?.lost);
    }),
  );
});

type Round = readonly [readonly string[], readonly string[], readonly string[]];

/** One question a round; linesman's questions are requests of which a line may be logged. */
function* play(rounds: readonly Round[], isPollLogged: boolean): Generator<{ audit: Audit; lost: number }> {
  const nginx = { requests: 0, underWay: 0, written: 0, lost: 0, counted: 0 };
  let audit: Audit | undefined;
  let lostBefore = 0;
  let polls = 0;
  for (const [before, meanwhile, after] of rounds) {
    for (const one of before) happen(nginx, one);
    const linesBefore = nginx.counted;
    polls += 1;
    for (const one of meanwhile) happen(nginx, one);
    nginx.requests += 1;
    const { requests, underWay, lost } = nginx;
    const status = { accepts: requests, handled: requests, requests, reading: 0, writing: underWay + 1, waiting: 0 };
    if (isPollLogged) nginx.written += 1;
    for (const one of after) happen(nginx, one);
    nginx.counted = nginx.written;
    audit = stepAudit(audit, { at: polls, status, polls, linesBefore, linesAfter: nginx.counted });
    // What was lost before the first question is none of its business.
    if (audit.verdict === 'beginning') lostBefore = lost;
    yield { audit, lost: nginx.lost - lostBefore };
  }
}

function happen(
  nginx: { requests: number; underWay: number; written: number; lost: number; counted: number },
  what: string,
) {
  if (what === 'begin') {
    nginx.requests += 1;
    nginx.underWay += 1;
  }
  if (what === 'count') nginx.counted = nginx.written;
  while ((what === 'end' || what === 'lose' || what === 'drain') && nginx.underWay > 0) {
    nginx.underWay -= 1;
    if (what === 'lose') nginx.lost += 1;
    else nginx.written += 1;
    if (what !== 'drain') break;
  }
}
