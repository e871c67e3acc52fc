/** A view over a value by time, for detectors that read sums alone; undefined where nothing was observed. */
import type { DetectorRunner, Judgement, WindowView } from '../../src/core/plugin.ts';
import { T0 } from './traffic.ts';

export type Gauge = (second: number) => number | undefined;

export interface JudgedGauge extends Judgement {
  /** Seconds from the beginning. */
  readonly at: number;
}

/** Judged on the detector's grid; `stored` is what a store makes of a baseline. */
export function judgeGauge(
  runner: DetectorRunner,
  seconds: number,
  gauge: Gauge,
  stored: (baseline: unknown) => unknown = (baseline) => baseline,
): JudgedGauge[] {
  const judged: JudgedGauge[] = [];
  let baseline: unknown;
  let open = false;
  for (let at = runner.everyMs / 1_000; at <= seconds; at += runner.everyMs / 1_000) {
    const now = T0 + at * 1_000;
    const view = gaugeView(gauge);
    const judgement = runner.judge({ now, source: 'host', view, baseline, open, budget: 1, offsetMs: 0 });
    baseline = stored(judgement.baseline);
    if (judgement.verdict === 'bad') open = true;
    if (judgement.verdict === 'well') open = false;
    judged.push({ ...judgement, at });
  }
  return judged;
}

/** Observed every ten seconds. */
function gaugeView(gauge: Gauge): WindowView {
  function* values(from: number, to: number): Generator<readonly [time: number, value: number]> {
    for (let time = Math.ceil(from / 10_000) * 10_000; time < to; time += 10_000) {
      const value = gauge((time - T0) / 1_000);
      if (value !== undefined) yield [time, value];
    }
  }
  return {
    count: (_, from, to) => [...values(from, to)].length,
    sum(_, from, to) {
      const all = [...values(from, to)];
      return { count: all.length, sum: all.reduce((sum, [, value]) => sum + value, 0) };
    },
    keys: () => [],
    firstSeen: (_, from, to) => [...values(from, to)][0]?.[0],
    lastSeen: (_, from, to) => [...values(from, to)].at(-1)?.[0],
    quantile: () => undefined,
    distinct: () => undefined,
    top: () => [],
    from: 0,
  };
}
