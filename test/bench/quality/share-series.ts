/** Series of a share as healthy services have them, drawn repeatably, and a view over them that counts by prefix sums. */
import type { WindowView } from '../../../src/core/plugin.ts';
import { chance, gaussian, poisson, T0 } from '../../detectors/traffic.ts';

export const HOUR = 3_600;
export const DAY = 24 * HOUR;
export const PART = 'http.5xx';
export const WHOLE = 'http.requests';

/** Bad and all observations before each second. */
export interface ShareSeries {
  readonly seconds: number;
  readonly part: Float64Array;
  readonly whole: Float64Array;
}

/** How a healthy share and its traffic move: times the usual rate and share, at a second. */
export interface Family {
  readonly name: string;
  readonly rate: (second: number) => number;
  readonly share: (random: () => number) => (second: number) => number;
}

export const FAMILIES: readonly Family[] = [
  { name: 'constant', rate: () => 1, share: () => () => 1 },
  { name: 'wander 10 min', rate: () => 1, share: (random) => wander(random, 600, { sd: 0.5, kept: 0 }) },
  { name: 'wander 2 h', rate: () => 1, share: (random) => wander(random, 60, { sd: 0.5, kept: Math.exp(-1 / 120) }) },
  { name: 'daily traffic', rate: dailyTraffic, share: () => () => 1 },
  { name: 'daily share', rate: dailyTraffic, share: () => dailyShare },
];

/** Log-normal with mean 1, drawn anew every `stepS`; `kept` of the last one stays. */
export function wander(
  random: () => number,
  stepS: number,
  { sd, kept }: { readonly sd: number; readonly kept: number },
): (second: number) => number {
  let z = gaussian(random);
  return (second) => {
    if (second % stepS === 0) z = kept * z + Math.sqrt(1 - kept * kept) * gaussian(random);
    return Math.exp(sd * z - (sd * sd) / 2);
  };
}

/** Begins at noon: twice the mean by day, a tenth of that in the small hours. */
function dailyTraffic(second: number): number {
  return (2 * 10 ** -nightness(second)) / 1.06;
}

/** Fails most at night, when what is left are jobs and bots: between 0.6 and 2.4 times the usual. */
function dailyShare(second: number): number {
  return 0.6 * 4 ** nightness(second);
}

function nightness(second: number): number {
  const hour = (second / HOUR + 12) % 24;
  return (1 + Math.cos((2 * Math.PI * (hour - 4)) / 24)) / 2;
}

export function drawShares(
  seconds: number,
  seed: number,
  at: (random: () => number) => (second: number) => { readonly rate: number; readonly share: number },
): ShareSeries {
  const random = chance(seed);
  const draw = at(random);
  const part = new Float64Array(seconds + 1);
  const whole = new Float64Array(seconds + 1);
  for (let second = 0; second < seconds; second += 1) {
    const { rate, share } = draw(second);
    const all = poisson(rate, random);
    const bad = all === 0 ? 0 : Math.min(all, poisson(all * share, random));
    whole[second + 1] = (whole[second] ?? 0) + all;
    part[second + 1] = (part[second] ?? 0) + bad;
  }
  return { seconds, part, whole };
}

/** As the engine's view over the same seconds: times before the first one hold nothing. */
export function createShareView(series: ShareSeries): { readonly view: WindowView; at(now: number): void } {
  let oldest = 0;
  const before = (sums: Float64Array, time: number): number =>
    sums[Math.max(0, Math.min(series.seconds, Math.ceil((time - T0) / 1_000)))] ?? 0;
  const sumsOf = (name: string) => (name === PART ? series.part : series.whole);
  const count = (name: string, from: number, to: number) => {
    const sums = sumsOf(name);
    return before(sums, to) - before(sums, from);
  };
  const view: WindowView = {
    count,
    sum: (name, from, to) => ({ count: count(name, from, to), sum: count(name, from, to) }),
    keys: () => [],
    firstSeen(name, from, to) {
      for (let time = from; time < to; time += 1_000) if (count(name, time, time + 1_000) > 0) return time;
      return undefined;
    },
    lastSeen: () => undefined,
    quantile: () => undefined,
    distinct: () => undefined,
    top: () => [],
    get from() {
      return oldest;
    },
  };
  return {
    view,
    at(now) {
      oldest = Math.floor(now / 60_000) * 60_000 - 15 * 60_000;
    },
  };
}
