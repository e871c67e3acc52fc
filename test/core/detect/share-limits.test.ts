import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asShareBaseline, rateOfBad } from '../../../src/core/detect/share-baseline.ts';
import { shareLimits } from '../../../src/core/detect/share-limits.ts';

const HOUR = 3_600_000;
const BUSY = shareLimits({}, 0.05).score;

for (const [in30Days, budget, score] of [
  // log10(6 * 4,320 / budget): a bad one every ten minutes.
  [4_320, 0.1, 5.41],
  [4_320, 0.05, 5.71],
  [4_320, 0.02, 6.11],
  // Rarer than one in half an hour counts as that: log10(6 * 1,440 / 0.05).
  [100, 0.05, 5.24],
  [0, 0.05, 5.24],
  [1e7, 0.05, BUSY],
] as const) {
  test(`with ${in30Days} bad ones in 30 days and a budget of ${budget} the limit is ${score.toFixed(2)}`, () => {
    const limits = shareLimits({}, budget, { in30Days, known: 1 });

    assert.equal(limits.brief.toFixed(2), score.toFixed(2));
    assert.equal(limits.score, shareLimits({}, budget).score);
  });
}

test('before a day is known the limit falls with what is known, from that of busy traffic on', () => {
  const scores = [0, 0.25, 0.5, 0.9, 1].map((known) => shareLimits({}, 0.05, { in30Days: 4_320, known }).brief);

  assert.equal(scores[0], BUSY);
  assert.deepEqual(
    scores,
    [...scores].sort((a, b) => b - a),
  );
  assert.equal(new Set(scores).size, 5);
});

test('what a watch says itself wins, and waiting is worth as much as before', () => {
  const bad = { in30Days: 4_320, known: 1 };

  assert.deepEqual(shareLimits({ score: 8, urgentScore: 9 }, 0.05, bad), { score: 8, brief: 8, urgent: 9 });
  assert.equal(shareLimits({}, 0.05, bad).urgent, shareLimits({}, 0.05).urgent);
});

test('never above the limit of busy traffic, never lower for more bad ones, a smaller budget or less knowledge', () => {
  const some = fc.record({
    in30Days: fc.double({ min: 0, max: 1e9, noNaN: true }),
    known: fc.double({ min: 0, max: 1, noNaN: true }),
    budget: fc.double({ min: 1e-4, max: 10, noNaN: true }),
  });
  fc.assert(
    fc.property(some, ({ in30Days, known, budget }) => {
      const { brief, score, urgent } = shareLimits({}, budget, { in30Days, known });

      assert.ok(Number.isFinite(brief) && urgent >= score && score >= brief);
      assert.ok(brief <= shareLimits({}, budget, { in30Days: in30Days * 2, known }).brief + 1e-9);
      assert.ok(brief <= shareLimits({}, budget / 2, { in30Days, known }).brief + 1e-9);
      assert.ok(brief <= shareLimits({}, budget, { in30Days, known: known / 2 }).brief + 1e-9);
    }),
  );
});

for (const [name, learntMs, k, rate] of [
  ['nothing', undefined, 50, { in30Days: 0, known: 0 }],
  // A day's learning weighs 1 - 1/e of a day; half of that is half a day by weight.
  ['a day', 24 * HOUR * (1 - Math.exp(-1)), 90, { in30Days: (91 * 30) / (1 - Math.exp(-1)), known: 1 }],
  ['half of it', 12 * HOUR * (1 - Math.exp(-1)), 44, { in30Days: (45 * 60) / (1 - Math.exp(-1)), known: 0.5 }],
  ['days', 24 * HOUR, 143, { in30Days: 144 * 30, known: 1 }],
] as const) {
  test(`how often bad ones come, after ${name}`, () => {
    const found = rateOfBad({ k, n: 20_000, until: 0, learntMs });

    assert.equal(found.known.toFixed(6), rate.known.toFixed(6));
    assert.equal(found.in30Days.toFixed(3), rate.in30Days.toFixed(3));
  });
}

test('what was learnt up to a time that is yet to come is kept, and learning goes on from now', () => {
  const now = 1_000 * HOUR;

  const kept = asShareBaseline({ k: 5, n: 1_000, until: now + HOUR, learntMs: HOUR }, now);

  assert.deepEqual(kept, { k: 5, n: 1_000, until: now - HOUR / 2, learntMs: HOUR });
});
