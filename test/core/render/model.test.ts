import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildMailModel, MAX_TOGETHER } from '../../../src/core/render/model.ts';
import {
  AT,
  burstView,
  DISK_WATCH,
  diskModel,
  FACTS,
  faultOf,
  findingOf,
  HOSTILE_LINES,
  modelOf,
  resolvedModel,
  SINCE,
  silenceModel,
  viewOf,
  watchOf,
} from './story.ts';

test('bad observations are counted over the whole fault, for what is counted', () => {
  const view = viewOf({
    cells: {
      'http.5xx': [
        [SINCE - 1_000, 100],
        [SINCE, 40],
        [AT - 1_000, 60],
        [AT, 1_000],
      ],
    },
  });

  assert.equal(modelOf({ view }).badTotal, 100);
  assert.equal(diskModel().badTotal, undefined);
  assert.equal(silenceModel().badTotal, undefined);
});

test('who stands out: three keys of each field, with their share of the bad and of all', () => {
  const model = modelOf();

  assert.deepEqual(
    model.contributors.map(({ by, key, bad, all }) => [by, key, bad, all]),
    [
      ['upstream', '10.0.0.7:8080', 59, 75],
      ['upstream', '10.0.0.8:8080', 2, 210],
      ['route', '/cart', 31, 60],
      ['route', '/checkout/:n/pay', 22, 24],
      ['route', '/', 6, 120],
      ['client', '203.0.113.9', 5, 9],
    ],
  );
  // 03:12:00 to 03:12:35: heavy hitters are kept by tens of seconds.
  assert.deepEqual(new Set(model.contributors.map(({ allTotal }) => allTotal)), new Set([35 * 9]));
});

test('heavy hitters of ten seconds are held against all of those ten, not to the judged second alone', () => {
  const view = viewOf({
    cells: {
      'http.5xx': [
        [SINCE, 14],
        [AT + 1_000, 20],
        [AT + 5_000, 1_000],
      ],
    },
    tops: { 'http.5xx|client': [['203.0.113.9', 12]] },
  });

  const [contributor] = modelOf({ view }).contributors;

  assert.deepEqual([contributor?.bad, contributor?.badTotal], [12, 34]);
});

test('the evidence is of the series judged, and at least one line of each other fault told along', () => {
  const view = viewOf({
    lines: { 'http.5xx': ['a1', 'a2', 'a3', 'a4', 'a5'], 'nginx.error': ['e1', 'e2'], 'php.error': ['a1', 'p1'] },
    cells: { 'http.5xx': [[SINCE, 4_618]] },
  });
  const leader = faultOf(findingOf());
  const others = ['nginx.error', 'php.error'].map((series) => faultOf(findingOf({ series })));

  const alone = modelOf({ view });
  const together = modelOf({ view, leader, faults: [leader, ...others] });

  assert.deepEqual(alone.evidence, ['a1', 'a2', 'a3', 'a4', 'a5']);
  assert.equal(alone.evidenceMore, 4_613);
  assert.deepEqual(together.evidence, ['a1', 'a2', 'a3', 'e1', 'a4']);
});

test('the timeline has sixty points of ten seconds: a share or a count', () => {
  const cells = [
    [AT - 600_000, 10],
    [AT - 590_001, 10],
    [AT - 20_000, 5],
  ] as const;
  const labelled = { labels: { vhost: 'a' } };
  const share = modelOf({
    leader: faultOf(findingOf({ ...labelled })),
    view: viewOf({ cells: { 'http.5xx{vhost=a}': [[AT - 20_000, 1]], 'http.requests{vhost=a}': cells } }),
  });
  const count = modelOf({
    watch: watchOf({ detector: 'absence', options: { series: 'http.requests' } }),
    leader: faultOf(findingOf({ series: 'http.requests', unit: 'seconds' })),
    view: viewOf({ cells: { 'http.requests': cells } }),
  });

  const at = (index: number) => [share, count].map(({ timeline }) => timeline.at(index)?.value);

  assert.equal(share.timeline.length, 60);
  assert.equal(share.timeline[0]?.time, AT - 600_000);
  assert.deepEqual(at(0), [0, 20]);
  assert.deepEqual(at(-2), [0.2, 5]);
  assert.deepEqual(at(-1), [null, 0]);
});

test('what is measured is shown by whole minutes, what is judged over hours by two of them', () => {
  const minute = AT - 35_000;
  const of = (windowMs: number) =>
    modelOf({
      watch: DISK_WATCH,
      leader: faultOf(findingOf({ series: 'host.disk.used', unit: 'percent', windowMs })),
      view: viewOf({
        cells: {
          'host.disk.used': [
            [minute - 90_000, 1, 90],
            [minute - 50_000, 1, 91],
            [minute - 20_000, 1, 92],
            [minute + 10_000, 1, 99],
          ],
        },
      }),
    }).timeline.map(({ time, value }) => [time - minute, value]);

  assert.deepEqual(of(60_000).slice(-2), [
    [-120_000, 90],
    [-60_000, 91.5],
  ]);
  assert.deepEqual(of(4 * 3_600_000).at(-1), [-120_000, 91]);
  assert.equal(of(4 * 3_600_000)[0]?.[0], -7_200_000);
});

test('what lasts is shown with what was before it', () => {
  const pointOf = (minutes: number) => {
    const [first, second] = modelOf({ at: SINCE + minutes * 60_000 }).timeline;
    return (second?.time ?? 0) - (first?.time ?? 0);
  };

  assert.deepEqual([1, 8, 9, 50, 51].map(pointOf), [10_000, 10_000, 60_000, 60_000, 120_000]);
});

