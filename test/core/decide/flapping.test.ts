import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_RECENT } from '../../../src/core/decide/book.ts';
import { clearAfterFires, countFires } from '../../../src/core/decide/flapping.ts';
import { draw, play, START } from './drawing.ts';

test('a key that fires again soon must be well twice as long, then four times', () => {
  assert.equal(
    draw('##..##....##........'), //
    'pf.rpf...rpf.......r',
  );
});

test('the time to clear doubles to 16 minutes and no further', () => {
  const minute = 60_000;
  const times = [1, 2, 3, 4, 5, 6, 2_000].map((fires) => clearAfterFires(minute, fires) / minute);
  assert.deepEqual(times, [1, 2, 4, 8, 16, 16, 16]);
  assert.equal(clearAfterFires(20 * minute, 3), 20 * minute, "a watch's own longer time stays");
});

test('within ten minutes it counts on, within the hour it holds, then it begins anew', () => {
  const recent = [{ key: 'k', resolvedAt: START, fires: 3 }];
  const minute = 60_000;
  assert.equal(countFires(recent, 'k', START + 10 * minute), 4);
  assert.equal(countFires(recent, 'k', START + 10 * minute + 1), 3);
  assert.equal(countFires(recent, 'k', START + 60 * minute), 3);
  assert.equal(countFires(recent, 'k', START + 60 * minute + 1), 1);
  assert.equal(countFires(recent, 'other', START), 1);
});

test('a fault that was never confirmed is no flapping', () => {
  assert.deepEqual(play([{ drawing: '#....' }]).book.recent, []);
  assert.equal(draw('#...##..'), 'p..xpf.r');
});

test('it remembers a bounded number of keys, those that ended last', () => {
  const lanes = Array.from({ length: MAX_RECENT + 5 }, (_, i) => ({ name: `w${i}`, drawing: '!..' }));
  const { book } = play(lanes);
  assert.equal(book.recent.length, MAX_RECENT);
  assert.equal(book.recent.at(-1)?.key, `w${MAX_RECENT + 4} key`);
});
