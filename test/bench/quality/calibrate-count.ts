/**
 * False alarms of the count detector on healthy traffic, and how fast it finds drops and spikes:
 * `node test/bench/quality/calibrate-count.ts [days] [part of a family's name]`. From the first table come its limits
 * (src/core/detect/count-limits.ts).
 */
import { checkOptions } from '../../../src/config/options.ts';
import type { Options, WindowView } from '../../../src/core/plugin.ts';
import { detector } from '../../../src/detectors/count.ts';
import { chance, gaussian, poisson } from '../../detectors/traffic.ts';

const STEP_MS = 10_000;
const STEPS_A_DAY = 8_640;
/** A Monday. */
const START = Date.UTC(2026, 2, 2);
/** In the third week Central European clocks go forward. */
const SUMMER = Date.UTC(2026, 2, 29, 1);
const HOUR_MS = 3_600_000;
/** Of 10 s each, a minute of which ends a fault. */
const WELL_STEPS = 6;
/** Requests a second at the mean of the week, and times that. */
const INCIDENTS = [
  [2, 0.1],
  [20, 0.1],
  [0.1, 20],
  [2, 5],
  [20, 5],
] as const;
/** The options of the shipped watches, http.requests.spike and http.requests.drop. */
const SPIKE: Options = { side: 'high', minTimes: 4, minCount: 100, minWindow: 300_000 };
const DROP: Options = { side: 'low', silence: false };
/** What one of some twenty tests may give: of the digest, and of a mail. */
const SPIKE_BUDGET = 0.5;
const DROP_BUDGET = 0.05;

/** Draws how the rate at a step differs from the curve of the day: 1 on the average. */
type Wander = (step: number) => number;

interface Family {
  readonly name: string;
  readonly wander: (random: () => number) => Wander;
  /** 1 on the average; of the local time. */
  readonly curve: (localMs: number) => number;
}

const STEADY = () => () => 1;

export const FAMILIES: readonly Family[] = [
  { name: 'constant', wander: STEADY, curve: () => 1 },
  { name: 'daily and weekly', wander: STEADY, curve: weekly },
  { name: 'bursts of 10 s', wander: (random) => bursty(random, { everySteps: 1, deviation: 0.3 }), curve: weekly },
  { name: 'wandering, sd 0.3, 30 min', wander: (random) => wandering(random, 180, 0.3), curve: weekly },
  { name: 'wandering, sd 0.3, 6 h', wander: (random) => wandering(random, 2_160, 0.3), curve: weekly },
  { name: 'office hours', wander: (random) => wandering(random, 60, 0.15), curve: office },
  { name: 'bots, 5 times for 2 min, thrice a day', wander: (random) => bots(random), curve: weekly },
];

export const RATES: readonly number[] = [0.1, 2, 20];

export interface Traffic {
  readonly rate: number;
  readonly family: Family;
  readonly days: number;
  readonly seed: number;
  /** Times the healthy rate. */
  readonly incident?: (step: number) => number;
}

/** Observations in steps of ten seconds, added up from the left. */
export function drawCounts({ rate, family, days, seed, incident = () => 1 }: Traffic): Float64Array {
  const random = chance(seed);
  const wander = family.wander(random);
  const sums = new Float64Array(days * STEPS_A_DAY + 1);
  for (let step = 0; step < days * STEPS_A_DAY; step += 1) {
    const time = START + step * STEP_MS;
    const mean = rate * (STEP_MS / 1_000) * family.curve(time + offsetAt(time)) * wander(step) * incident(step);
    sums[step + 1] = (sums[step] as number) + poisson(mean, random);
  }
  return sums;
}

export interface Judged {
  readonly step: number;
  readonly verdict: string;
  readonly score: number;
  readonly urgent: boolean;
  readonly side: 'high' | 'low';
  readonly windowMs: number;
}

/** What the detector says at each step, its fault followed as the engine does. */
export function* judgeCounts(sums: Float64Array, options: Options, budget = 1): Generator<Judged> {
  const runner = detector.compile(checkOptions(detector.options, { series: 'x', ...options }).options);
  const view = viewOf(sums);
  let baseline: unknown;
  let open = false;
  let wellSteps = 0;
  for (let step = 1; step < sums.length; step += 1) {
    const now = START + step * STEP_MS;
    const input = { now, source: 'drawn', view, baseline, open, budget, offsetMs: offsetAt(now) };
    const { verdict, finding, score = 0, ...said } = runner.judge(input);
    baseline = said.baseline;
    if (verdict === 'bad') [open, wellSteps] = [true, 0];
    if (verdict === 'well') wellSteps += 1;
    if (wellSteps > WELL_STEPS) open = false;
    const side = finding !== undefined && finding.value < finding.expected ? 'low' : 'high';
    yield { step, verdict, score, urgent: finding?.urgent ?? false, side, windowMs: finding?.windowMs ?? 0 };
  }
}

