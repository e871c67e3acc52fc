/**
 * What docs/detectors/ratio.md says was measured, measured again:
 * `node test/bench/quality/calibrate-ratio.ts [part of a name] [--days N]`. Simulated traffic with Poisson arrivals, repeatable.
 */
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { checkOptions } from '../../../src/config/options.ts';
import type { DetectorRunner, Options } from '../../../src/core/plugin.ts';
import { detector } from '../../../src/detectors/ratio.ts';
import { followShares, highestScore } from './share-faults.ts';
import { DAY, drawShares, FAMILIES, type Family, HOUR, PART, type ShareSeries, WHOLE, wander } from './share-series.ts';

const USUAL = 0.005;
/** Budget of one of twenty tests that share one false alarm a month. */
const BUDGET = 0.05;
/** 5xx of a site, and 4xx, of which nothing is known beforehand: those only up to 20 a second, which takes minutes. */
const SHARES = [
  { usual: USUAL, options: { lasting: 0.25 }, rates: [0.1, 0.2, 2, 20, 200] },
  { usual: 0.05, options: { minLearnt: 100 }, rates: [0.1, 0.2, 2, 20] },
];
/** Standard deviations of the logarithm of a share that wanders over an hour while a creep begins. */
const STRAYS = [0, 0.15, 0.3, 0.5];
/** Scores at which a map is measured: by what is confirmed alone, and with all that would fire at once. */
const SCORES = [4, 5, 5.5, 6, 6.5];
/** Little traffic, requests a second, and budgets of a test among ten, twenty and fifty. */
const LITTLE = [0.05, 0.1, 0.33, 1];
const BUDGETS = [0.1, 0.05, 0.02];
/** All of those have a higher limit: a series that stays below need not be followed for each. */
const QUIET = 5;
/** So much may a score rise in between. */
const UNSEEN = 0.2;
/** Longer series are drawn in pieces. */
const PIECE_DAYS = 10;

export interface RatioRow {
  readonly name: string;
  readonly result: string;
}

/** Rows one by one, since all of it takes minutes; `days` of each healthy series. */
export function* calibrateRatio(part = '', days = 10): Generator<RatioRow> {
  const rows: readonly (readonly [name: string, measure: () => string])[] = [
    ['burst of 30% at 40/s after 60 s of clean traffic', () => burst({ rate: 40, share: 0.3, cleanS: 60 })],
    ['burst of 20% for 2 min at 2/s after a day', () => burst({ rate: 2, share: 0.2, cleanS: DAY })],
    ['burst of 20% for 2 min at 2/s after 2 h', () => burst({ rate: 2, share: 0.2, cleanS: 2 * HOUR })],
    ['burst of 20% for 2 min at 20/s after 2 h', () => burst({ rate: 20, share: 0.2, cleanS: 2 * HOUR })],
    ['burst of 100% for 2 min at 10/min after 2 h', () => burst({ rate: 1 / 6, share: 1, cleanS: 2 * HOUR })],
    ['burst of 25% for 2 min at 20/min after 6 h', () => burst({ rate: 1 / 3, share: 0.25, cleanS: 6 * HOUR })],
    ['creep to 10x over 3 h at 20/s after 2 h', () => creep(2 * HOUR, 0)],
    ...STRAYS.map(
      (sd) => [`creep to 10x over 3 h at 20/s after two days, straying ${sd}`, () => creep(2 * DAY, sd)] as const,
    ),
    ...FAMILIES.map((family) => [`healthy, ${family.name}`, () => healthy(family, SHARES, days)] as const),
    ...LITTLE.flatMap((rate) =>
      FAMILIES.map(
        (family) => [`little, ${rate} a second, ${family.name}`, () => healthy(family, little(rate), days)] as const,
      ),
    ),
    ...FAMILIES.map((family) => [`map, ${family.name}`, () => map(family, days)] as const),
  ];
  for (const [name, measure] of rows) if (name.includes(part)) yield { name, result: measure() };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { days: { type: 'string' } } });
  for (const { name, result } of calibrateRatio(positionals[0], Number(values.days ?? 10))) {
    console.log(`| ${name} | ${result} |`);
  }
}

function compile(options: Options): DetectorRunner {
  return detector.compile(checkOptions(detector.options, { part: PART, whole: WHOLE, ...options }).options);
}

/** Faults told in 30 days at each score: the maps of src/core/detect/share-limits.ts are the means over families. */
function map(family: Family, days: number): string {
  const confirmed = SCORES.map((score) => ({ from: score, options: { score, urgentScore: 300 } }));
  const urgent = SCORES.map((score) => ({ from: score, options: { score, urgentScore: score } }));
  return toldOf(family, { cases: SHARES, settings: [...confirmed, ...urgent], days })
    .map((told, i) => `${i < SCORES.length ? 'confirmed' : 'urgent'} ${SCORES[i % SCORES.length]}: ${told.toFixed(3)}`)
    .join(', ');
}

