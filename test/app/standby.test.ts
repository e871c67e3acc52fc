import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takeTurn } from '../../src/app/standby.ts';
import type { LeaseClaim } from '../../src/redis/lease.ts';

const OURS: LeaseClaim = { isOurs: true, agent: 'us', place: 'here', leftMs: 0, wasEmptied: false };
const THEIRS: LeaseClaim = { isOurs: false, agent: 'them', place: 'box-7', leftMs: 5, wasEmptied: false };

/** A lease that answers claims in this order, the last answer for ever, and what is seen of it. */
function world(answers: readonly LeaseClaim[]) {
  const seen = { shown: [] as (string | undefined)[], twins: 0, released: 0, claims: 0 };
  const lease = {
    async claim() {
      const answer = answers[Math.min(seen.claims, answers.length - 1)] as LeaseClaim;
      seen.claims += 1;
      return answer;
    },
    async release() {
      seen.released += 1;
    },
  };
  const abort = new AbortController();
  const turn = takeTurn({
    ...{ lease, host: 'web-1', agent: 'us', renewMs: 1, signal: abort.signal },
    show: (standby) => void seen.shown.push(standby),
    async onTwin() {
      seen.twins += 1;
    },
    log: { warn: () => {} },
  });
  return { turn, seen, abort };
}

test('one that is alone begins at once and says nothing of standing by', async () => {
  const { turn, seen } = world([OURS]);

  await (await turn).close();

  assert.deepEqual(seen.shown, [undefined]);
  assert.equal(seen.released, 1);
});

test('one that finds another says where it is and what to do, and begins when that one is gone', async () => {
  const { turn, seen } = world([THEIRS, THEIRS, OURS]);

  await (await turn).close();

  assert.match(seen.shown[0] ?? '', /\(on box-7\) watches as host web-1 .* LINESMAN_HOST/);
  assert.equal(seen.shown.at(-1), undefined);
});

test('one that takes over at an emptied Redis knows that', async () => {
  const after = await world([THEIRS, { ...OURS, wasEmptied: true }]).turn;
  const usual = await world([THEIRS, OURS]).turn;
  await Promise.all([after.close(), usual.close()]);

  assert.deepEqual([after.foundEmptied, usual.foundEmptied], [true, false]);
});

test('its turn is over when a renewal finds another, which is no twin', async () => {
  const { turn, seen } = world([OURS, OURS, THEIRS]);

  await (await turn).over;

  assert.equal(seen.twins, 0);
});

test('one whose data folder was copied notices its twin', async () => {
  const { turn, seen } = world([OURS, { ...THEIRS, agent: 'us' }]);

  await (await turn).over;

  assert.equal(seen.twins, 1);
});

test('one that stands by can be stopped', async () => {
  const { turn, abort } = world([{ ...THEIRS, leftMs: 60_000 }]);

  abort.abort();

  await assert.rejects(turn, { name: 'AbortError' });
});
