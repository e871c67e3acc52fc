/** Series through a detector as it is shipped, at a budget, and the faults that it tells of them, followed as the engine does. */
import { checkOptions } from '../../../src/config/options.ts';
import { emptyBook } from '../../../src/core/decide/book.ts';
import { stepFaults } from '../../../src/core/decide/faults.ts';
import type { DetectorRunner, WatchSpec, WindowView } from '../../../src/core/plugin.ts';
import { detector as count } from '../../../src/detectors/count.ts';
import { detector as level } from '../../../src/detectors/level.ts';
import { detector as ratio } from '../../../src/detectors/ratio.ts';
import { chance, gaussian, poisson } from '../../detectors/traffic.ts';
import { FAMILIES as COUNT_FAMILIES, drawCounts } from './calibrate-count.ts';
import type { LabelledSeries } from './labelled-series.ts';
import { followShares } from './share-faults.ts';
import { DAY, drawShares, PART, FAMILIES as SHARE_FAMILIES, WHOLE } from './share-series.ts';

/** What a series told at a budget, and how long it was, months of 30 days. */
export interface Spent {
  readonly told: number;
  readonly months: number;
}

/** Drawn or read once; runs at any budget. */
export type Spender = (budget: number) => Spent;

export interface SpendingFamily {
  readonly name: string;
  /** A series of the family, another one for each seed. */
  readonly draw: (seed: number, days: number) => Spender;
}

const START = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;
const MONTH_DAYS = 30;
const STEP_MS = 60_000;
/** Observations a second of ratios and counts. */
const RATE = 2;
/** Of calibrate-count.ts; its clocks change after 26 days. */
const COUNT_START = Date.UTC(2026, 2, 2);
const COUNT_STEP_MS = 10_000;
const COUNT_DAYS = 26;

type Draw = (row: number) => number;

const FIGURES: Readonly<Record<string, (random: () => number) => Draw>> = {
  Gaussian: (random) => () => 50 + gaussian(random),
  'AR(1) .9': (random) => autoregressive(random),
  Poisson: (random) => () => poisson(5, random),
  'log-normal': (random) => () => Math.exp(gaussian(random)),
  'Pareto 2.5': (random) => () => (1 - random()) ** (-1 / 2.5),
};

export const LEVELS: readonly SpendingFamily[] = Object.entries(FIGURES).map(([name, figures]) => ({
  name,
  draw: (seed, days) => (budget) => {
    const { options } = checkOptions(level.options, { series: 'x', step: STEP_MS });
    const draw = figures(chance(seed * 7_919));
    const rows = (days * DAY_MS) / STEP_MS;
    const steps = { rows, endOf: (row: number) => START + (row + 1) * STEP_MS, stepMs: STEP_MS };
    const told = toldRows(level.compile(options), { ...steps, viewAt: (row) => figureView(draw(row)) }, budget).length;
    return { told, months: days / MONTH_DAYS };
  },
}));

export const RATIOS: readonly SpendingFamily[] = SHARE_FAMILIES.map((family) => ({
  name: family.name,
  draw: (seed, days) => {
    const series = drawShares(days * DAY, seed, (random) => {
      const share = family.share(random);
      return (second) => ({ rate: RATE * family.rate(second), share: 0.005 * share(second) });
    });
    const { options } = checkOptions(ratio.options, { part: PART, whole: WHOLE });
    return (budget) => ({
      told: followShares(ratio.compile(options), series, budget).told.length,
      months: days / MONTH_DAYS,
    });
  },
}));

