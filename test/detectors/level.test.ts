import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HOLD_MS } from '../../src/core/detect/level/told-level.ts';
import { pack, unpack } from '../../src/core/detect/packed.ts';
import type { Judgement, Options, WindowView } from '../../src/core/plugin.ts';
import { detector } from '../../src/detectors/level.ts';
import { chance, gaussian } from './traffic.ts';

const T0 = Date.UTC(2026, 10, 23);
const STEP = 60_000;
const DAY = 1_440;
const OPTIONS = {
  ...{ series: 'http.time', statistic: 'p95', step: STEP, minCount: 20, side: 'high', minTimes: 1.2, minChange: 0 },
  ...{ leave: 0.7, unit: 'seconds' },
};

interface Step {
  readonly value?: number | undefined;
  readonly count?: number;
}

interface Run {
  readonly options?: Options;
  readonly stored?: number;
  readonly budget?: number;
}

/** Judges the steps as the engine does; a fault is open from the first bad one until it was well for five steps. */
function judge(
  steps: number,
  at: (i: number) => Step,
  { options, stored, budget = 0.1 }: Run = {},
): readonly Judgement[] {
  const runner = detector.compile({ ...OPTIONS, ...options });
  let baseline: unknown;
  let open = false;
  let well = 0;
  return Array.from({ length: steps }, (_, i) => {
    const { value, count = 100 } = at(i);
    const judgement = runner.judge({
      ...{ now: T0 + (i + 1) * STEP, source: 'nginx', baseline, open, budget, offsetMs: 0 },
      view: viewOf(value, count),
    });
    baseline = i === stored ? unpack(pack(judgement.baseline)) : judgement.baseline;
    well = judgement.verdict === 'well' ? well + 1 : judgement.verdict === 'bad' ? 0 : well;
    open = judgement.verdict === 'bad' || (open && well < 5);
    return judgement;
  });
}

function viewOf(value: number | undefined, count: number): WindowView {
  const none = (): never => assert.fail('not asked for');
  return {
    ...{ count: () => count, sum: () => ({ count, sum: (value ?? 0) * count }), quantile: () => value, from: 0 },
    ...{ keys: none, firstSeen: none, lastSeen: none, distinct: none, top: none },
  };
}

/** p95 of a site: by day slower by a third, with 5% of chance. */
function usual(seed = 1): (i: number) => number {
  const random = chance(seed);
  return (i) => 0.1 * Math.exp(0.15 * Math.sin((2 * Math.PI * i) / DAY) + 0.05 * gaussian(random));
}

test('twice as slow for ten minutes is found within three, and over when it is', () => {
  const normal = usual();
  const begin = 3 * DAY;

  const judged = judge(3 * DAY + 60, (i) => ({ value: normal(i) * (i >= begin && i < begin + 10 ? 2 : 1) }));

  assert.deepEqual(
    judged.slice(100, begin).filter(({ verdict }) => verdict === 'bad'),
    [],
    'nothing before',
  );
  const bad = judged.slice(begin, begin + 10).filter(({ verdict }) => verdict === 'bad');
  assert.ok(bad.length >= 9, `${bad.length} of 10`);
  const finding = judged[begin]?.finding;
  assert.ok(finding !== undefined && finding.value > finding.limit && finding.limit > 1.2 * finding.expected);
  assert.ok(Math.abs(finding.expected - 0.1) < 0.02, `${finding.expected}`);
  assert.ok(
    finding.usual !== undefined &&
      finding.usual.low < 0.1 &&
      finding.usual.high > 0.1 &&
      finding.usual.high < finding.value,
  );
  assert.equal(finding.record?.side, 'high');
  assert.ok(
    judged.slice(begin + 10, begin + 20).every(({ verdict }) => verdict === 'well'),
    'its end is no news',
  );
});