test('a percentile and a number of different ones are shown by the minute, as far as they are kept', () => {
  const asked: number[] = [];
  const view = {
    ...viewOf({}),
    quantile: (_series: string, from: number, to: number) => asked.push(to - from) && 0.4,
    distinct: () => 7.2,
  };
  const p95 = watchOf({ detector: 'level', options: { series: 'http.requests', statistic: 'p95' } });
  const clients = watchOf({ detector: 'distinct', options: { series: 'http.requests', of: 'client' } });
  const number = faultOf(findingOf({ series: 'http.requests', unit: 'count' }));

  const slow = modelOf({ watch: p95, leader: faultOf(findingOf({ series: 'http.requests', unit: 'seconds' })), view });
  const few = modelOf({ watch: clients, leader: number, view });

  assert.deepEqual([slow.timeline.length, few.timeline.length], [15, 15]);
  assert.deepEqual([slow.timeline[0]?.value, few.timeline[0]?.value], [0.4, 7]);
  assert.ok(asked.every((ms) => ms === 60_000));
  assert.equal(few.badTotal, undefined);
  assert.deepEqual(few.contributors, []);
});

test('a new message shows its own lines, and nothing of the others', () => {
  const watch = watchOf({ detector: 'template', options: { series: 'log.errors' } });
  const subject = 'order <*>: certificate of <*> has expired (and 1 more that is new)';
  const leader = faultOf(
    findingOf({ series: 'log.errors', unit: 'count', value: 3, part: undefined, whole: undefined, subject }),
  );
  const mine = '03:32:44 ERROR order 2942: certificate of  pay.example.net has expired';
  const view = viewOf({
    cells: { 'log.errors': [[AT - 10_000, 40]] },
    lines: { 'log.errors': ['03:39:20 ERROR order 6454: no such mailbox', mine, 'has expired: certificate of order'] },
    tops: { 'log.errors|logger': [['shop.mail', 38]] },
  });

  const model = modelOf({ watch, leader, view });

  assert.deepEqual(model.evidence, [mine]);
  assert.equal(model.evidenceMore, 2);
  assert.deepEqual([model.badTotal, model.contributors, model.timeline], [undefined, [], []]);
});

test('of what is too little there is no total, and nobody is behind what still comes', () => {
  const watch = watchOf({ detector: 'count', options: { series: 'http.requests' } });
  const few = findingOf({ series: 'http.requests', unit: 'count', value: 3, expected: 31, limit: 6, part: undefined });
  const view = viewOf({
    cells: { 'http.requests': [[AT - 10_000, 5]] },
    tops: { 'http.requests|client': [['10.0.0.2', 3]] },
  });
  const of = (finding: typeof few) => modelOf({ watch, leader: faultOf(finding), view });

  assert.deepEqual([of(few).badTotal, of(few).contributors], [undefined, []]);
  assert.equal(of({ ...few, value: 40, limit: 36 }).badTotal, 5);
});

test('a sum is shown and totalled as a sum', () => {
  const watch = watchOf({ detector: 'threshold', options: { series: 'errors', statistic: 'sum', above: 3 } });
  const view = viewOf({ cells: { errors: [[AT - 10_000, 2, 14]] } });
  const leader = faultOf(findingOf({ series: 'errors', unit: 'count', part: undefined, whole: undefined }));

  const model = modelOf({ watch, view, leader });

  assert.equal(model.badTotal, 14);
  assert.equal(model.timeline.at(-1)?.value, 14);
});

test('the gravest of the faults gives the mail its severity, the leader its subject', () => {
  const leader = faultOf(findingOf(), { severity: 'warning' });
  const worse = faultOf(findingOf({ value: 0.9 }), { severity: 'critical' });

  const model = modelOf({ leader, faults: [leader, worse] });

  assert.equal(model.severity, 'critical');
  assert.match(model.subject, /12\.4%/);
  assert.deepEqual(model.together, ['HTTP 5xx responses: 90%, usually 0.3%.']);
});

test('the subject of a thread stays', () => {
  assert.equal(modelOf({ subject: 'as before', transition: 'update' }).subject, 'as before');
});

test('of very many faults told together some are named and the rest are counted', () => {
  const leader = faultOf(findingOf());
  const faults = Array.from({ length: 101 }, () => leader);

  const { together } = modelOf({ leader, faults });

  assert.equal(together.length, MAX_TOGETHER + 1);
  assert.equal(together.at(-1), `And ${100 - MAX_TOGETHER} more.`);
});

test('a group is over when the last of its faults began to be well', () => {
  const first = faultOf(findingOf(), { state: 'resolved', wellSince: SINCE + 60_000 });
  const second = faultOf(findingOf(), { state: 'resolved', wellSince: SINCE + 90_000 });
  const unseen = faultOf(findingOf(), { state: 'resolved' });
  const end = (...faults: readonly (typeof first)[]) =>
    modelOf({ transition: 'resolved', leader: first, faults }).resolvedAt;

  assert.equal(end(first, second), SINCE + 90_000);
  assert.equal(end(first, unseen), undefined);
  assert.equal(modelOf().resolvedAt, undefined);
});

test('a mail about the end tells the worst, not the last', () => {
  assert.equal(resolvedModel().title, 'HTTP 5xx responses: back to normal; at worst 41%.');
});

test('a model survives being stored', () => {
  const model = buildMailModel({
    transition: 'firing',
    leader: faultOf(findingOf()),
    faults: [faultOf(findingOf())],
    watchOf: () => watchOf(),
    facts: FACTS,
    view: burstView(HOSTILE_LINES),
    at: AT,
    complete: true,
  });

  assert.deepEqual(JSON.parse(JSON.stringify(model)), model);
});
