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
  {
    name: 'of shares the one that more observations make sure of, not five of six by chance',
    one: { unit: 'share', value: 5 / 6, limit: 0.1, part: 5, whole: 6, windowMs: 3_000 },
    other: { unit: 'share', value: 0.6, limit: 0.1, part: 60, whole: 100, windowMs: 60_000, score: 3 },
    worse: 'other',
  },
  {
    name: 'not the smaller share of the longest window, which is surest',
    one: { unit: 'share', value: 0.6, limit: 0.1, part: 60, whole: 100 },
    other: { unit: 'share', value: 0.05, limit: 0.01, part: 120, whole: 2_400, windowMs: 1_800_000, score: 80 },
    worse: 'one',
  },
  {
    name: 'of two that are all there was the one of more',
    one: { unit: 'share', value: 1, limit: 0.1, part: 5, whole: 5 },
    other: { unit: 'share', value: 1, limit: 0.1, part: 18, whole: 18 },
    worse: 'other',
  },
  {
    name: 'of shares that are too small the one that is surely smaller',
    one: { unit: 'share', value: 0, limit: 0.4, part: 0, whole: 5 },
    other: { unit: 'share', value: 0.1, limit: 0.4, part: 10, whole: 100 },
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
