/**
 * Does the knob mean what it says? Healthy series through shipped detectors at a budget, and faults told in 30 days beside it, each
 * from its first value on, warm-up and all. Where fewer than three alarms are due in all months at the nominal rate, none says
 * little: what was seen is told, and only more than the goal allows is a miss. Real series are healthy where nobody labelled them.
 */
import { type ChartLine, linesChart } from './charts.ts';
import type { GoalRow, Part } from './goal.ts';
import { COUNTS, LEVELS, RATIOS, realLevel, type Spender, type SpendingFamily } from './knob-runs.ts';
import { readServiceMetrics } from './labelled-series.ts';

/** Alarms in 30 days, and of how many rounds: the fewer are due, the more series are needed. */
const BUDGETS = [
  { budget: 4, rounds: 1 },
  { budget: 1, rounds: 3 },
  { budget: 0.25, rounds: 8 },
  { budget: 0.05, rounds: 20 },
];
/** In each round a series of each family. Ratios and counts are judged every ten seconds: fewer of them fit into the time. */
const FULL = { rounds: 20, days: 60, slowRounds: 2, slowDays: 30 };
const QUICK = { rounds: 1, days: 30, slowRounds: 1, slowDays: 4 };
const WITHIN = 3;
const WITHIN_REAL = 5;
const DUE_LEAST = 3;
/** What none is drawn as, on a scale of logarithms. */
const NONE = 0.01;

interface Tally {
  readonly name: string;
  readonly family: string;
  readonly budget: number;
  told: number;
  months: number;
}

interface Task {
  readonly name: string;
  readonly family: string;
  readonly round: number;
  readonly draw: () => Spender;
}

export const knob: Part = {
  name: 'knob',
  weight: { full: 220, quick: 25 },
  setting:
    'level of a figure a minute, ratio and count of 2 observations a second; options as shipped, faults followed by core/decide, warm-up and all',
  run: async ({ data, isQuick, chart, say, goOn }) => {
    const real = data === undefined ? [] : (readServiceMetrics(data) ?? []);
    const drawn = tasksOf(isQuick ? QUICK : FULL);
    const ofReal = real.map((one) => ({ name: REAL, family: one.name, round: 0, draw: () => realLevel(one) }));
    const tasks = [...ofReal, ...drawn];
    const tallies: Tally[] = [];
    let done = 0;
    for (const task of tasks) {
      if (!(await goOn())) break;
      spend(task, tallies, isQuick);
      done += 1;
    }
    say(`${done} of ${tasks.length} series`);
    for (const { name, family, budget, told, months } of tallies.filter((one) => one.name !== REAL))
      say(`${name}, ${family}, at ${budget}: ${told} in ${months.toFixed(1)} months`);
    chart('knob', knobChart(tallies));
    return ['level', 'ratio', 'count', REAL].flatMap((name) =>
      BUDGETS.map(({ budget }) => knobRow(name, budget, tallies)),
    );
  },
};

const REAL = 'level on real series';

function tasksOf({ rounds, days, slowRounds, slowDays }: typeof FULL): readonly Task[] {
  const of = (name: string, families: readonly SpendingFamily[], round: number, length: number): readonly Task[] =>
    families.map(({ name: family, draw }) => ({ name, family, round, draw: () => draw(round + 1, length) }));
  return Array.from({ length: rounds }, (_, round) => [
    ...(round < slowRounds ? [...of('ratio', RATIOS, round, slowDays), ...of('count', COUNTS, round, slowDays)] : []),
    ...of('level', LEVELS, round, days),
  ]).flat();
}

function spend({ name, family, round, draw }: Task, tallies: Tally[], isQuick: boolean): void {
  const spender = draw();
  const isSlow = name === 'ratio' || name === 'count';
  for (const { budget, rounds } of BUDGETS) {
    if (round >= rounds && !isSlow) continue;
    if (isQuick && isSlow && budget !== 1) continue;
    const { told, months } = spender(budget);
    const known = tallies.find((one) => one.name === name && one.family === family && one.budget === budget);
    if (known === undefined) tallies.push({ name, family, budget, told, months });
    else [known.told, known.months] = [known.told + told, known.months + months];
  }
}

function knobRow(name: string, budget: number, tallies: readonly Tally[]): GoalRow {
  const ours = tallies.filter((one) => one.name === name && one.budget === budget);
  const within = name === REAL ? WITHIN_REAL : WITHIN;
  const row = { what: `${name}, false alarms in 30 days at a budget of ${budget}`, goal: `within ${within} x` };
  if (ours.length === 0) return { ...row, measured: 'not measured' };
  const months = sum(ours.map((one) => one.months));
  const told = sum(ours.map((one) => one.told));
  const rate = told / months;
  const worst = Math.max(...ours.map((one) => one.told / one.months));
  const isEnough = budget * months >= DUE_LEAST;
  const times = rate / budget;
  const isMet = times <= within && (!isEnough || times >= 1 / within);
  return {
    ...row,
    measured: `${rate.toFixed(2)} (${told} in ${months.toFixed(0)} months; worst family ${worst.toFixed(2)})`,
    isMet,
    distance: isMet ? undefined : distanceOf(times),
  };
}

function distanceOf(times: number): string {
  if (times === 0) return 'none at all';
  return times > 1 ? `${times.toFixed(1)} x` : `1 / ${(1 / times).toFixed(1)}`;
}

/** A line for each detector, of all its families. */
function knobChart(tallies: readonly Tally[]): string {
  const lines = [...new Set(tallies.map(({ name }) => name))].map((name): ChartLine => {
    const points = BUDGETS.flatMap(({ budget }) => {
      const ours = tallies.filter((one) => one.name === name && one.budget === budget);
      const rate = sum(ours.map(({ told }) => told)) / sum(ours.map(({ months }) => months));
      return ours.length === 0 ? [] : [[budget, Math.max(NONE, rate)] as const];
    });
    return { name, points };
  });
  const ideal = { name: 'nominal', points: BUDGETS.map(({ budget }) => [budget, budget] as const) };
  const y = `given (${NONE}: none)`;
  return linesChart(
    { title: 'False alarms in 30 days: asked for and given', x: 'asked for', y, isLog: true, ideal },
    lines,
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
