/**
 * What watching costs: microseconds a series and step, and bytes a series as stored. The level detector's own step is measured
 * alone, the watches over a drawn day at 2 requests a second: time in the detector divided by the steps (seconds) of the day,
 * the view included, since the detector asks it. The yardstick is a loop of a million logarithms beside it.
 */

import { emptyLevel, stepLevel } from '../../../src/core/detect/level/level.ts';
import { pack } from '../../../src/core/detect/packed.ts';
import { chance, gaussian } from '../../detectors/traffic.ts';
import { median } from '../statistics.ts';
import { createSite, DAY_S, drawTraffic } from './drawn-traffic.ts';
import { atMost, type GoalRow, type Part } from './goal.ts';
import { shippedWatches } from './shipped-watches.ts';
import { blankMemory, runWatches, type Watched } from './watched-traffic.ts';

const RUNS = { full: 5, quick: 3 };
const STEPS = 200_000;
const LOGARITHMS = 1_000_000;
const MICROSECONDS = 1;
const BYTES = 6_000;
const RATE = 2;

export const cost: Part = {
  name: 'cost',
  setting: `median of ${RUNS.full} runs; watches on a drawn day of ${RATE} requests/s`,
  run: async ({ isQuick, say }) => {
    const runs = isQuick ? RUNS.quick : RUNS.full;
    const yardstick = medianOf(runs, yardstickUs);
    const step = medianOf(runs, levelUs);
    say(`yardstick: ${yardstick.toFixed(3)} us a logarithm`);
    const levelRow = atMost('level, microseconds a value', step, MICROSECONDS, 2);
    const traffic = drawTraffic(createSite({ rate: RATE, seconds: DAY_S, seed: 1 }));
    const watches = (await shippedWatches()).map((one) => measureWatch(one, traffic, isQuick ? 1 : 3));
    return [
      { ...levelRow, measured: `${levelRow.measured} (${(step / yardstick).toFixed(0)} logarithms)` },
      ...byDetector(watches).flatMap((one) => rowsOf(one, yardstick)),
    ];
  },
};

interface Measured {
  readonly detector: string;
  readonly watch: string;
  /** A second of the day, and a judgement. */
  readonly us: number;
  readonly judgedUs: number;
  readonly bytes: number;
}

function measureWatch({ watch, runner }: Watched, traffic: ReturnType<typeof drawTraffic>, runs: number): Measured {
  const spent: number[] = [];
  let judged = 0;
  let bytes = 0;
  for (let run = 0; run < runs; run += 1) {
    let ms = 0;
    judged = 0;
    const timed: Watched = {
      watch,
      runner: {
        ...runner,
        judge(input) {
          // The view draws what it is asked for the first time, which is no cost of the detector.
          runner.judge(input);
          const started = performance.now();
          const judgement = runner.judge(input);
          ms += performance.now() - started;
          judged += 1;
          return judgement;
        },
      },
    };
    const { memory } = runWatches([timed], traffic, blankMemory(), { from: 0, to: DAY_S, budgetOf: () => 0.05 });
    spent.push(ms);
    bytes = pack(memory.baselines.get(watch.name) ?? null).length;
  }
  const us = median(spent) * 1_000;
  return { detector: watch.detector, watch: watch.name, us: us / DAY_S, judgedUs: us / Math.max(1, judged), bytes };
}

/** The dearest watch of each. */
function byDetector(measured: readonly Measured[]): readonly Measured[] {
  const names = [...new Set(measured.map(({ detector }) => detector))].sort();
  return names.map((name) => {
    const ours = measured.filter(({ detector }) => detector === name);
    const dearest = ours.toSorted((a, b) => b.us - a.us)[0] as Measured;
    return { ...dearest, bytes: Math.max(...ours.map(({ bytes }) => bytes)) };
  });
}

function rowsOf({ detector, watch, us, judgedUs, bytes }: Measured, yardstick: number): readonly GoalRow[] {
  const time = atMost(`${detector} (${watch}), microseconds a series and step`, us, MICROSECONDS, 2);
  return [
    {
      ...time,
      measured: `${time.measured} (${(us / yardstick).toFixed(0)} logarithms; ${judgedUs.toFixed(1)} a judgement)`,
    },
    atMost(`${detector}, bytes a series as stored`, bytes, BYTES, 0),
  ];
}

function levelUs(): number {
  const random = chance(1);
  const values = Float64Array.from({ length: STEPS }, () => gaussian(random));
  const state = emptyLevel();
  const started = performance.now();
  for (let row = 0; row < STEPS; row += 1) stepLevel(state, 1_780_000_000_000 + row * 60_000, values[row] as number);
  return ((performance.now() - started) * 1_000) / STEPS;
}

function yardstickUs(): number {
  let sum = 0;
  const started = performance.now();
  for (let one = 1; one <= LOGARITHMS; one += 1) sum += Math.log(one);
  const us = ((performance.now() - started) * 1_000) / LOGARITHMS;
  return sum > 0 ? us : Number.NaN;
}

function medianOf(runs: number, measure: () => number): number {
  return median(Array.from({ length: runs }, measure));
}