test('while it lasts it is held against what was before it, and is no repeat of itself', () => {
  const normal = usual();
  const begin = 2 * DAY;
  const judged = judge(begin + 60, (i) => ({ value: normal(i) * (i >= begin ? 3 : 1) }));

  const [first, ...later] = judged.slice(begin).flatMap(({ finding }) => finding ?? []);

  assert.ok(first?.record && first.usual && later.length > 40);
  for (const { usual: range, isRepeat, record, since } of later) {
    assert.deepEqual([range, isRepeat, since], [first.usual, false, first.since]);
    assert.ok(record === undefined || record.next === first.record.next);
  }
});

test('a level that was told stays bad for a day, and is usual then', () => {
  const normal = usual();
  const begin = 3 * DAY;

  const judged = judge(5 * DAY, (i) => ({ value: normal(i) * (i >= begin ? 2 : 1) }));

  const first = judged.findIndex(({ verdict }, i) => i >= begin && verdict === 'bad');
  const held = judged.slice(first, first + HOLD_MS / STEP);
  assert.ok(held.filter(({ verdict }) => verdict === 'bad').length > 0.95 * held.length);
  assert.ok(held.every(({ verdict }) => verdict !== 'well'));
  const after = judged.slice(first + HOLD_MS / STEP + 10);
  assert.ok(
    after.every(({ verdict }) => verdict === 'well'),
    'the new level is usual',
  );
});

test('a change on the side that does not matter is not told, nor one that is too small', () => {
  const normal = usual();
  const faster = judge(3 * DAY, (i) => ({ value: normal(i) * (i >= 2 * DAY ? 0.3 : 1) }));
  const small = judge(3 * DAY, (i) => ({ value: usual(2)(i) * (i >= 2 * DAY ? 2 : 1) }), {
    options: { minChange: 0.3 },
  });

  assert.ok(faster.slice(100).every(({ verdict }) => verdict !== 'bad'));
  assert.ok(small.slice(100).every(({ verdict }) => verdict !== 'bad'));
});

test('the low side is told where it is asked for', () => {
  const normal = usual();
  const judged = judge(3 * DAY, (i) => ({ value: normal(i) * (i >= 2 * DAY + 700 ? 0.3 : 1) }), {
    options: { side: 'low' },
  });

  const finding = judged.slice(2 * DAY + 700, 2 * DAY + 703).find(({ verdict }) => verdict === 'bad')?.finding;
  assert.ok(finding !== undefined && finding.value < finding.limit && finding.limit < finding.expected / 1.2);
});

test('too little to judge says what is missing', () => {
  const judged = judge(3, (i) => (i === 0 ? { value: 1, count: 8 } : i === 1 ? { value: 1 } : {}));

  assert.deepEqual(
    judged.map(({ verdict }) => verdict),
    ['unclear', 'unclear', 'unclear'],
  );
  assert.deepEqual(
    judged.map(({ note }) => note),
    ['needs 12 more observations to judge', 'has learnt 1 of 50 steps', 'its series has no histogram'],
  );
});

test('nothing observed is a sum of 0 where a step needs nothing', () => {
  const options = { statistic: 'sum', minCount: 0, side: 'low', unit: 'bytes' };

  const judged = judge(400, (i) => ({ value: 1_000 + (i % 10), count: i < 390 ? 100 : 0 }), { options });

  assert.equal(judged[390]?.verdict, 'bad');
  assert.equal(judged[390]?.finding?.value, 0);
  assert.equal(judged[390]?.finding?.urgent, true);
});

