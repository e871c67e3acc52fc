import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDelays, clockOffset, type Delay } from '../../../src/core/reading/clock-offset.ts';
import { clockOff } from '../../../src/core/reading/line-states.ts';

const SECOND = 1_000;
const HOUR = 3_600_000;
const T0 = Date.UTC(2026, 10, 25, 3);

test('lines of another time zone are off by whole quarters of an hour, ahead or behind', () => {
  for (const ahead of [2 * HOUR, -5 * HOUR, 5.75 * HOUR]) {
    const found = offset(40, 10 * SECOND, (i) => -ahead + 300 * (i % 4));

    assert.deepEqual(found, { pattern: 'nginx-error', aheadMs: ahead, isZone: true });
  }
});

test('a clock that is wrong is told by how much, one that is nearly right is not', () => {
  assert.deepEqual(
    offset(40, 10 * SECOND, () => 200 * SECOND),
    { pattern: 'nginx-error', aheadMs: -200 * SECOND, isZone: false },
  );
  assert.equal(
    offset(40, 7 * SECOND, () => 119 * SECOND),
    undefined,
  );
  // From a minute ahead on lines count in no window.
  assert.equal(offset(12, 10 * SECOND, () => -61 * SECOND)?.aheadMs, 61 * SECOND);
  assert.equal(
    offset(12, 10 * SECOND, () => -59 * SECOND),
    undefined,
  );
  assert.equal(
    offset(12, 10 * SECOND, () => 0.4 * SECOND),
    undefined,
  );
});

test('a log that is read ten times a second is held to the clock as others are', () => {
  assert.equal(offset(900, 0.1 * SECOND, () => -HOUR)?.aheadMs, HOUR);
  assert.equal(offset(900, 0.1 * SECOND, () => 200 * SECOND)?.aheadMs, -200 * SECOND);
  assert.equal(
    offset(500, 0.1 * SECOND, () => -HOUR),
    undefined,
  );
});

test('too few reads, or reads of one moment, say nothing', () => {
  assert.equal(
    offset(9, 60 * SECOND, () => -HOUR),
    undefined,
  );
  assert.equal(
    offset(20, SECOND, () => -HOUR),
    undefined,
  );
});

test('where lines come more often than any number of workers could hold back a dozen reads will do', () => {
  assert.equal(offset(12, 25 * SECOND, () => HOUR)?.aheadMs, -HOUR);
  assert.equal(
    offset(11, 25 * SECOND, () => HOUR),
    undefined,
  );
  assert.equal(
    offset(12, 30 * SECOND, () => HOUR),
    undefined,
  );
});

test("lines that wait in Nginx' buffer are late without a wrong clock", () => {
  // flush=5m on a busy site: the last line is fresh.
  assert.equal(
    offset(40, 300 * SECOND, () => 0.2 * SECOND),
    undefined,
  );
  // On a quiet one the last line has waited for a part of it, or alone for all of it.
  assert.equal(
    offset(40, 320 * SECOND, (i) => (i * 67 * SECOND) % (300 * SECOND)),
    undefined,
  );
  assert.equal(
    offset(40, 900 * SECOND, () => 300 * SECOND),
    undefined,
  );
  // flush=15m looks like a time zone.
  assert.equal(
    offset(40, 1_000 * SECOND, () => 900 * SECOND),
    undefined,
  );
  // Eight workers, each with a buffer of its own, of which each held one line.
  assert.equal(
    offset(40, 45 * SECOND, () => 300 * SECOND),
    undefined,
  );
});

test('whatever traffic, workers and flush: lines out of buffers raise no alarm', () => {
  for (const workers of [1, 2, 8, 32, 64]) {
    for (const flush of [60, 130, 300, 900]) {
      for (const rate of [0.002, 0.01, 0.05, 0.1, 0.3, 1, 3, 10]) {
        const found = offsets(buffered({ workers, flush, rate, seed: workers * 1_000 + flush }));

        assert.deepEqual(found, [], `${workers} workers, flush=${flush}s, ${rate} requests a second`);
      }
    }
  }
});

test('lines that arrive all at different times, as after a copy, are no clock', () => {
  assert.equal(
    offset(20, 10 * SECOND, (i) => i * 60 * SECOND),
    undefined,
  );
});

