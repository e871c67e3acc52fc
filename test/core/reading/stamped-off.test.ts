import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stampedOff } from '../../../src/core/reading/stamped-off.ts';

const MIN = 60_000;

test('a stamp is off by a time zone where it is quarters of an hour away, and by none else', () => {
  const cases: readonly (readonly [aheadMs: number, said: string | undefined])[] = [
    [0, undefined],
    [-300, undefined],
    [5 * MIN, undefined],
    // Nginx' buffer, flushed after ten minutes.
    [-10 * MIN, undefined],
    [-120 * MIN - 400, '2 h earlier'],
    [60 * MIN, '1 h later'],
    // Nepal.
    [345 * MIN - 80_000, '5 h 45 min later'],
    [345 * MIN - 100_000, undefined],
    [-26 * 60 * MIN, '26 h earlier'],
    // A log that nobody wrote to for days and somebody touched.
    [-72 * 60 * MIN, undefined],
  ];
  for (const [aheadMs, said] of cases) assert.equal(stampedOff(aheadMs)?.text, said, String(aheadMs));
  assert.equal(stampedOff(60 * MIN + 400)?.aheadMs, 60 * MIN);
});
