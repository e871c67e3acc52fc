/**
 * False alarms of template where it tells known kinds that come far more often, on drawn logs of 40 kinds that are healthy, and how soon
 * it tells fifty times as many: `node test/bench/quality/calibrate-template.ts [days] [logs of each family]`. From its first table come the
 * limits of src/core/detect/template/more.ts.
 */
import { createMoreBook, judgeMore, type MoreOptions } from '../../../src/core/detect/template/more.ts';
import { chance } from '../../detectors/traffic.ts';

type Random = () => number;

const STEP_MS = 10_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const KINDS = 40;
const TIMES = 50;
const STORM_MS = 6 * HOUR_MS;
const SCORES = [2, 2.5, 3, 3.5, 4, 5, 6];
/** Of 10 s each; a minute ends a fault. */
const WELL_STEPS = 6;
const OPTIONS: MoreOptions = { minTimes: 10, minCount: 20, warmUp: DAY_MS, score: SCORES[0] };
/** At the budget of one of some twenty tests of the digest. */
const SHIPPED: MoreOptions = { minTimes: 10, minCount: 20, warmUp: DAY_MS };
const BUDGET = 0.5;

interface Family {
  readonly name: string;
  /** Mean lines of an event, which come within so long. */
  readonly lines: number;
  readonly withinMs: number;
  /** Lines of one event. */
  readonly heap: (random: Random) => number;
  /** Part of the events that come at this time. */
  readonly curve: (time: number) => number;
}

const ONE = { lines: 1, withinMs: 0, heap: () => 1, curve: () => 1 };

const FAMILIES: readonly Family[] = [
  { ...ONE, name: 'each by itself' },
  { ...ONE, name: 'by day', curve: (time) => 1 - 0.9 * Math.cos((2 * Math.PI * time) / DAY_MS) },
  { ...ONE, name: 'tried again', lines: 1.43, withinMs: 10_000, heap: (random) => 1 + geometric(random, 0.3) },
  { ...ONE, name: 'heaps of 8', lines: 8, withinMs: 600_000, heap: (random) => 1 + geometric(random, 7 / 8) },
  { ...ONE, name: 'heaps, Pareto 1.5', lines: 6, withinMs: 900_000, heap: pareto },
];

/** Lines by kind, step by step. */
type Log = ReadonlyMap<number, ReadonlyMap<string, number>>;

interface Drawn {
  readonly log: Log;
  /** Of the kind that comes more often, on the last day: when, its name, and its lines an hour then. */
  readonly storm: { readonly from: number; readonly kind: string; readonly hourly: number };
}

function drawLog(family: Family, days: number, random: Random): Drawn {
  const log = new Map<number, Map<string, number>>();
  const say = (kind: string, time: number) => {
    const step = Math.floor(time / STEP_MS);
    const counts = log.get(step) ?? new Map<string, number>();
    log.set(step, counts.set(kind, (counts.get(kind) ?? 0) + 1));
  };
  const from = (days - 1) * DAY_MS + random() * (DAY_MS - STORM_MS);
  let hourly = 0;
  for (let i = 0; i < KINDS; i += 1) {
    // From one in eight days to 250 a day; the storm is of one that comes at least once a day.
    const everyMs = DAY_MS / 10 ** (i === 0 ? random() * 2.4 : random() * 3.3 - 0.9);
    // Twice as many, of which the time of day takes half.
    const eventMs = (everyMs * family.lines) / 2;
    for (let time = gap(random, eventMs); time < days * DAY_MS; time += gap(random, eventMs)) {
      if (random() > family.curve(time) / 2) continue;
      for (let line = family.heap(random); line > 0; line -= 1) say(`kind${i}`, time + random() * family.withinMs);
    }
    if (i > 0) continue;
    hourly = (TIMES * HOUR_MS) / everyMs;
    for (let time = from; time < from + STORM_MS; time += gap(random, everyMs / TIMES)) say('kind0', time);
  }
  return { log, storm: { from, kind: 'kind0', hourly } };
}

/** Scores of what was told before the storm. */
function falseScores({ log, storm }: Drawn, days: number): readonly number[] {
  const told: number[] = [];
  let [worst, well] = [0, 0];
  for (const { now, judged } of judge(log, days, OPTIONS)) {
    if (now >= storm.from) break;
    if (judged.verdict === 'bad') [worst, well] = [Math.max(worst, judged.score), 0];
    if (judged.verdict === 'well') well += 1;
    if (well < WELL_STEPS || worst === 0) continue;
    told.push(worst);
    worst = 0;
  }
  return told;
}

function minutesUntilTold({ log, storm }: Drawn, days: number): number | undefined {
  for (const { now, judged } of judge(log, days, SHIPPED)) {
    const isStorm = now > storm.from && judged.found.some(({ template }) => template === storm.kind);
    if (isStorm) return (now - storm.from) / 60_000;
  }
  return undefined;
}

function* judge(log: Log, days: number, options: MoreOptions) {
  let book = createMoreBook(0);
  let [isOpen, well] = [false, 0];
  for (let step = 0; step < (days * DAY_MS) / STEP_MS; step += 1) {
    const entries = [...(log.get(step) ?? [])];
    if (entries.length === 0 && !isOpen) continue;
    const now = (step + 1) * STEP_MS;
    const judged = judgeMore(book, { now, entries, budget: BUDGET, isOpen }, options);
    book = judged.book;
    well = judged.verdict === 'well' ? well + 1 : 0;
    isOpen = judged.verdict === 'bad' || (isOpen && well < WELL_STEPS);
    yield { now, judged };
  }
}

function gap(random: Random, meanMs: number): number {
  return -Math.log(1 - random()) * meanMs;
}

function geometric(random: Random, again: number): number {
  return Math.floor(Math.log(1 - random()) / Math.log(again));
}

function pareto(random: Random): number {
  return Math.min(2_000, Math.ceil(2 * (1 - random()) ** (-1 / 1.5)));
}

if (import.meta.main) {
  const [days = 30, logs = 4] = process.argv.slice(2).map(Number);
  console.log(`| family | months | ${SCORES.join(' | ')} | ${TIMES} times as often |`);
  for (const family of FAMILIES) {
    const drawn = Array.from({ length: logs }, (_, i) => drawLog(family, days, chance(7_919 * (i + 1))));
    const scores = drawn.flatMap((one) => falseScores(one, days));
    const months = ((days - 1) * logs) / 30;
    const monthly = SCORES.map((score) => (scores.filter((one) => one >= score).length / months).toFixed(2));
    const many = drawn.filter(({ storm }) => storm.hourly >= 2 * OPTIONS.minCount);
    const minutes = many.map((one) => minutesUntilTold(one, days)).filter((one) => one !== undefined);
    const median = minutes.sort((a, b) => a - b)[minutes.length >> 1] ?? Number.NaN;
    const found = `${minutes.length} of ${many.length} told, median ${median.toFixed(0)} min`;
    console.log(`| ${[family.name, months.toFixed(1), ...monthly, found].join(' | ')} |`);
  }
}