test('once it is mended it is well again with the next few reads', () => {
  let delays = addDelays(
    {},
    made(20, 10 * SECOND, () => -HOUR),
  );
  assert.ok(clockOffset(delays));

  delays = addDelays(
    delays,
    made(5, 10 * SECOND, () => 500).map((one) => ({ ...one, at: one.at + HOUR })),
  );

  assert.equal(clockOffset(delays), undefined);
});

test('what is kept is bounded by patterns and by delays', () => {
  const delays = addDelays(
    {},
    Array.from({ length: 5_000 }, (_, i) => ({ pattern: `p${i % 50}`, at: i * SECOND, ms: 0 })),
  );

  assert.deepEqual(
    Object.values(delays).map(({ length }) => length),
    Array(8).fill(40),
  );
});

test('of several patterns the one that is off is named', () => {
  const well = made(20, 10 * SECOND, () => 100).map((one) => ({ ...one, pattern: 'nginx-combined' }));

  assert.equal(clockOffset(addDelays({}, [...well, ...made(20, 10 * SECOND, () => -HOUR)]))?.pattern, 'nginx-error');
});

test('a zone is told with one that fits, in summer and in winter', () => {
  const offset = { pattern: 'nginx-error', aheadMs: 2 * HOUR, isZone: true };
  const winter = clockOff({ ...offset, aheadMs: HOUR }, 'web', { zone: 'UTC', now: T0 });
  const summer = clockOff(offset, 'web', { zone: 'UTC', now: Date.UTC(2026, 6, 1) });
  const newYork = clockOff({ ...offset, aheadMs: -6 * HOUR }, 'web', { zone: 'Europe/Berlin', now: T0 });

  for (const state of [winter, summer])
    assert.deepEqual(
      state.remedy.map(({ command }) => command),
      ['LINESMAN_TIMEZONE=Europe/Berlin', 'timezone: Europe/Berlin'],
    );
  assert.equal(newYork.remedy[0]?.command, 'LINESMAN_TIMEZONE=America/New_York');
  assert.equal(
    winter.sentence,
    "Lines of nginx-error in source web are stamped 1 h ahead of this machine's clock, so they count in no window: whole quarters of an hour are a time zone. Stamps without a zone are read as UTC; these fit UTC+01:00.",
  );
  assert.match(
    clockOff({ ...offset, aheadMs: -200_000, isZone: false }, 'web', { zone: 'UTC', now: T0 }).sentence,
    /3 min 20 s behind this machine's clock, so what they show is told late or not at all: one of the two clocks is wrong\.$/,
  );
});

function offset(reads: number, apartMs: number, delayOf: (i: number) => number) {
  return clockOffset(addDelays({}, made(reads, apartMs, delayOf)));
}

function made(reads: number, apartMs: number, delayOf: (i: number) => number): Delay[] {
  return Array.from({ length: reads }, (_, i) => ({ pattern: 'nginx-error', at: T0 + i * apartMs, ms: delayOf(i) }));
}

/** What is said after each read. */
function offsets(delays: readonly Delay[]) {
  let known: ReturnType<typeof addDelays> = {};
  return delays.flatMap((delay) => {
    known = addDelays(known, [delay]);
    return clockOffset(known) ?? [];
  });
}

/** Requests at random, each to a worker at random, which writes its lines `flush` seconds after the first of them; one read a second. */
function buffered({
  workers,
  flush,
  rate,
  seed,
}: {
  workers: number;
  flush: number;
  rate: number;
  seed: number;
}): Delay[] {
  let drawn = seed;
  const random = () => {
    drawn = (drawn * 1_103_515_245 + 12_345) % 2_147_483_648;
    return drawn / 2_147_483_648;
  };
  const buffers = new Map<number, { first: number; last: number }>();
  const writes: { at: number; stamp: number }[] = [];
  for (let at = 0, requests = 0; requests < Math.max(200, 500 * rate); requests += 1) {
    at -= Math.log(1 - random()) / rate;
    for (const [worker, { first, last }] of buffers) {
      if (first + flush > at) continue;
      writes.push({ at: first + flush, stamp: last });
      buffers.delete(worker);
    }
    const worker = Math.floor(random() * workers);
    buffers.set(worker, { first: buffers.get(worker)?.first ?? at, last: at });
  }
  const reads = new Map<number, number>();
  for (const { at, stamp } of writes.toSorted((a, b) => a.at - b.at)) reads.set(Math.ceil(at), Math.floor(stamp));
  return [...reads].map(([at, stamp]) => ({ pattern: 'nginx-combined', at: at * SECOND, ms: (at - stamp) * SECOND }));
}
