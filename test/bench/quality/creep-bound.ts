/**
 * How soon could anything tell a creep? `node test/bench/quality/creep-bound.ts [share of runs]`
 * A detector that knows what none can know: the law by which the healthy share strays (an Ornstein-Uhlenbeck logarithm), and how the creep
 * grows. It filters the logarithm of the share out of counted errors (Kalman, A New Approach to Linear Filtering, 1960) and adds up the
 * likelihood ratios of creeps that began at each step of the last three hours, which is Shiryaev-Roberts (Pollak, Optimal Detection of a
 * Change in Distribution, 1985), at limits measured on healthy shares. What it takes longer than, no detector does sooner at that budget.
 */
import { chance, gaussian, poisson } from '../../detectors/traffic.ts';

/** Minutes. */
const STEP = 3;
const CREEP = 180;
const FORGETS = 60;
const MONTH = 30 * 1_440;
/** 20 requests a second, of which 0.5% fail, a minute. */
const ERRORS = 6;
const STRAYS = [0, 0.15, 0.3, 0.5];
/** The fewest false alarms in 30 days that can be counted, and what is wanted: limits go on by one decade in the ratio for one in the alarms. */
const COUNTED = 2;
const BUDGETS = [1, 0.05];
const MONTHS = 60;
const RUNS = 400;

const GROWTHS: Readonly<Record<string, (minutes: number) => number>> = {
  'each minute by as much of itself': (minutes) => (Math.LN10 * minutes) / CREEP,
  'each minute by as much': (minutes) => Math.log(1 + (9 * minutes) / CREEP),
};

type Growth = (minutes: number) => number;

/** A creep that began at a step: what the filter has taken in of it, and its likelihood ratio. */
interface Begun {
  readonly at: number;
  taken: number;
  log: number;
}

const part = Number(process.argv[2] ?? 1);
for (const [name, grows] of Object.entries(GROWTHS)) {
  for (const sd of STRAYS) {
    const limit = limitOf(sd, grows, Math.ceil(MONTHS * part));
    for (const budget of BUDGETS) {
      const times = creeps(sd, grows, limit + Math.log(COUNTED / budget));
      const told = times.filter(Number.isFinite).length / times.length;
      const median = times.sort((a, b) => a - b)[times.length >> 1];
      console.log(
        `| grows ${name}, straying ${sd}, budget ${budget} | told ${(100 * told).toFixed(0)}%, median ${median} min |`,
      );
    }
  }
}

/** Logarithm of the summed likelihood ratios after each step. */
function* ratios(
  random: () => number,
  { sd, grows, from }: { sd: number; grows: Growth; from: number },
): Generator<number> {
  const keeps = Math.exp(-STEP / FORGETS);
  const moves = sd * sd * (1 - keeps * keeps);
  let strayed = sd * gaussian(random);
  let [level, unsure] = [0, sd * sd];
  let begun: Begun[] = [];
  for (let step = 0; ; step += 1) {
    strayed = keeps * strayed + Math.sqrt(moves) * gaussian(random);
    const crept = step < from ? 0 : grows((step - from) * STEP);
    const counted = poisson(ERRORS * STEP * Math.exp(strayed + crept), random) + 0.5;
    level *= keeps;
    unsure = keeps * keeps * unsure + moves;
    const variance = unsure + 1 / counted;
    const gain = unsure / variance;
    const surprise = Math.log(counted / (ERRORS * STEP)) - level;
    begun = [...begun.filter(({ at }) => (step - at) * STEP < CREEP), { at: step, taken: 0, log: 0 }];
    let sum = 0;
    for (const one of begun) {
      one.taken *= keeps;
      const due = grows((step - one.at) * STEP) - one.taken;
      one.log += (surprise * due - (due * due) / 2) / variance;
      one.taken += gain * due;
      sum += Math.exp(Math.min(500, one.log));
    }
    level += gain * surprise;
    unsure *= 1 - gain;
    yield Math.log(sum);
  }
}

/** The limit that healthy shares pass COUNTED times in 30 days: of the highest ratios in each three hours. */
function limitOf(sd: number, grows: Growth, months: number): number {
  const highest: number[] = [];
  let [steps, most] = [0, Number.NEGATIVE_INFINITY];
  for (const ratio of ratios(chance(1), { sd, grows, from: Number.POSITIVE_INFINITY })) {
    most = Math.max(most, ratio);
    steps += 1;
    if (steps % (CREEP / STEP) === 0) {
      highest.push(most);
      most = Number.NEGATIVE_INFINITY;
    }
    if (steps * STEP >= months * MONTH) break;
  }
  return highest.sort((a, b) => b - a)[Math.round(COUNTED * months)] ?? Number.POSITIVE_INFINITY;
}

/** Minutes from its beginning until a creep passes the limit; Infinity where it does not before it ends. */
function creeps(sd: number, grows: Growth, limit: number): number[] {
  const from = 100;
  return Array.from({ length: RUNS }, (_, run) => {
    let step = 0;
    for (const ratio of ratios(chance(1_000 + run), { sd, grows, from })) {
      step += 1;
      if (step > from && ratio > limit) return (step - from) * STEP;
      if ((step - from) * STEP >= CREEP) break;
    }
    return Number.POSITIVE_INFINITY;
  });
}
