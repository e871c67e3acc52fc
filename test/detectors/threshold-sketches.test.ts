import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addDistinct, distinctHash, REGISTERS } from '../../src/core/observe/distinct.ts';
import { bucketOf, RELATIVE_ERROR } from '../../src/core/observe/histogram.ts';
import type { Judgement, Options } from '../../src/core/plugin.ts';
import { type AnyPage, decodePage } from '../../src/core/window/codec.ts';
import { createView } from '../../src/core/window/view.ts';
import { createWindows } from '../../src/core/window/windows.ts';
import { detector } from '../../src/detectors/threshold.ts';

const T0 = Date.UTC(2026, 10, 25, 3, 0, 0);
const slow = { series: 'http.time', statistic: 'p95', window: 60_000, above: 2, leave: 1, unit: 'seconds' };
const many = {
  series: 'http.requests',
  statistic: 'distinct',
  of: 'client',
  window: 60_000,
  above: 500,
  unit: 'count',
};

test('the 95th percentile is told when more than 5% are slow, and is confirmed as a mean is', () => {
  const judged = judgeTimes(slow, 60, (i) => (i % 10 === 0 ? 3 : 0.1));

  assert.equal(judged.verdict, 'bad');
  assert.equal(judged.finding?.urgent, false);
  assert.ok(Math.abs((judged.finding?.value ?? 0) - 3) <= 3 * RELATIVE_ERROR);
});

test('when fewer are slow it is well, and between the limits unclear', () => {
  assert.equal(judgeTimes(slow, 60, (i) => (i % 100 === 0 ? 3 : 0.1)).verdict, 'well');
  assert.equal(judgeTimes(slow, 60, (i) => (i % 10 === 0 ? 1.5 : 0.1)).verdict, 'unclear');
});

test('the median and the 99th percentile are of the same observations', () => {
  const times = (i: number) => (i % 50 === 0 ? 3 : i % 2 === 0 ? 0.4 : 0.1);

  assert.equal(judgeTimes({ ...slow, statistic: 'p99' }, 60, times).verdict, 'bad');
  assert.equal(judgeTimes({ ...slow, statistic: 'p50' }, 60, times).verdict, 'well');
});

test('how many different values there were is told, however often each came', () => {
  assert.equal(judgeClients(many, 60, (i) => i % 1_000).verdict, 'bad');
  assert.equal(judgeClients(many, 60, (i) => i % 100).verdict, 'well');
});

test('half of the window must be filled', () => {
  assert.equal(judgeTimes(slow, 20, () => 3).note, 'its window is less than half full');
});

test('what is not kept of the series is unclear, and said', () => {
  assert.deepEqual(
    judgeClients({ ...slow, series: 'http.requests' }, 60, () => 1),
    {
      ...{ verdict: 'unclear', baseline: undefined, note: 'its series has no histogram' },
    },
  );
  assert.equal(
    judgeClients({ ...many, of: 'agent' }, 60, () => 1).note,
    'different values of agent are not counted for its series',
  );
});

test('options that do not go together are refused in one sentence', () => {
  assert.throws(() => detector.compile({ ...many, of: undefined }), {
    message: 'distinct counts the different values of a field; name it, such as of: client',
  });
  assert.throws(() => detector.compile({ ...slow, of: 'client' }), {
    message: 'of goes with distinct only, and the statistic is p95; leave out one of them',
  });
  for (const window of [9_000, 16 * 60_000]) {
    assert.throws(() => detector.compile({ ...slow, window }), {
      message: 'p95 is kept in steps of 10 s for 15 min; give a window of 10s to 15m',
    });
  }
});

/** So many seconds with a hundred requests each, judged at their end. */
function judgeTimes(options: Options, seconds: number, value: (i: number) => number): Judgement {
  return judge(options, seconds, (time) => {
    const buckets = new Map<number, number>();
    for (let i = 0; i < 1_000; i += 1) {
      const bucket = bucketOf(value(i));
      buckets.set(bucket, (buckets.get(bucket) ?? 0) + 1);
    }
    return { histograms: [{ series: 'http.time', time, buckets: [...buckets] }], distincts: [] };
  });
}

function judgeClients(options: Options, seconds: number, client: (i: number) => number): Judgement {
  return judge(options, seconds, (time) => {
    const registers = new Uint8Array(REGISTERS);
    for (let i = 0; i < 1_000; i += 1) addDistinct(registers, distinctHash(`10.0.0.${client(i)}`));
    return { histograms: [], distincts: [{ series: 'http.requests', by: 'client', time, registers }] };
  });
}

function judge(
  options: Options,
  seconds: number,
  sketches: (
    time: number,
  ) => Required<Pick<Parameters<ReturnType<typeof createWindows>['add']>[0], 'histograms' | 'distincts'>>,
): Judgement {
  const windows = createWindows();
  const now = T0 + 60_000;
  for (let time = now - seconds * 1_000; time < now; time += 1_000) {
    const cells = ['http.time', 'http.requests'].map((series) => ({ series, time, count: 100, sum: 100 }));
    windows.add({ cells, tops: [], exemplars: [], ...(time % 10_000 === 0 && sketches(time)) });
  }
  const pages = windows.takeChanged().map(({ bytes }) => decodePage(bytes) as AnyPage);
  const view = createView(pages, now);
  return detector
    .compile(options)
    .judge({ now, source: 'nginx', view, baseline: undefined, open: false, budget: 1, offsetMs: 0 });
}