test('by day a small change is told, however much a few requests at night stray by chance', () => {
  const random = chance(8);
  const begin = 3 * DAY + 720;
  const countAt = (i: number) => Math.round(400 * 6 ** -Math.cos((2 * Math.PI * i) / DAY));
  const at = (i: number) => {
    const count = countAt(i);
    return { count, value: 0.3 * Math.exp(Math.sqrt(0.002 + 3 / count) * gaussian(random)) * (i >= begin ? 1.5 : 1) };
  };

  const judged = judge(begin + 10, at, { budget: 0.05 });

  assert.ok(judged.slice(0, begin).every(({ verdict }) => verdict !== 'bad'));
  const bad = judged.slice(begin).flatMap(({ finding }) => finding ?? []);
  assert.ok(bad.length >= 9, `${bad.length} of 10`);
  const { usual: { low = 0, high = 0 } = {}, record, expected = 0, limit = 0 } = bad[0] ?? {};
  assert.ok(low > 0.22 && low < expected && high > expected && high < limit, `${low} to ${high}, from ${limit} on`);
  const highest = Math.max(...judged.slice(0, begin).map(({ score = 0 }) => score));
  assert.ok(highest < (bad[0]?.score ?? 0));
  assert.equal(record, undefined, 'single ones at night were higher');
});

test('an own score wins over the budget', () => {
  const normal = usual();
  const slow = (i: number) => ({ value: normal(i) * (i >= 2 * DAY ? 2 : 1) });
  const isTold = (options: Options) =>
    judge(2 * DAY + 5, slow, { options, budget: 1 })
      .slice(2 * DAY)
      .some(({ verdict }) => verdict === 'bad');

  assert.equal(isTold({}), true);
  assert.equal(isTold({ score: 300 }), false);
});

test('the given baseline stays as it is', () => {
  const runner = detector.compile(OPTIONS);
  const input = { source: 'nginx', open: false, budget: 0.1, offsetMs: 0, view: viewOf(1, 100) };
  const { baseline } = runner.judge({ ...input, now: T0 + STEP, baseline: undefined });
  const before = Buffer.from(pack(baseline)).toString('hex');

  runner.judge({ ...input, now: T0 + 2 * STEP, baseline });

  assert.equal(Buffer.from(pack(baseline)).toString('hex'), before);
  assert.ok(pack(baseline).length < 6_000);
});

test('a baseline stored and read back at any step changes nothing', () => {
  const slow = (i: number) => ({ value: usual(i)(i) * (i % 400 >= 380 ? 2 : 1) });
  const expected = judge(800, slow);

  fc.assert(
    fc.property(fc.nat(799), (stored) => assert.deepEqual(judge(800, slow, { stored }), expected)),
    { numRuns: 8 },
  );
});

test('what was stored before counts were looked at goes on', () => {
  const normal = usual();
  const runner = detector.compile(OPTIONS);
  const known = judge(400, (i) => ({ value: normal(i) })).at(-1)?.baseline as {
    level: { straying?: unknown; pace: { straying?: unknown } };
  };
  const { straying: _, pace, ...level } = known.level;
  const { straying: __, ...older } = pace;
  const input = { now: T0 + 401 * STEP, source: 'nginx', open: false, budget: 0.1, offsetMs: 0 };
  const view = viewOf(normal(400), 100);

  const judgement = runner.judge({ ...input, baseline: { level: { ...level, pace: older } }, view });

  assert.equal(judgement.score, runner.judge({ ...input, baseline: known, view }).score);
  assert.equal(judgement.verdict, 'well');
});

test('what an older version stored is learnt anew', () => {
  const runner = detector.compile(OPTIONS);
  const input = { source: 'nginx', open: false, budget: 0.1, offsetMs: 0, view: viewOf(1, 100), now: T0 };

  for (const baseline of [null, 7, {}, { level: {} }, { level: { numbers: new Float32Array(3), seen: 900 } }]) {
    assert.equal(runner.judge({ ...input, baseline }).note, 'has learnt 1 of 50 steps');
  }
});

test('options that do not go together are told', () => {
  for (const [options, sentence] of [
    [{ statistic: 'distinct' }, /name it, such as of: client/],
    [{ of: 'client' }, /of goes with distinct only/],
    [{ step: 65_000 }, /step is 65 s; give whole ten seconds/],
    [{ minCount: 0 }, /nothing observed has no p95/],
  ] as const) {
    assert.throws(() => detector.compile({ ...OPTIONS, ...options }), sentence);
  }
});