/** What would be a mail: told by two of three or at once, until it was well for a minute. */
export interface Episode {
  readonly step: number;
  readonly side: 'high' | 'low';
  /** The largest in it. */
  readonly score: number;
}

export function episodesOf(judged: Iterable<Judged>): readonly Episode[] {
  const told: Episode[] = [];
  let hits: boolean[] = [];
  let isOpen = false;
  let well = 0;
  for (const { step, side, score, verdict, urgent } of judged) {
    const isBad = verdict === 'bad';
    hits = [...hits.slice(-2), isBad];
    well = isBad ? 0 : well + (verdict === 'well' ? 1 : 0);
    if (well > WELL_STEPS) isOpen = false;
    const last = told.at(-1);
    if (isBad && isOpen && last) told[told.length - 1] = { ...last, score: Math.max(last.score, score) };
    if (!isBad || isOpen || (!urgent && hits.filter(Boolean).length < 2)) continue;
    told.push({ step, side, score });
    isOpen = true;
  }
  return told;
}

/** The steps at which each begins. */
export function toldSteps(judged: Iterable<Judged>): readonly number[] {
  return episodesOf(judged).map(({ step }) => step);
}

export interface Alarms {
  readonly family: string;
  readonly rate: number;
  readonly side: 'high' | 'low';
  /** In the first day, at the lowest score. */
  readonly firstDay: number;
  /** In 30 days after it, for each of SCORES. */
  readonly monthly: readonly number[];
}

export const SCORES: readonly number[] = [2.5, 3, 3.5, 4, 4.5, 5, 6];

/** Floors as somebody would choose them who wants to know of small changes: the defaults tell less. */
const CLOSE: Options = { side: 'both', minTimes: 2, maxTimes: 0.5, score: SCORES[0], urgentScore: 20 };

/** False alarms on healthy traffic of each kind. */
export function* calibrateCount(days: number, name = ''): Generator<Alarms> {
  for (const family of FAMILIES.filter((one) => one.name.includes(name))) {
    for (const rate of RATES) {
      const sums = drawCounts({ rate, family, days, seed: 11 + Math.round(10 * rate) });
      const episodes = episodesOf(judgeCounts(sums, CLOSE));
      for (const side of ['high', 'low'] as const) {
        const own = episodes.filter((one) => one.side === side);
        const later = own.filter(({ step }) => step > STEPS_A_DAY);
        const monthly = SCORES.map((score) => (later.filter((one) => one.score >= score).length * 30) / (days - 1));
        yield { family: family.name, rate, side, firstDay: own.length - later.length, monthly };
      }
    }
  }
}

/** False alarms of the shipped watch for spikes. */
export function* calibrateSpike(days: number, name: string) {
  for (const family of FAMILIES.filter((one) => one.name.includes(name))) {
    for (const rate of RATES) {
      const sums = drawCounts({ rate, family, days, seed: 11 + Math.round(10 * rate) });
      const told = toldSteps(judgeCounts(sums, SPIKE, SPIKE_BUDGET));
      const firstDay = told.filter((step) => step <= STEPS_A_DAY).length;
      yield { family: family.name, rate, firstDay, monthly: ((told.length - firstDay) * 30) / (days - 1) };
    }
  }
}

export interface Found {
  readonly runs: number;
  /** Seconds from the beginning of each that was found, sorted. */
  readonly delays: readonly number[];
}

/** An incident of ten minutes after the fourth day or later, as the shipped watches tell it; the rate is that of its hour. */
export function findIncidents(family: Family, [rate, times]: readonly [number, number], runs: number): Found {
  const delays: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const from = 4 * STEPS_A_DAY + run * 2_887;
    const incident = (step: number) => (step >= from && step < from + 60 ? times : 1);
    const begins = START + from * STEP_MS;
    const mean = rate / family.curve(begins + offsetAt(begins));
    const sums = drawCounts({ rate: mean, family, days: 5 + Math.ceil(run / 3), seed: 5_000 + run, incident });
    const [options, budget] = times > 1 ? [SPIKE, SPIKE_BUDGET] : [DROP, DROP_BUDGET];
    const told = episodesOf(judgeCounts(sums.subarray(0, from + 90), options, budget));
    const first = told.find(({ step }) => step > from);
    if (first) delays.push((first.step - from) * (STEP_MS / 1_000));
  }
  return { runs, delays: delays.sort((a, b) => a - b) };
}

