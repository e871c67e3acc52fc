import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pack, unpack } from '../../src/core/detect/packed.ts';
import type { Judgement, Options, WindowView } from '../../src/core/plugin.ts';
import { detector } from '../../src/detectors/distinct.ts';
import { chance, gaussian, T0 } from './traffic.ts';

const MINUTE_MS = 60_000;
const HOUR = 60;
const OPTIONS = { series: 'http.requests', of: 'client', window: 600_000, side: 'low', minTimes: 4, maxTimes: 0.3 };
const MORE = { minCount: 50, minExpected: 50, leave: 0.5 };

test('when most clients are gone it is told within a window, and it is well when they are back', () => {
  const judged = judge(36 * HOUR, (minute) => (minute >= 34 * HOUR && minute < 35 * HOUR ? 20 : 200));

  const bad = judged.filter(({ verdict }) => verdict === 'bad');
  assert.equal(bad[0]?.minute, 34 * HOUR + 1);
  assert.equal(bad[0]?.finding?.value, 20);
  assert.ok(Math.abs((bad[0]?.finding?.expected ?? 0) - 200) < 20);
  assert.equal(bad[0]?.finding?.windowMs, 600_000);
  assert.equal(judged.at(-1)?.verdict, 'well');
});

test('ten times as many are told where too many are asked for, and not where too few are', () => {
  const scanned = (minute: number) => (minute >= 34 * HOUR ? 2_000 : 200);

  assert.ok(judge(35 * HOUR, scanned, { side: 'high' }).some(({ verdict }) => verdict === 'bad'));
  assert.ok(judge(35 * HOUR, scanned).every(({ verdict }) => verdict !== 'bad'));
});

test('five days that scatter by a tenth and have quiet nights tell nothing', () => {
  const random = chance(2);
  const clients = (minute: number) => {
    const night = Math.exp(-0.8 * (1 + Math.cos((2 * Math.PI * minute) / HOUR / 24)));
    return 300 * night * Math.exp(0.1 * gaussian(random));
  };

  assert.ok(judge(5 * 24 * HOUR, clients, { side: 'both', score: 4 }).every(({ verdict }) => verdict !== 'bad'));
});

test('few clients are no reason to judge, and it says how many more it needs', () => {
  const last = judge(4 * HOUR, () => 20).at(-1);

  assert.equal(last?.verdict, 'unclear');
  assert.match(last?.note ?? '', /^needs (29|30|31) more in its usual 10 min to judge$/);
});

test('a field whose values are not counted is said', () => {
  const view = { ...viewOf(() => undefined), count: () => 5 };
  const runner = detector.compile({ ...OPTIONS, ...MORE });
  const input = { now: T0, source: 'nginx', view, baseline: undefined, open: false, budget: 1, offsetMs: 0 };

  assert.equal(runner.judge(input).note, 'different values of client are not counted for its series');
});

test('a window that is not in whole minutes is refused in one sentence', () => {
  assert.throws(() => detector.compile({ ...OPTIONS, ...MORE, window: 330_000 }), {
    message: 'the window of distinct is in whole minutes and this one has 330 s; give one such as 10m',
  });
});

/** So many minutes from T0, with the number of different clients in each window up to one. */
function judge(
  minutes: number,
  clients: (minute: number) => number,
  more: Options = {},
): (Judgement & { readonly minute: number })[] {
  const runner = detector.compile({ ...OPTIONS, ...MORE, ...more });
  const view = viewOf((time) => clients((time - T0) / MINUTE_MS - 1));
  const judged: (Judgement & { readonly minute: number })[] = [];
  let baseline: unknown;
  let open = false;
  for (let minute = 1; minute <= minutes; minute += 1) {
    const now = T0 + minute * MINUTE_MS;
    const said = runner.judge({ now, source: 'nginx', view, baseline, open, budget: 1, offsetMs: 0 });
    baseline = unpack(pack(said.baseline));
    if (said.verdict !== 'unclear') open = said.verdict === 'bad';
    judged.push({ ...said, minute });
  }
  return judged;
}

function viewOf(distinct: (now: number) => number | undefined): WindowView {
  const nothing = { keys: () => [], top: () => [], firstSeen: () => undefined, lastSeen: () => undefined };
  const counts = { count: () => 1_000, sum: () => ({ count: 0, sum: 0 }), quantile: () => undefined, from: 0 };
  return { ...nothing, ...counts, distinct: (_, __, ___, to) => distinct(to) };
}
