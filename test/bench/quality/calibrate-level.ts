/**
 * False alarms of the level detector on healthy series, and how it finds a slower latency:
 * `node test/bench/quality/calibrate-level.ts [months of each family] [step, s] [single, confirmed, budget or slower]`.
 * The first two tables are its limits (src/core/detect/level/limits.ts), the third says whether the knob means what it says.
 */
import { checkOptions } from '../../../src/config/options.ts';
import { emptyLevel, stepLevel } from '../../../src/core/detect/level/level.ts';
import type { Options, WindowView } from '../../../src/core/plugin.ts';
import { detector } from '../../../src/detectors/level.ts';
import { chance, gaussian, poisson } from '../../detectors/traffic.ts';

const START = Date.UTC(2026, 2, 2);
const DAY_MS = 86_400_000;
const MONTH_DAYS = 30;
const SCORES = [3, 3.5, 4, 5, 6, 8, 12, 16];
const CONFIRMED_SCORES = [2.5, 3, 3.5, 4, 4.5, 5];
const BUDGETS = [1, 0.3, 0.1, 0.03];
/** Well for so long, a fault is over. */
const CLEAR_MS = 300_000;

/** Draws the value at a time. */
type Draw = (time: number) => number;

const FAMILIES: Readonly<Record<string, (random: () => number) => Draw>> = {
  Gaussian: (random) => () => gaussian(random),
  'AR(1) .9': (random) => autoregressive(random, 0.9),
  'AR(1) .99': (random) => autoregressive(random, 0.99),
  'log-normal': (random) => () => Math.exp(gaussian(random)),
  'Pareto 2.5': (random) => () => (1 - random()) ** (-1 / 2.5),
  'Poisson, 5 to 50 by day': (random) => (time) => poisson(27.5 + 22.5 * daily(time), random),
  'Poisson .3': (random) => () => poisson(0.3, random),
  'log of a p95': (random) => latency(random, 0.1),
};

function autoregressive(random: () => number, kept: number): Draw {
  let value = 0;
  return () => {
    value = kept * value + Math.sqrt(1 - kept * kept) * gaussian(random);
    return value;
  };
}

/** By day, wandering within half an hour, with the noise of a percentile of 1,200 requests. */
function latency(random: () => number, wander: number): Draw {
  const wandering = autoregressive(random, 0.97);
  return (time) => Math.log(0.1) + 0.2 * daily(time) + wander * wandering(time) + 0.05 * gaussian(random);
}

function daily(time: number): number {
  return Math.sin((2 * Math.PI * time) / DAY_MS);
}

interface Series {
  readonly draw: Draw;
  readonly stepMs: number;
  readonly days: number;
}

/** Alarms at each of the scores, one value enough. */
function singleAlarms({ draw, stepMs, days }: Series): number[] {
  const state = emptyLevel();
  const alarms = SCORES.map(() => 0);
  for (let time = START; time < START + days * DAY_MS; time += stepMs) {
    const { score } = stepLevel(state, time, draw(time));
    SCORES.forEach((limit, i) => {
      if (score >= limit) alarms[i] = (alarms[i] ?? 0) + 1;
    });
  }
  return alarms;
}

/** Times at which a fault is told, as the engine follows it. */
function toldTimes({ draw, stepMs, days }: Series, options: Options, budget: number): number[] {
  const given = { series: 'x', step: stepMs, ...options };
  const runner = detector.compile(checkOptions(detector.options, given).options);
  const told: number[] = [];
  let baseline: unknown;
  let hits: boolean[] = [];
  let fault: 'none' | 'pending' | 'firing' = 'none';
  let wellMs = 0;
  for (let now = START + stepMs; now <= START + days * DAY_MS; now += stepMs) {
    const view = viewOf(draw(now - stepMs));
    const judged = runner.judge({ now, source: 'drawn', view, baseline, open: fault !== 'none', budget, offsetMs: 0 });
    baseline = judged.baseline;
    const isBad = judged.verdict === 'bad';
    hits = [...hits.slice(-2), isBad];
    wellMs = isBad ? 0 : wellMs + (judged.verdict === 'well' ? stepMs : 0);
    if (fault === 'none' && isBad) [fault, hits] = ['pending', [true]];
    if (fault === 'pending' && (judged.finding?.urgent || hits.filter(Boolean).length >= 2)) {
      told.push(now);
      fault = 'firing';
    }
    if (fault === 'pending' && !hits.includes(true)) fault = 'none';
    if (fault === 'firing' && wellMs >= CLEAR_MS) fault = 'none';
  }
  return told;
}

