/** A slice that was parsed ahead of those before it is taken only where they would have changed nothing in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LATE_MS, OFF_CLOCK_MS } from '../../../src/core/parse/marks.ts';
import { type Before, joinSlice, type ParsedSlice } from '../../../src/core/parse/slices.ts';
import type { Tally } from '../../../src/core/types.ts';
import { T0 } from './tallies.ts';

const NOW = T0 + 3_600_000;
const TALLY: Tally = {
  ...{ lines: 1, totals: [], cells: [], tops: [], histograms: [], distincts: [], exemplars: [], skipped: {} },
  ...{ timeMax: T0 + 2_000, latenessMs: 0 },
};
const PARSED: ParsedSlice = { tally: TALLY, consumed: 10, firstStamp: T0 + 1_000, timeMin: T0 + 1_000 };
const ASSUMED: Before = { pattern: 'site', lastTime: T0 - 5_000, held: undefined, newest: undefined };
const BEFORE: Before = { pattern: 'site', lastTime: T0, held: undefined, newest: T0 };

test('a slice that goes on where those before it end is taken as it is', () => {
  assert.deepEqual(joinSlice(BEFORE, ASSUMED, PARSED, NOW), TALLY);
});

test('its lateness follows from the newest stamp before it', () => {
  const before = { ...BEFORE, newest: T0 + 4_000 };

  assert.deepEqual(joinSlice(before, ASSUMED, PARSED, NOW), { ...TALLY, latenessMs: 3_000 });
});

const same = { lastTime: ASSUMED.lastTime };
const far = NOW + OFF_CLOCK_MS + 1;
const REASONS: Readonly<Record<string, readonly [before: Partial<Before>, parsed: Partial<ParsedSlice>]>> = {
  'the rest of a line before it is in it': [{ held: { stdout: 'a' } }, {}],
  'another pattern was met before it': [{ pattern: 'other' }, {}],
  'no pattern was met before it': [{ pattern: undefined }, {}],
  'its first line has no sure stamp': [same, { firstStamp: undefined }],
  'its first stamp is ahead of the clock': [same, { firstStamp: far }],
  'the stamp before it is earlier than all that was tried': [{ lastTime: T0 + 1_000 - LATE_MS - 1 }, {}],
  'the stamp before it is later than all that was tried': [{ lastTime: T0 + 1_000 + LATE_MS + 1 }, {}],
  'no stamp was before it': [{ lastTime: undefined }, {}],
  'one of its lines is late by those before it': [{ newest: T0 + 1_000 + LATE_MS + 1 }, {}],
  'one of its lines is late by itself': [{}, { tally: { ...TALLY, skipped: { late: 1 } } }],
};
for (const [reason, [before, parsed]] of Object.entries(REASONS))
  test(`a slice is parsed again where ${reason}`, () => {
    assert.equal(joinSlice({ ...BEFORE, ...before }, ASSUMED, { ...PARSED, ...parsed }, NOW), undefined);
  });

test('at the edge of what was tried, and of what is late, a slice is taken', () => {
  const edges: readonly Partial<Before>[] = [
    { lastTime: T0 + 1_000 - LATE_MS },
    { lastTime: T0 + 1_000 + LATE_MS },
    { newest: T0 + 1_000 + LATE_MS },
  ];

  for (const edge of edges) assert.ok(joinSlice({ ...BEFORE, ...edge }, ASSUMED, PARSED, NOW));
});
