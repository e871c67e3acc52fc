import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  DIGEST_TIMES,
  roundedLabels,
  type SpendingTest,
  sharesFor,
  type Tests,
  withTested,
} from '../../../src/core/detect/budget.ts';

const HOUR_MS = 3_600_000;
const NOW = 1_700_000_000_000;
const DAY_AGO = NOW - 24 * HOUR_MS;

test('the shares of all tests make what is accepted, and what waits for the digest has its own', () => {
  const many = fc.integer({ min: 0, max: 30 });
  fc.assert(
    fc.property(many, many, fc.double({ min: 0.01, max: 100, noNaN: true }), (mails, digests, perMonth) => {
      const all = [...testsOf('mail', mails), ...testsOf('digest', digests)];
      const { mail, digest } = sharesFor('nginx', { now: NOW, perMonth, tests: judgedSince(all, DAY_AGO), all });

      assert.ok(Math.abs(mail * Math.max(1, mails) - perMonth) < 1e-9 * perMonth);
      assert.ok(Math.abs(digest * Math.max(1, digests) - perMonth * DIGEST_TIMES) < 1e-8 * perMonth);
    }),
    { numRuns: 50 },
  );
});

test('a test that had nothing to judge takes nothing, nor does one that is gone', () => {
  const all = testsOf('mail', 4);
  const judged = judgedSince(all, DAY_AGO);
  const shareOf = (tests: Tests, armed: readonly SpendingTest[]) =>
    sharesFor('nginx', { now: NOW, perMonth: 1, tests, all: armed }).mail;

  assert.equal(shareOf(judged, all), 1 / 4);
  assert.equal(shareOf(judged, all.slice(1)), 1 / 3);
  assert.equal(shareOf(judgedSince(all.slice(2), DAY_AGO), all), 1 / 2);
  assert.equal(shareOf({}, all), 1);
});

test('a test of another source counts from the next full hour on: both sources see it the same, however far apart they are judged', () => {
  const all: readonly SpendingTest[] = [...testsOf('mail', 1), { source: 'machine', watch: 'cpu' }];
  const hour = Math.floor(NOW / HOUR_MS) * HOUR_MS;
  const tests = { ...judgedSince(all.slice(0, 1), DAY_AGO), machine: { cpu: { since: hour + 1_000, labels: 1 } } };
  const shareAt = (source: string, now: number) => sharesFor(source, { now, perMonth: 1, tests, all }).mail;

  assert.equal(shareAt('nginx', hour + 2_000), 1);
  assert.equal(shareAt('nginx', hour + HOUR_MS), 1 / 2);
  assert.equal(shareAt('machine', hour + 2_000), 1 / 2);
});

test('label values share by powers of two, so that one more seldom moves the limits', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 8, 9, 50].map(roundedLabels), [1, 1, 2, 4, 4, 8, 8, 16, 64]);
});

test('what is remembered changes only where something is new, and forgets watches that are gone', () => {
  const armed = ['a', 'b'];
  const first = withTested({}, 'nginx', { now: NOW, labels: new Map([['a', 1]]), armed });
  const same = withTested(first, 'nginx', { now: NOW + 1_000, labels: new Map([['a', 1]]), armed });
  const more = withTested(first, 'nginx', { now: NOW + 1_000, labels: new Map([['a', 2]]), armed });
  const gone = withTested(first, 'nginx', { now: NOW + 1_000, labels: new Map([['b', 1]]), armed: ['b'] });

  assert.equal(same, first);
  assert.deepEqual(more, { nginx: { a: { since: NOW, labels: 2 } } });
  assert.deepEqual(gone, { nginx: { b: { since: NOW + 1_000, labels: 1 } } });
});

function testsOf(delivery: 'mail' | 'digest', count: number): SpendingTest[] {
  return Array.from({ length: count }, (_, i) => ({ source: 'nginx', watch: `${delivery}.${i}`, delivery }));
}

function judgedSince(tests: readonly SpendingTest[], since: number): Tests {
  return { nginx: Object.fromEntries(tests.map(({ watch }) => [watch, { since, labels: 1 }])) };
}
