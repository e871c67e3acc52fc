import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createCounters } from '../../src/machine/counters.ts';

test('a counter says what it grew by since the last reading, and in how long', () => {
  let now = 0;
  const counters = createCounters(() => now);

  assert.equal(counters.grow('eth0', { bytes: 1_000 }), undefined, 'the first reading');
  now = 20_000;
  assert.deepEqual(counters.grow('eth0', { bytes: 5_000 }), { seconds: 20, by: { bytes: 4_000 } });
  now = 30_000;
  assert.deepEqual(counters.grow('eth0', { bytes: 5_000 }), { seconds: 10, by: { bytes: 0 } });
  assert.equal(counters.grow('eth1', { bytes: 5_000 }), undefined, 'another thing');
});

test('one that goes backwards says nothing, and goes on from there', () => {
  let now = 0;
  const counters = createCounters(() => now);
  const grow = (reads: number, writes: number) => {
    now += 1_000;
    return counters.grow('sda', { reads, writes })?.by;
  };
  grow(100, 100);

  assert.equal(grow(150, 20), undefined);
  assert.deepEqual(grow(160, 30), { reads: 10, writes: 10 });
});

test('what is no number says nothing, and neither does a reading in the same moment', () => {
  let now = 0;
  const counters = createCounters(() => now);
  counters.grow('sda', { reads: 1 });

  assert.equal(counters.grow('sda', { reads: 2 }), undefined);
  now = 1_000;
  assert.equal(counters.grow('sda', { reads: Number.NaN }), undefined);
  now = 2_000;
  assert.equal(counters.grow('sda', { reads: 9 }), undefined);
});

test('of very many things those read last are remembered', () => {
  let now = 0;
  const counters = createCounters(() => now);
  for (let i = 0; i < 1_001; i += 1) counters.grow(`veth${i}`, { bytes: 1 });
  now = 1_000;

  assert.equal(counters.grow('veth0', { bytes: 2 }), undefined);
  assert.deepEqual(counters.grow('veth1000', { bytes: 2 })?.by, { bytes: 1 });
});