/** Faults told in 30 days at the budgets that tests mostly have. */
function healthy(family: Family, cases: readonly Case[], days: number): string {
  const settings = BUDGETS.map((budget) => ({ from: QUIET, budget, options: {} }));
  const told = toldOf(family, { cases, settings, days });
  return BUDGETS.map((budget, i) => `${(told[i] ?? 0).toFixed(3)} at a budget of ${budget}`).join(', ');
}

function little(rate: number): readonly Case[] {
  return [{ usual: USUAL, options: {}, rates: [rate] }];
}

interface Case {
  readonly usual: number;
  readonly options: Options;
  readonly rates: readonly number[];
}

interface Told {
  readonly cases: readonly Case[];
  /** Nothing is told of a series whose score stays below `from`. */
  readonly settings: readonly { readonly from: number; readonly budget?: number; readonly options: Options }[];
  readonly days: number;
}

/** Means over rates and shares. Series with little traffic are cheap: four times as much of each. */
function toldOf(family: Family, { cases, settings, days }: Told): readonly number[] {
  const each = cases.flatMap(({ usual, options, rates }) => rates.map((rate) => ({ usual, options, rate })));
  const sums = settings.map(() => 0);
  for (const { usual, options, rate } of each) {
    const pieceDays = Math.min(days, PIECE_DAYS);
    const pieces = Math.ceil(days / pieceDays) * (rate < 20 ? 4 : 1);
    for (let piece = 0; piece < pieces; piece += 1) {
      const series = drawHealthy(family, { rate, usual, days: pieceDays, seed: 1 + piece });
      const highest = highestScore(compile({ ...options, score: 300 }), series) + UNSEEN;
      settings.forEach(({ from, budget = 1, options: more }, i) => {
        if (highest < from) return;
        const { told } = followShares(compile({ ...options, ...more }), series, budget);
        sums[i] = (sums[i] ?? 0) + (told.length * 30) / pieceDays / pieces / each.length;
      });
    }
  }
  return sums;
}

function drawHealthy(
  family: Family,
  {
    rate,
    usual,
    days,
    seed,
  }: { readonly rate: number; readonly usual: number; readonly days: number; readonly seed: number },
): ShareSeries {
  return drawShares(days * DAY, seed, (random) => {
    const share = family.share(random);
    return (second) => ({ rate: rate * family.rate(second), share: usual * share(second) });
  });
}

function burst({ rate, share, cleanS }: { readonly rate: number; readonly share: number; readonly cleanS: number }) {
  const runs = 200;
  const found: number[] = [];
  const told: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const series = drawShares(cleanS + 240, 1_000 + run, () => (second) => ({
      ...{ rate, share: second >= cleanS && second < cleanS + 120 ? share : USUAL },
    }));
    const seen = followShares(compile({}), series, BUDGET);
    const isDuring = (at: number) => at > cleanS && at <= cleanS + 150;
    found.push(
      ...seen.pending
        .filter(isDuring)
        .slice(0, 1)
        .map((at) => at - cleanS),
    );
    told.push(
      ...seen.told
        .filter(isDuring)
        .slice(0, 1)
        .map((at) => at - cleanS),
    );
  }
  return `seen ${delays(found, runs, 's')}; told ${delays(told, runs, 's')}`;
}

function creep(cleanS: number, sd: number): string {
  const runs = 12;
  const told: number[] = [];
  let early = 0;
  for (let run = 0; run < runs; run += 1) {
    const series = drawShares(cleanS + 3 * HOUR, 2_000 + run, (random) => {
      const strays = wander(random, 60, { sd, kept: Math.exp(-1 / 60) });
      return (second) => ({
        ...{ rate: 20, share: USUAL * strays(second) * 10 ** Math.max(0, (second - cleanS) / (3 * HOUR)) },
      });
    });
    const seen = followShares(compile(SHARES[0]?.options ?? {}), series, BUDGET).told;
    early += seen.filter((at) => at <= cleanS).length;
    const first = seen.find((at) => at > cleanS);
    if (first !== undefined) told.push((first - cleanS) / 60);
  }
  const median = [...told].sort((a, b) => a - b)[told.length >> 1] ?? 0;
  const share = (USUAL * 10 ** (median / 180) * 100).toFixed(2);
  const [doubled, floor] = [2, 4].map((times) => (median - 180 * Math.log10(times)).toFixed(0));
  return `told ${delays(told, runs, 'min')}, at ${share}%: ${doubled} min after it had doubled, ${floor} after it passed 2%; ${early} before`;
}

function delays(found: readonly number[], runs: number, unit: string): string {
  const sorted = [...found].sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(0);
  return `${((100 * found.length) / runs).toFixed(0)}%, median ${at(0.5)} ${unit}, p95 ${at(0.95)} ${unit}`;
}
