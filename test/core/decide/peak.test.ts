import assert from 'node:assert/strict';
import { test } from 'node:test';
import { worseFinding } from '../../../src/core/decide/peak.ts';
import type { Finding } from '../../../src/core/types.ts';

const BASE: Finding = {
  ...{ watch: 'w', source: 's', series: 'x', labels: {}, time: 1_000, since: 0, value: 0.8, expected: 0.2, limit: 0.4 },
  ...{ unit: 'seconds', windowMs: 60_000, score: 9, urgent: false },
};

for (const { name, one, other, worse } of [
  { name: 'the larger value, however sure the other was', one: {}, other: { value: 1.2, score: 3 }, worse: 'other' },
  { name: 'not the surer one', one: {}, other: { value: 0.7, score: 50 }, worse: 'one' },
  { name: 'the lower value of too little', one: { value: 0.1 }, other: { value: 0.05, score: 3 }, worse: 'other' },
  { name: 'not the higher value of too little', one: { value: 0.1 }, other: { value: 0.3, score: 50 }, worse: 'one' },
  { name: 'of the same value the surer one', one: {}, other: { score: 20 }, worse: 'other' },
  { name: 'of the same value and score the earlier one', one: {}, other: { time: 2_000 }, worse: 'one' },
  {
    name: 'of numbers in other windows the one that is more times the usual',
    one: { unit: 'count', value: 50, expected: 5, limit: 20, windowMs: 10_000 },
    other: { unit: 'count', value: 90, expected: 30, limit: 60, windowMs: 60_000 },
    worse: 'one',
  },
  {
    name: 'of too few in other windows the one that is the smaller part of the usual',
    one: { unit: 'count', value: 5, expected: 50, limit: 20, windowMs: 10_000 },
    other: { unit: 'count', value: 6, expected: 300, limit: 200, windowMs: 60_000 },
    worse: 'other',
  },
  {
    name: 'of what fills up the fuller one, below its limit as it is',
    one: { value: 80, limit: 100, fullAt: 9_000 },
    other: { value: 85, limit: 100, fullAt: 9_500 },
    worse: 'other',
  },
] as const) {
  test(name, () => {
    const [first, second] = [
      { ...BASE, ...one },
      { ...BASE, ...other },
    ];

    assert.equal(worseFinding(first, second), worse === 'one' ? first : second);
  });
}