if (import.meta.main) {
  const [days = '28', name = ''] = process.argv.slice(2);
  console.log(`| shipped spike | a second | first day | after it, a month |`);
  for (const { family, rate, firstDay, monthly } of calibrateSpike(Number(days), name)) {
    console.log(`| ${family} | ${rate} | ${firstDay} | ${monthly.toFixed(1)} |`);
  }
  console.log(`| family | a second | side | first day | ${SCORES.join(' | ')} |`);
  for (const { family, rate, side, firstDay, monthly } of calibrateCount(Number(days), name)) {
    console.log(`| ${[family, rate, side, firstDay, ...monthly.map((one) => one.toFixed(1))].join(' | ')} |`);
  }
  if (name === '' || name === 'incidents') {
    for (const family of [FAMILIES[1], FAMILIES[3]] as readonly Family[]) {
      for (const incident of INCIDENTS) {
        const { runs, delays } = findIncidents(family, incident, 12);
        const minute = delays.filter((one) => one <= 60).length;
        const said = `${delays.length} of ${runs}, ${minute} within a minute, median ${delays[delays.length >> 1]} s`;
        console.log(`${family.name}, ${incident[1]} times ${incident[0]} a second: ${said}`);
      }
    }
  }
}

function viewOf(sums: Float64Array): WindowView {
  const last = sums.length - 1;
  const at = (time: number) => sums[Math.min(last, Math.max(0, Math.round((time - START) / STEP_MS)))] as number;
  const none = { keys: () => [], top: () => [], quantile: () => undefined, distinct: () => undefined };
  const seen = { firstSeen: () => undefined, lastSeen: () => undefined };
  const count = (_: string, from: number, to: number) => at(to) - at(from);
  return { ...none, ...seen, count, sum: () => ({ count: 0, sum: 0 }), from: 0 };
}

function offsetAt(time: number): number {
  return time >= SUMMER ? 2 * HOUR_MS : HOUR_MS;
}

/** Highest at 16:00, lowest at 4:00, tenfold between; Saturday and Sunday have 60%. */
function weekly(localMs: number): number {
  const day = Math.floor(localMs / (24 * HOUR_MS) + 3) % 7;
  const hour = (localMs / HOUR_MS) % 24;
  return 1.75 * 10 ** (-(1 + Math.cos((2 * Math.PI * (hour - 4)) / 24)) / 2) * (day >= 5 ? 0.6 : 1);
}

/** From nearly nothing to everything within half an hour at 8:00, and back at 18:00; at the week's end a tenth. */
function office(localMs: number): number {
  const day = Math.floor(localMs / (24 * HOUR_MS) + 3) % 7;
  const hour = (localMs / HOUR_MS) % 24;
  const open = 1 / (1 + Math.exp(-(hour - 8) * 8)) / (1 + Math.exp((hour - 18) * 8));
  return 0.15 + 2.4 * open * (day >= 5 ? 0.1 : 1);
}

/** Log-normal with mean 1, drawn anew each so many steps. */
function bursty(random: () => number, { everySteps, deviation }: { everySteps: number; deviation: number }): Wander {
  let factor = 1;
  return (step) => {
    if (step % everySteps === 0) factor = Math.exp(deviation * gaussian(random) - deviation ** 2 / 2);
    return factor;
  };
}

/** Logarithm of a mean-reverting walk with this time constant in steps. */
function wandering(random: () => number, steps: number, deviation: number): Wander {
  let x = 0;
  const kept = Math.exp(-1 / steps);
  return () => {
    x = x * kept + deviation * Math.sqrt(1 - kept * kept) * gaussian(random);
    return Math.exp(x - deviation ** 2 / 2);
  };
}

function bots(random: () => number): Wander {
  let left = 0;
  return () => {
    if (left > 0) left -= 1;
    else if (random() < 3 / STEPS_A_DAY) left = 12;
    return left > 0 ? 5 : 1;
  };
}
