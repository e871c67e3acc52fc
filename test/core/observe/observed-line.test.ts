import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isObserved, VALUE_MAX } from '../../../src/core/observe/observation.ts';
import { observedSeries } from '../../../src/core/observe/observed-line.ts';

test('a value that nothing has is not observed, and said, so that no sum overflows', () => {
  const observation = { series: [{ name: 's', when: [], value: 'bytes', by: [], evidence: false }], tops: [] };
  const said = (bytes: number) => observedSeries(observation, () => bytes)[0];

  assert.equal(said(-VALUE_MAX)?.adds, -VALUE_MAX);
  assert.match(said(1e308)?.because ?? '', /^bytes is larger than anything is: 1e\+308$/);
  assert.equal(said(Number.NEGATIVE_INFINITY)?.adds, undefined);
  assert.deepEqual([0, VALUE_MAX, 1.1 * VALUE_MAX, Number.NaN].map(isObserved), [true, true, false, false]);
});
