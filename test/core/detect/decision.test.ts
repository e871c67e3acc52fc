import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  DECISION_BYTES_MAX,
  type Decision,
  decodeDecision,
  encodeDecision,
  recordDecision,
  replayDecision,
} from '../../../src/core/detect/decision.ts';
import { decisionNames, nextDecisionName } from '../../../src/core/detect/decision-ring.ts';
import { UserError } from '../../../src/core/errors.ts';
import type { DetectorRunner, JudgeInput, WatchSpec, WindowView } from '../../../src/core/plugin.ts';

const NOW = 1_700_000_000_000;
const WATCH: WatchSpec = {
  ...{ name: 'things.many', detector: 'made-up', options: { above: 3 }, severity: 'warning', clearAfterMs: 60_000 },
  ...{ rank: 0, title: 'things', why: 'because', whatToDo: 'look' },
};
const VIEW: WindowView = {
  from: NOW - 600_000,
  count: (series, from, to) => series.length + (to - from) / 1_000,
  sum: () => ({ count: 2, sum: 5 }),
  keys: () => ['a'],
  firstSeen: () => undefined,
  lastSeen: (_, from) => from,
  quantile: () => 0.25,
  distinct: () => undefined,
  top: () => [['a', 3]],
};
const INPUT: JudgeInput = {
  ...{ now: NOW, source: 'nginx', view: VIEW, baseline: { learnt: new Float32Array([1, 2.5]) }, open: false },
  ...{ budget: 0.05, offsetMs: 3_600_000 },
};

/** Asks everything there is, and lets everything have a part in the verdict. */
const RUNNER: DetectorRunner = {
  inputs: ['things'],
  everyMs: 1_000,
  judge({ now, view, baseline, source, budget, offsetMs }) {
    const learnt = (baseline as { learnt: Float32Array }).learnt;
    const value =
      view.count('things', now - 10_000, now) +
      view.sum('things', now - 10_000, now).sum +
      view.keys('things', 'vhost', now, 5).length +
      (view.firstSeen('things', now - 10_000, now) ?? 7) +
      (view.lastSeen('things', now - 10_000, now) ?? 0) +
      (view.quantile('things', now - 10_000, now, 0.95) ?? 0) +
      (view.distinct('things', 'client', now - 10_000, now) ?? 11) +
      (view.top('things', 'client', now - 10_000, now)[0]?.[1] ?? 0) +
      (learnt[1] ?? 0) * budget +
      offsetMs +
      view.from;
    const finding = {
      ...{ source, series: 'things', labels: {}, time: now, since: now, value, expected: 1, limit: 3 },
      ...({ unit: 'count', windowMs: 10_000, score: 7, urgent: false } as const),
    };
    return { verdict: 'bad', finding, score: 7, baseline };
  },
};
const WHAT = { fault: 'f1', to: 'firing', by: '1.2.3', watch: WATCH } as const;

test('a decision that was kept is made again with the same verdict', () => {
  const { baseline: _, ...before } = RUNNER.judge(INPUT);

  const kept = decodeDecision(encodeDecision(recordDecision(WHAT, RUNNER, INPUT))) as Decision;
  const { baseline, ...again } = replayDecision(kept, RUNNER);

  assert.deepEqual(kept.said, before);
  assert.deepEqual(again, before);
  assert.deepEqual(baseline, INPUT.baseline);
  assert.deepEqual(kept.watch, WATCH);
});

test('a detector that asks something else than then is told from one that says something else', () => {
  const kept = recordDecision(WHAT, RUNNER, INPUT);
  const other: DetectorRunner = { ...RUNNER, judge: (input) => RUNNER.judge({ ...input, now: input.now - 1_000 }) };

  assert.throws(() => replayDecision(kept, other), isInput(/made-up.*1\.2\.3/));
});

test('one that is too large keeps its verdict, and says that it was cut', () => {
  const baseline = { learnt: new Float32Array(DECISION_BYTES_MAX) };
  const bytes = encodeDecision(recordDecision(WHAT, RUNNER, { ...INPUT, baseline }));
  const kept = decodeDecision(bytes) as Decision;

  assert.ok(bytes.length < 4_000);
  assert.equal(kept.said.verdict, 'bad');
  assert.throws(() => replayDecision(kept, RUNNER), isInput(/too large/));
});

test('what is no decision is none', () => {
  const bytes = new TextEncoder().encode('[["",1]]');

  assert.equal(decodeDecision(bytes), undefined);
});

test('the ring of what began does not push out what fired', () => {
  const names = Array.from({ length: 1_000 }, (_, begun) => nextDecisionName({ fired: 3, begun }, 'pending'));
  const fired = nextDecisionName({ fired: 3, begun: 0 }, 'firing');

  assert.ok(!names.includes(fired));
  for (const name of [...names, fired]) assert.ok(decisionNames().includes(name));
});

function isInput(message: RegExp) {
  return (error: unknown) => error instanceof UserError && error.code === 'INPUT' && message.test(error.message);
}
