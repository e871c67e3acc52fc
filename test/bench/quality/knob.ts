/**
 * Does the knob mean what it says? Healthy series through shipped detectors at a budget, and faults told in 30 days beside it. Half
 * of the months are the first of their series, warm-up and all. Where fewer than three alarms are due in all months at the
 * nominal rate, none says little: what was seen is told, and only more than the goal allows is a miss.
 */

import { checkOptions } from '../../../src/config/options.ts';
import { emptyBook } from '../../../src/core/decide/book.ts';
import { stepFaults } from '../../../src/core/decide/faults.ts';
import type { DetectorRunner, WatchSpec, WindowView } from '../../../src/core/plugin.ts';
import { detector as count } from '../../../src/detectors/count.ts';
import { detector as level } from '../../../src/detectors/level.ts';
import { detector as ratio } from '../../../src/detectors/ratio.ts';
import { chance, gaussian, poisson } from '../../detectors/traffic.ts';
import { FAMILIES as COUNT_FAMILIES, drawCounts } from './calibrate-count.ts';
import { type ChartLine, linesChart } from './charts.ts';
import type { GoalRow, Part } from './goal.ts';
import { followShares } from './share-faults.ts';
import { drawShares, PART, FAMILIES as SHARE_FAMILIES, WHOLE } from './share-series.ts';

const START = Date.UTC(2026, 5, 1);
const DAY_MS = 86_400_000;
const MONTH_DAYS = 30;
const STEP_MS = 60_000;
/** Alarms in 30 days, and the series of two months each that are drawn for it. */
const BUDGETS = [
  { budget: 4, series: 1 },
  { budget: 1, series: 3 },
  { budget: 0.25, series: 8 },
  { budget: 0.05, series: 20 },
];
const WITHIN = 3;
const MONTHS_A_SERIES = 2;
/** Ratios and counts are judged every ten seconds: fewer of them fit into the time. */
const SLOW_SERIES = { full: 1, quick: 0 };
const DUE_LEAST = 3;
/** Of calibrate-count.ts; its clocks change after 26 days. */
const COUNT_START = Date.UTC(2026, 2, 2);
const COUNT_STEP_MS = 10_000;
const COUNT_DAYS = 26;

type Draw = (row: number) => number;

const LEVELS: Readonly<Record<string, (random: () => number) => Draw>> = {
  Gaussian: (random) => () => 50 + gaussian(random),
  'AR(1) .9': (random) => autoregressive(random),
  Poisson: (random) => () => poisson(5, random),
  'log-normal': (random) => () => Math.exp(gaussian(random)),
  'Pareto 2.5': (random) => () => (1 - random()) ** (-1 / 2.5),
};

export const knob: Part = {
  name: 'knob',
  setting:
    'level of a figure a minute; ratio and count at 2 observations a second; options as shipped, faults followed by core/decide',
  run: ({ isQuick, chart, say }) => {
    const lines: ChartLine[] = [];
    const rows = BUDGETS.map(({ budget, series }) => {
      const runs = isQuick ? Math.max(1, Math.round(series / 8)) : series;
      const told = Object.entries(LEVELS).map(([name, family]) => ({ name, rate: levelRate(family, budget, runs) }));
      for (const { name, rate } of told) addPoint(lines, name, budget, rate);
      say(`level at ${budget}: ${told.map(({ name, rate }) => `${name} ${rate.toFixed(2)}`).join(', ')}`);
      return knobRow(
        'level',
        budget,
        told.map(({ rate }) => rate),
        runs * MONTHS_A_SERIES * told.length,
      );
    });
    const slow = isQuick ? SLOW_SERIES.quick : SLOW_SERIES.full;
    const slowRows =
      slow === 0
        ? []
        : BUDGETS.flatMap(({ budget }) => {
            const shares = SHARE_FAMILIES.map((family, at) => ratioRate(family, budget, at + 1));
            const counts = COUNT_FAMILIES.map((family, at) => countRate(family, budget, at + 1));
            addPoint(lines, 'ratio, all families', budget, mean(shares));
            addPoint(lines, 'count, all families', budget, mean(counts));
            say(
              `at ${budget}: ratio ${shares.map((rate) => rate.toFixed(2)).join(' ')}, count ${counts.map((rate) => rate.toFixed(2)).join(' ')}`,
            );
            return [knobRow('ratio', budget, shares, shares.length), knobRow('count', budget, counts, counts.length)];
          });
    const ideal = { name: 'nominal', points: BUDGETS.map(({ budget }) => [budget, budget] as const) };
    chart(
      'knob',
      linesChart(
        {
          title: 'False alarms in 30 days: asked for and given',
          x: 'asked for',
          y: 'given (0.01: none)',
          isLog: true,
          ideal,
        },
        lines,
      ),
    );
    return [...rows, ...slowRows];
  },
};

