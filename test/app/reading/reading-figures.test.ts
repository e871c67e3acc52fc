import assert from 'node:assert/strict';
import { test } from 'node:test';
import { firstSeen, measureReading } from '../../../src/app/reading/reading-figures.ts';
import type { SourceState } from '../../../src/core/types.ts';

test('lines that are not understood any more are told with how it was before', () => {
  const seen = firstSeen('web', stateOf(1_960, 40));

  measureReading(seen, stateOf(1_960, 40), 0);
  const figures = measureReading(seen, stateOf(1_980, 220), 10_000);

  const [unparsed] = figures.filter(({ series }) => series.startsWith('linesman.lines.unparsed'));
  assert.deepEqual(unparsed?.lines, ['180 of the last 200 lines match no pattern; before that it was 2.0%']);
});

function stateOf(understood: number, unmatched: number): SourceState {
  const totals = [
    { pattern: 'nginx', count: understood },
    { pattern: 'unmatched', count: unmatched },
  ];
  return { files: [], totals, skipped: {} } as unknown as SourceState;
}
