import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPace } from '../../../src/app/learning/pace.ts';

const DAY_MS = 86_400_000;
const STOP = 14 * DAY_MS;

test('where there is time for all of it nothing is left out', () => {
  // A day a second: fourteen seconds of sixty.
  const said = paced(60_000, 1_000, 14);

  assert.deepEqual(
    said.filter((one) => one !== undefined),
    [],
  );
});

test('where there is not, the oldest days are left out, once, so that the newest are learnt in time', () => {
  // A day in ten seconds: of sixty seconds, what is left after the first eighth holds five days, and is trusted by four fifths.
  const [first] = paced(60_000, 10_000, 14).filter((one) => one !== undefined);

  assert.ok(first !== undefined && first !== 'over');
  const left = (STOP - first.skipTo) / DAY_MS;
  assert.ok(left > 4 && left < 5.8, `${left} days are left`);
});

test('when the time is over it is over, whatever is left', () => {
  const pace = createPace({ startedAt: 1_000, withinMs: 500, stopAt: STOP });

  assert.equal(pace.after(0, 1_499), undefined);
  assert.equal(pace.after(undefined, 1_500), 'over');
});

test('nobody knows how fast it goes in the first moment, nor before the first stamp', () => {
  const pace = createPace({ startedAt: 0, withinMs: 60_000, stopAt: STOP });

  assert.equal(pace.after(undefined, 1_900), undefined);
  assert.equal(pace.after(0, 1_950), undefined);
  assert.equal(pace.after(10, 1_999), undefined);
});

/** What is said every hundredth of a day, at this many ms a day, until the days are over or something is left out. */
function paced(withinMs: number, msADay: number, days: number) {
  const pace = createPace({ startedAt: 0, withinMs, stopAt: STOP });
  const said: ReturnType<typeof pace.after>[] = [];
  for (let part = 0; part <= days * 100; part += 1) {
    said.push(pace.after((part / 100) * DAY_MS, (part / 100) * msADay));
    if (said.at(-1) !== undefined) break;
  }
  return said;
}
