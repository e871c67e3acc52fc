import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fittingZone } from '../../../src/core/reading/fitting-zone.ts';

const HOUR = 3_600_000;
const WINTER = Date.UTC(2026, 10, 28, 14);
const SUMMER = Date.UTC(2026, 6, 1, 14);

test('the zone that fits is another one than that which was read, UTC before all others', () => {
  const cases: readonly (readonly [zone: string, aheadMs: number, now: number, name: string, minutes: number])[] = [
    ['Europe/Berlin', -HOUR, WINTER, 'UTC', 0],
    ['Europe/Berlin', -2 * HOUR, SUMMER, 'UTC', 0],
    ['UTC', HOUR, WINTER, 'Europe/Berlin', 60],
    ['UTC', HOUR, SUMMER, 'Europe/London', 60],
    ['UTC', -5 * HOUR, WINTER, 'America/New_York', -300],
    ['UTC', 5.5 * HOUR, WINTER, 'Asia/Kolkata', 330],
    ['UTC', 5.75 * HOUR, WINTER, 'UTC', 345],
  ];
  for (const [zone, aheadMs, now, name, minutes] of cases)
    assert.deepEqual(fittingZone(zone, aheadMs, now), { name, minutes }, `${zone} ${aheadMs}`);
});
