/** Tallies come out of a thread as they went in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { REGISTERS } from '../../src/core/observe/distinct.ts';
import type { Tally } from '../../src/core/types.ts';
import { packTally, unpackTally } from '../../src/workers/tally-message.ts';

/** Plain objects, as tallies are made of. */
const record = <T>(of: { [Key in keyof T]: fc.Arbitrary<T[Key]> }) => fc.record<T>(of, { noNullPrototype: true });
const text = fc.string({ unit: 'binary', maxLength: 8 });
const count = fc.nat();
const time = fc.integer({ min: 0, max: 4e12 });
const listed = { series: text, by: text, time };
const TALLY: fc.Arbitrary<Tally> = record({
  lines: count,
  totals: fc.array(record({ pattern: text, status: text, count })),
  cells: fc.array(record({ series: text, time, count, sum: fc.double({ noNaN: true }) })),
  tops: fc.array(record({ ...listed, entries: fc.array(fc.tuple(text, count)) })),
  histograms: fc.array(record({ series: text, time, buckets: fc.array(fc.tuple(count, count)) })),
  distincts: fc.array(record({ ...listed, registers: fc.uint8Array({ minLength: REGISTERS, maxLength: REGISTERS }) }), {
    maxLength: 3,
  }),
  exemplars: fc.array(record({ series: text, time, line: text })),
  skipped: fc.constantFrom({}, { unparsed: 3 }, { late: 1, off_clock: 2 }),
  timeMax: fc.option(time, { nil: undefined }),
  latenessMs: count,
});

test('a tally that was packed, sent and unpacked is the same', () => {
  fc.assert(
    fc.property(TALLY, (tally) => assert.deepEqual(unpackTally(structuredClone(packTally(tally))), tally)),
    { numRuns: 200 },
  );
});
