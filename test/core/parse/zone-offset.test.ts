import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createOffsetAt, createOffsetClock } from '../../../src/core/parse/zone-offset.ts';

const HOUR_MS = 3_600_000;

test('an offset follows summer time', () => {
  const offsetAt = createOffsetClock('Europe/Berlin');

  assert.equal(offsetAt(Date.UTC(2026, 6, 1)), 2 * HOUR_MS);
  assert.equal(offsetAt(Date.UTC(2026, 9, 25, 0, 59, 59)), 2 * HOUR_MS);
  assert.equal(offsetAt(Date.UTC(2026, 9, 25, 1, 0, 0)), HOUR_MS);
  assert.equal(createOffsetClock('Asia/Kathmandu')(Date.UTC(2026, 0, 1)), 5.75 * HOUR_MS);
  assert.equal(createOffsetClock('America/New_York')(Date.UTC(2026, 0, 1)), -5 * HOUR_MS);
});

test('what is remembered is what the zone would say', () => {
  const zones = ['Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC'];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.array(fc.integer({ min: 0, max: 4e12 }), { maxLength: 5 }),
      (zone, times) => {
        const remembered = createOffsetClock(zone);
        const asked = createOffsetAt(zone);
        for (const time of times) assert.equal(remembered(time), asked(time));
      },
    ),
    { numRuns: 100 },
  );
});
