/**
 * What watching costs: microseconds a series and step, and bytes a series as stored. The level detector's own step is measured
 * alone, the watches over a drawn day at 2 requests a second: time of the processor in the detector, divided by the steps (seconds)
 * of the day. The yardstick is a loop of logarithms beside it.
 */

import { emptyLevel, stepLevel } from '../../../src/core/detect/level/level.ts';
import { pack } from '../../../src/core/detect/packed.ts';
import { chance, gaussian } from '../../detectors/traffic.ts';
import { median } from '../statistics.ts';
import { createSite, DAY_S, drawTraffic, type Traffic } from './drawn-traffic.ts';
import { atMost, type GoalRow, type Part } from './goal.ts';
import { shippedWatches } from './shipped-watches.ts';
import { blankMemory, runWatches, type Watched } from './watched-traffic.ts';

const RUNS = { full: 5, quick: 3 };
const STEPS = 200_000;
const LOGARITHMS = 5_000_000;
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

/** A day in which it judges each step twice, less one in which it judges once: so what the view draws is no cost of it. */
function measureWatch({ watch, runner }: Watched, traffic: Traffic, runs: number): Measured {
  let judged = 0;
  let bytes = 0;
  const dayUs = (times: number): number => {
    judged = 0;
    const judge: Watched['runner']['judge'] = (input) => {
      judged += 1;
      for (let more = 1; more < times; more += 1) runner.judge(input);
      return runner.judge(input);
    };
    const range = { from: 0, to: DAY_S, budgetOf: () => 0.05 };
    const started = process.cpuUsage();
    const { memory } = runWatches([{ watch, runner: { ...runner, judge } }], traffic, blankMemory(), range);
    const { user } = process.cpuUsage(started);
    bytes = pack(memory.baselines.get(watch.name) ?? null).length;
    return user;
  };
  const us = medianOf(runs, () => Math.max(0, dayUs(2) - dayUs(1)));
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
