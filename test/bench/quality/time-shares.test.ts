import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTimeShares } from './time-shares.ts';

const MINUTE_MS = 60_000;

test('a part has its share of what is left', async () => {
  let now = 0;
  const time = createTimeShares(10, () => now);

  const first = time.share([1, 4]);
  now = 2 * MINUTE_MS - 1;
  assert.equal(await first(), true);
  now = 2 * MINUTE_MS;
  assert.equal(await first(), false);
});

test('what a part leaves goes to those after it', async () => {
  let now = 0;
  const time = createTimeShares(10, () => now);
  time.share([9, 1]);
  now = MINUTE_MS;

  const last = time.share([1]);
  now = 10 * MINUTE_MS - 1;
  assert.equal(await last(), true);
  now = 10 * MINUTE_MS;
  assert.equal(await last(), false);
});

test('a part that comes when the time is over has none', async () => {
  let now = 0;
  const time = createTimeShares(1, () => now);
  now = 2 * MINUTE_MS;
  assert.equal(await time.share([1])(), false);
});

test('told to end, nothing goes on', async () => {
  const time = createTimeShares(10, () => 0);
  const first = time.share([1, 1]);
  time.end();
  assert.deepEqual([await first(), await time.share([1])(), time.isEnded], [false, false, true]);
});