/** The same values however often they are asked for. */
function drawnOnce({ draw, ...rest }: Series): Series {
  const drawn = new Map<number, number>();
  return { ...rest, draw: (time) => drawn.get(time) ?? drawn.set(time, draw(time)).get(time) ?? 0 };
}

function viewOf(value: number): WindowView {
  const none = { keys: () => [], top: () => [], quantile: () => value, distinct: () => undefined };
  const seen = { firstSeen: () => undefined, lastSeen: () => undefined };
  return { ...none, ...seen, count: () => 1, sum: () => ({ count: 1, sum: value }), from: 0 };
}

function table(
  title: string,
  heads: readonly number[],
  { months, stepMs }: { months: number; stepMs: number },
  alarms: (series: Series) => number[],
): void {
  console.log(`\n${title.padEnd(26)}${heads.map((head) => String(head).padStart(8)).join('')}`);
  const sums = heads.map(() => 0);
  for (const [name, family] of Object.entries(FAMILIES)) {
    const counts = heads.map(() => 0);
    for (let seed = 1; seed <= months; seed += 1) {
      const found = alarms({ draw: family(chance(seed * 7_919)), stepMs, days: MONTH_DAYS });
      for (const [i, count] of found.entries()) counts[i] = (counts[i] ?? 0) + count / months;
    }
    for (const [i, count] of counts.entries()) sums[i] = (sums[i] ?? 0) + count / Object.keys(FAMILIES).length;
    console.log(row(name, counts));
  }
  console.log(row('mean', sums));
}

function row(name: string, counts: readonly number[]): string {
  return name.padEnd(26) + counts.map((count) => count.toFixed(2).padStart(8)).join('');
}

/** Of p95 half as long again for ten minutes: how many are told, and after how many minutes in the middle. */
function findSlower(wander: number, { stepMs, days }: { readonly stepMs: number; readonly days: number }): string {
  const RUNS = 40;
  const delays: number[] = [];
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const random = chance(seed);
    const begin = START + (days - 0.5 + 0.4 * random()) * DAY_MS;
    const normal = latency(random, wander);
    const isSlow = (time: number) => time >= begin && time < begin + 600_000;
    const draw = (time: number) => Math.exp(normal(time)) * (isSlow(time) ? 1.5 : 1);
    const options = { statistic: 'p95', unit: 'seconds', side: 'high', minTimes: 1.2 };
    const told = toldTimes({ draw, stepMs, days }, options, 0.05).find((time) => time >= begin);
    if (told !== undefined && told <= begin + 600_000 + stepMs) delays.push((told - begin) / 60_000);
  }
  const median = delays.sort((a, b) => a - b)[delays.length >> 1] ?? Number.POSITIVE_INFINITY;
  return `${delays.length} of ${RUNS}, median ${median.toFixed(1)} min`;
}

const months = Number(process.argv[2] ?? 2);
const stepMs = Number(process.argv[3] ?? 60) * 1_000;
const only = process.argv[4];
const size = { months, stepMs };
if (only === undefined || only === 'single') table('alarms at a score, one value', SCORES, size, singleAlarms);
if (only === undefined || only === 'confirmed') {
  table('two of three', CONFIRMED_SCORES, size, (series) => {
    const same = drawnOnce(series);
    return CONFIRMED_SCORES.map((score) => toldTimes(same, { score }, 1e-30).length);
  });
}
if (only === undefined || only === 'budget') {
  table('told at a budget', BUDGETS, size, (series) => {
    const same = drawnOnce(series);
    return BUDGETS.map((budget) => toldTimes(same, {}, budget).length);
  });
}
if (only === undefined || only === 'slower') {
  for (const days of [1, 3]) {
    for (const wander of [0.03, 0.05, 0.1]) {
      const found = findSlower(wander, { stepMs, days });
      console.log(`p95 times 1.5 for 10 min on day ${days}, wandering by ${wander}: ${found}`);
    }
  }
}
