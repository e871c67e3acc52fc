/** Follows the faults of one drawn series as the engine does: judged every ten seconds, when something was bad, and while a fault is open. */
import { emptyBook } from '../../../src/core/decide/book.ts';
import { stepFaults } from '../../../src/core/decide/faults.ts';
import type { DetectorRunner, WatchSpec } from '../../../src/core/plugin.ts';
import { T0 } from '../../detectors/traffic.ts';
import { createShareView, PART, type ShareSeries } from './share-series.ts';

const WATCH: WatchSpec = {
  ...{ name: 'http.5xx.burst', detector: 'ratio', options: {}, severity: 'critical', clearAfterMs: 60_000, rank: 0 },
  ...{ title: 'HTTP 5xx responses', why: '', whatToDo: '' },
};

/** Seconds after the beginning at which a fault was first seen, and told. */
export interface SeenFaults {
  readonly pending: readonly number[];
  readonly told: readonly number[];
}

export function followShares(runner: DetectorRunner, series: ShareSeries, budget: number): SeenFaults {
  const { view, at } = createShareView(series);
  const pending: number[] = [];
  const told: number[] = [];
  let book = emptyBook();
  let baseline: unknown;
  for (let second = 1; second <= series.seconds; second += 1) {
    const now = T0 + second * 1_000;
    const open = book.faults.length > 0;
    if (!open && now % runner.everyMs !== 0 && view.count(PART, now - 1_000, now) === 0) continue;
    at(now);
    const judgement = runner.judge({
      ...{ now, source: 'nginx', view, baseline, open, budget, offsetMs: 0 },
    });
    baseline = judgement.baseline;
    if (!open && judgement.verdict !== 'bad') continue;
    const finding = judgement.finding && { ...judgement.finding, watch: WATCH.name };
    const judged = [{ watch: WATCH, key: 'one', source: 'nginx', verdict: judgement.verdict, finding }];
    const stepped = stepFaults(book, { now, judged, opening: true });
    book = stepped.book;
    for (const { to } of stepped.transitions) {
      if (to === 'pending') pending.push(second);
      if (to === 'firing') told.push(second);
    }
  }
  return { pending, told };
}

/** The highest score while nothing is told, of whole minutes and of seconds with something bad: in between it hardly rises. */
export function highestScore(runner: DetectorRunner, series: ShareSeries): number {
  const { view, at } = createShareView(series);
  let highest = 0;
  let baseline: unknown;
  for (let second = 1; second <= series.seconds; second += 1) {
    const now = T0 + second * 1_000;
    if (now % 60_000 !== 0 && view.count(PART, now - 1_000, now) === 0) continue;
    at(now);
    const judgement = runner.judge({ now, source: 'nginx', view, baseline, open: false, budget: 1, offsetMs: 0 });
    baseline = judgement.baseline;
    highest = Math.max(highest, judgement.score ?? 0);
  }
  return highest;
}
