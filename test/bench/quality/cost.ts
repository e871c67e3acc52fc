/**
 * What watching costs, in time of the processor and bytes as stored. A step is a step of the watch: what it judges at least once,
 * as ten seconds of a ratio or a minute of a percentile. Those that are also asked when something bad came have the cost of all
 * their judgements in a day divided by its steps. Only the detector's own work counts: what it reads of a view is played back to it.
 * Times on a machine that others use too are long; beside them stands a loop of logarithms that was measured in the same minute.
 */
import { emptyLevel, stepLevel } from '../../../src/core/detect/level/level.ts';
import { pack } from '../../../src/core/detect/packed.ts';
import { chance, gaussian } from '../../detectors/traffic.ts';
import { median } from '../statistics.ts';
import { replayed } from './cost-view.ts';
import { createSite, DAY_S, drawTraffic } from './drawn-traffic.ts';
import { atMost, type GoalRow, type Part } from './goal.ts';
import { shippedWatches } from './shipped-watches.ts';
import { type TrafficView, trafficView } from './traffic-view.ts';
import { blankMemory, runWatches, type Watched } from './watched-traffic.ts';

const RUNS = { full: 5, quick: 3 };
const STEPS = 200_000;
const LOGARITHMS = 5_000_000;
/**
 * Judgements more than one at each step, whose time is that of the detector alone: at least so many at each, and so many
 * in all, since a percentile of 5 min is judged 288 times a day, whose time is nothing beside that of drawing the day.
 */
const AGAIN = 4;
const JUDGEMENTS = { full: 200_000, quick: 50_000 };
const MICROSECONDS = 1;
const BYTES = 6_000;
const RATE = 2;

export const cost: Part = {
  name: 'cost',
  weight: { full: 30, quick: 14 },
  setting: `median of ${RUNS.full} runs; watches on a drawn day of ${RATE} requests/s; a step is one of the watch, 5 s to 5 min; what the view reads is left out`,
  run: async ({ isQuick, say, goOn }) => {
    const runs = isQuick ? RUNS.quick : RUNS.full;
    const yardstick = medianOf(runs, yardstickUs);
    const step = medianOf(runs, levelUs);
    say(`yardstick: ${yardstick.toFixed(4)} us a logarithm`);
    const levelRow = atMost('level, its sums alone, microseconds a value', step, MICROSECONDS, 2);
    const traffic = trafficView(drawTraffic(createSite({ rate: RATE, seconds: DAY_S, seed: 1 })));
    const measured: Measured[] = [];
    const watches = await shippedWatches();
    for (const one of watches) if (await goOn()) measured.push(measureWatch(one, traffic, isQuick));
    const isAll = measured.length === watches.length;
    return [
      { ...levelRow, measured: `${levelRow.measured} (${(step / yardstick).toFixed(0)} logarithms)` },
      ...byDetector(measured).flatMap((one) => rowsOf(one, yardstick)),
      ...(isAll ? [] : [{ what: '  watches measured', goal: '', measured: `${measured.length} of ${watches.length}` }]),
    ];
  },
};

interface Measured {
  readonly detector: string;
  readonly watch: string;
  /** Microseconds: a step of the watch, a judgement, a second of the day. */
  readonly step: number;
  readonly judgement: number;
  readonly second: number;
  readonly bytes: number;
}

/** A day in which it judges each step several times, less one in which it judges once. */
function measureWatch({ watch, runner }: Watched, traffic: TrafficView, isQuick: boolean): Measured {
  let judged = 0;
  let bytes = 0;
  const dayUs = (again: number): number => {
    judged = 0;
    let spare: unknown;
    const judge: Watched['runner']['judge'] = (input) => {
      const { recording, replay } = replayed(input.view);
      const judgement = runner.judge({ ...input, view: recording });
      judged += 1;
      for (let more = 0; more < again; more += 1) {
        // As the engine gives back what was learnt before: here it is what the time before learnt of the same step.
        const { baseline } = runner.judge({ ...input, view: replay(), spare });
        if (baseline !== input.baseline) spare = baseline;
      }
      return judgement;
    };
    const range = { from: 0, to: DAY_S, budgetOf: () => 0.05 };
    const started = process.cpuUsage();
    const { memory } = runWatches([{ watch, runner: { ...runner, judge } }], traffic, blankMemory(), range);
    const { user } = process.cpuUsage(started);
    bytes = pack(memory.baselines.get(watch.name) ?? null).length;
    return user;
  };
  dayUs(0);
  const again = Math.max(AGAIN, Math.ceil((isQuick ? JUDGEMENTS.quick : JUDGEMENTS.full) / Math.max(1, judged)));
  const us = medianOf(isQuick ? 1 : RUNS.full, () => Math.max(0, dayUs(again) - dayUs(0)) / again);
  return {
    ...{ detector: watch.detector, watch: watch.name, bytes },
    ...{ step: (us * runner.everyMs) / (DAY_S * 1_000), judgement: us / Math.max(1, judged), second: us / DAY_S },
  };
}

/** The dearest watch of each. */
function byDetector(measured: readonly Measured[]): readonly Measured[] {
  const names = [...new Set(measured.map(({ detector }) => detector))].sort();
  return names.map((name) => {
    const ours = measured.filter(({ detector }) => detector === name);
    const dearest = ours.toSorted((a, b) => b.step - a.step)[0] as Measured;
    return { ...dearest, bytes: Math.max(...ours.map(({ bytes }) => bytes)) };
  });
}

function rowsOf({ detector, watch, step, judgement, second, bytes }: Measured, yardstick: number): readonly GoalRow[] {
  const time = atMost(`${detector} (${watch}), microseconds a step`, step, MICROSECONDS, 2);
  const logarithms = `${(step / yardstick).toFixed(0)} logarithms`;
  return [
    {
      ...time,
      measured: `${time.measured} (${logarithms}; ${judgement.toFixed(2)} a judgement, ${second.toFixed(2)} a second)`,
    },
    atMost(`${detector}, bytes a series as stored`, bytes, BYTES, 0),
  ];
}

function levelUs(): number {
  const random = chance(1);
  const values = Float64Array.from({ length: STEPS }, () => gaussian(random));
  const state = emptyLevel();
  const started = process.cpuUsage();
  for (let row = 0; row < STEPS; row += 1) stepLevel(state, 1_780_000_000_000 + row * 60_000, values[row] as number);
  return process.cpuUsage(started).user / STEPS;
}

function yardstickUs(): number {
  let sum = 0;
  const started = process.cpuUsage();
  for (let one = 1; one <= LOGARITHMS; one += 1) sum += Math.log(one);
  const { user } = process.cpuUsage(started);
  return sum > 0 ? user / LOGARITHMS : Number.NaN;
}

function medianOf(runs: number, measure: () => number): number {
  return median(Array.from({ length: runs }, measure));
}
