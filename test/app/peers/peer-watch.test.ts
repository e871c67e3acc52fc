import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPeerWatch } from '../../../src/app/peers/peer-watch.ts';
import type { Peer } from '../../../src/redis/peers.ts';

const BEAT = 10_000;
const NOW = Date.UTC(2026, 10, 28, 3, 12, 5);

function peer(ageMs: number, more: Partial<Peer> = {}): Peer {
  return { host: 'web-2', ageMs, state: 'running', place: 'm2', version: '1.0.0', ...more };
}

/** What was measured of the peer after each of these ages, beat after beat; undefined: the beat failed. */
function silences(ages: readonly (number | undefined)[], more: Partial<Peer> = {}): readonly (number | undefined)[] {
  const watch = createPeerWatch('web-1');
  let isFirst = true;
  return ages.map((age) => {
    const elapsed = isFirst ? undefined : BEAT;
    isFirst = age === undefined;
    return age === undefined ? undefined : watch.measure([peer(age, more)], NOW, elapsed)[0]?.value;
  });
}

test('one that speaks has an age of a beat at most; one that is silent grows silent with our own clock', () => {
  assert.deepEqual(silences([5_000, 5_000, 5_000]), [5, 5, 5]);
  assert.deepEqual(silences([10_000, 20_000, 30_000, 40_000, 50_000]), [10, 20, 30, 40, 50]);
});

test('after our own start, after an outage of Redis and after a leap of its clock nobody is silent at once, nor said to speak', () => {
  const nothing = Array.from({ length: 5 }, () => undefined);
  assert.deepEqual(silences([600_000, 610_000, 620_000, 630_000, 640_000, 650_000, 660_000]), [...nothing, 60, 72]);
  assert.deepEqual(silences([0, 10_000, undefined, 300_000, 310_000]), [0, 10, undefined, undefined, undefined]);
  assert.deepEqual(silences([5_000, 3_605_000, 5_000]), [5, undefined, 5]);
});

test('one that was stopped is told of when it does not come back within a quarter of an hour', () => {
  const ages = Array.from({ length: 100 }, (_, i) => i * BEAT);
  const told = silences(ages, { state: 'stopped' });
  const first = told.findIndex((value) => value !== 0);

  assert.equal(ages[first], 900_000);
});

test('one that another tells of is not measured, one that this one tells of is', () => {
  const told = [70_000, 80_000, 90_000, 100_000, 110_000, 120_000];

  assert.deepEqual(silences([10_000, ...told], { teller: 'web-3' }), [undefined, ...told.map(() => undefined)]);
  assert.equal(silences([10_000, ...told], { teller: 'web-1' }).at(-1), 82);
});

test('its evidence says who, where and since when, the same at each beat', () => {
  const watch = createPeerWatch('web-1');
  const lines = [0, 1, 2, 3, 4].map(
    (beat) => watch.measure([peer(beat * (BEAT + 3))], NOW + beat * BEAT, beat === 0 ? undefined : BEAT)[0]?.lines,
  );

  const sentence =
    'The linesman of web-2 (version 1.0.0, on m2) was heard of last at 2026-11-28 03:12:05 UTC; it did not say that it was being stopped.';
  assert.deepEqual(lines, [undefined, undefined, [sentence], [sentence], [sentence]]);
});