export const COUNTS: readonly SpendingFamily[] = COUNT_FAMILIES.map((family) => ({
  name: family.name,
  draw: (seed, wanted) => {
    const days = Math.min(COUNT_DAYS, wanted);
    const sums = drawCounts({ rate: RATE, family, days, seed });
    const at = (time: number) =>
      sums[Math.min(sums.length - 1, Math.max(0, Math.round((time - COUNT_START) / COUNT_STEP_MS)))] as number;
    const view = { ...NOTHING, count: (_: string, from: number, to: number) => at(to) - at(from) };
    const { options } = checkOptions(count.options, { series: 'x', side: 'both' });
    const endOf = (row: number) => COUNT_START + (row + 1) * COUNT_STEP_MS;
    const steps = { rows: sums.length - 1, endOf, stepMs: COUNT_STEP_MS, viewAt: () => view };
    return (budget) => ({
      told: toldRows(count.compile(options), steps, budget).length,
      months: days / MONTH_DAYS,
    });
  },
}));

/** Of a labelled series: what is told within its labels is right, and no false alarm. */
export function realLevel({ times, values, spans }: LabelledSeries): Spender {
  const stepMs = Math.max(10_000, Math.round(medianGap(times) / 10_000) * 10_000);
  // Of hours, mostly: longer than a step of a watch may be, since sketches do not go back so far.
  const options = { ...checkOptions(level.options, { series: 'x' }).options, step: stepMs };
  const endOf = (row: number) => Math.ceil((times[row] as number) / stepMs + 1) * stepMs;
  const viewAt = (row: number) => figureView(values[row] as number);
  const months = (endOf(values.length - 1) - (times[0] as number)) / DAY_MS / MONTH_DAYS;
  const isLabelled = (row: number) => spans.some(({ first, last }) => row >= first && row <= last + LATE_ROWS);
  return (budget) => {
    const steps = { rows: values.length, endOf, stepMs, viewAt };
    const told = toldRows(level.compile(options), steps, budget).filter((row) => !isLabelled(row));
    return { told: told.length, months };
  };
}

/** What is confirmed is told one or two steps after it was. */
const LATE_ROWS = 2;

function medianGap(times: Float64Array): number {
  const gaps = times
    .subarray(1)
    .map((time, row) => time - (times[row] as number))
    .sort();
  return gaps[gaps.length >> 1] ?? STEP_MS;
}

interface Steps {
  readonly rows: number;
  readonly stepMs: number;
  readonly endOf: (row: number) => number;
  readonly viewAt: (row: number) => WindowView;
}

/** Rows at which a fault fires. */
function toldRows(runner: DetectorRunner, { rows, stepMs, endOf, viewAt }: Steps, budget: number): readonly number[] {
  const told: number[] = [];
  let baseline: unknown;
  let book = emptyBook();
  for (let row = 0; row < rows; row += 1) {
    const now = endOf(row);
    const open = book.faults.length > 0;
    const judgement = runner.judge({ now, source: 'x', view: viewAt(row), baseline, open, budget, offsetMs: 0 });
    baseline = judgement.baseline;
    if (!open && judgement.verdict !== 'bad') continue;
    const finding = judgement.finding && { ...judgement.finding, watch: WATCH.name };
    const judged = [{ watch: WATCH, key: 'x', source: 'x', verdict: judgement.verdict, finding, stepMs }];
    const stepped = stepFaults(book, { now, judged, opening: true });
    if (stepped.transitions.some(({ to }) => to === 'firing')) told.push(row);
    book = stepped.book;
  }
  return told;
}

const WATCH: WatchSpec = {
  ...{ name: 'drawn', detector: '', options: {}, severity: 'warning', clearAfterMs: 300_000, rank: 0 },
  ...{ title: 'drawn', why: '', whatToDo: '' },
};

const NOTHING: WindowView = {
  ...{ keys: () => [], top: () => [], quantile: () => undefined, distinct: () => undefined, from: 0 },
  ...{ firstSeen: () => undefined, lastSeen: () => undefined, count: () => 0, sum: () => ({ count: 0, sum: 0 }) },
};

function figureView(value: number): WindowView {
  return { ...NOTHING, count: () => 1, sum: () => ({ count: 1, sum: value }) };
}

function autoregressive(random: () => number): Draw {
  let value = 0;
  return () => {
    value = 0.9 * value + Math.sqrt(1 - 0.81) * gaussian(random);
    return value;
  };
}