function addPoint(lines: ChartLine[], name: string, budget: number, rate: number): void {
  const point = [budget, Math.max(0.01, rate)] as const;
  const at = lines.findIndex((line) => line.name === name);
  if (at < 0) lines.push({ name, points: [point] });
  else lines[at] = { name, points: [...(lines[at]?.points ?? []), point] };
}

function knobRow(detector: string, budget: number, rates: readonly number[], months: number): GoalRow {
  const rate = mean(rates);
  const times = rate / budget;
  const isEnough = budget * months >= DUE_LEAST;
  const isMet = times <= WITHIN && (!isEnough || times >= 1 / WITHIN);
  return {
    what: `${detector}, false alarms in 30 days at a budget of ${budget}`,
    goal: `within ${WITHIN} x`,
    measured: `${rate.toFixed(2)} (worst family ${Math.max(...rates).toFixed(2)}; ${months} months)`,
    isMet,
    distance: isMet
      ? undefined
      : times > 1
        ? `${times.toFixed(1)} x`
        : rate === 0
          ? 'none at all'
          : `1 / ${(1 / times).toFixed(1)}`,
  };
}

function levelRate(family: (random: () => number) => Draw, budget: number, runs: number): number {
  const rows = (MONTHS_A_SERIES * MONTH_DAYS * DAY_MS) / STEP_MS;
  const { options } = checkOptions(level.options, { series: 'x', step: STEP_MS });
  let told = 0;
  for (let run = 1; run <= runs; run += 1) {
    const draw = family(chance(run * 7_919));
    const viewAt = (row: number) => figureView(draw(row));
    told += toldOf(level.compile(options), { start: START, stepMs: STEP_MS, rows, budget, viewAt });
  }
  return told / (runs * MONTHS_A_SERIES);
}

interface Drawn {
  readonly start: number;
  readonly stepMs: number;
  readonly rows: number;
  readonly budget: number;
  readonly viewAt: (row: number) => WindowView;
}

/** Faults that fire, followed at each step of the detector. */
function toldOf(runner: DetectorRunner, { start, stepMs, rows, budget, viewAt }: Drawn): number {
  let baseline: unknown;
  let book = emptyBook();
  let told = 0;
  for (let row = 1; row <= rows; row += 1) {
    const now = start + row * stepMs;
    const open = book.faults.length > 0;
    const judgement = runner.judge({ now, source: 'x', view: viewAt(row), baseline, open, budget, offsetMs: 0 });
    baseline = judgement.baseline;
    if (!open && judgement.verdict !== 'bad') continue;
    const finding = judgement.finding && { ...judgement.finding, watch: WATCH.name };
    const judged = [{ watch: WATCH, key: 'x', source: 'x', verdict: judgement.verdict, finding, stepMs }];
    const stepped = stepFaults(book, { now, judged, opening: true });
    told += stepped.transitions.filter(({ to }) => to === 'firing').length;
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

/** A month each. */
function ratioRate(family: (typeof SHARE_FAMILIES)[number], budget: number, seed: number): number {
  const runner = ratio.compile(checkOptions(ratio.options, { part: PART, whole: WHOLE }).options);
  const series = drawShares((MONTH_DAYS * DAY_MS) / 1_000, seed, (random) => {
    const share = family.share(random);
    return (second) => ({ rate: 2 * family.rate(second), share: 0.005 * share(second) });
  });
  return followShares(runner, series, budget).told.length;
}

function countRate(family: (typeof COUNT_FAMILIES)[number], budget: number, seed: number): number {
  const sums = drawCounts({ rate: 2, family, days: COUNT_DAYS, seed });
  const at = (time: number) =>
    sums[Math.min(sums.length - 1, Math.max(0, Math.round((time - COUNT_START) / COUNT_STEP_MS)))] as number;
  const view = { ...NOTHING, count: (_: string, from: number, to: number) => at(to) - at(from) };
  const runner = count.compile(checkOptions(count.options, { series: 'x' }).options);
  const drawn = { start: COUNT_START, stepMs: COUNT_STEP_MS, rows: sums.length - 1, budget, viewAt: () => view };
  return (toldOf(runner, drawn) * MONTH_DAYS) / COUNT_DAYS;
}

function autoregressive(random: () => number): Draw {
  let value = 0;
  return () => {
    value = 0.9 * value + Math.sqrt(1 - 0.81) * gaussian(random);
    return value;
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
