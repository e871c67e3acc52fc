/**
 * Traffic of a web site that nobody has: Poisson arrivals on a daily and a weekly cycle, wandering load, shares of errors and
 * latencies that wander too. All is drawn from one seed. Begins on a Monday at midnight, UTC.
 */
import { chance, gaussian, poisson } from '../../detectors/traffic.ts';

export const START = Date.UTC(2026, 5, 1);
export const HOUR_S = 3_600;
export const DAY_S = 24 * HOUR_S;

/** Busiest at two in the afternoon, a fifth of that twelve hours later; its mean over a day is 1. */
const DAILY = 0.8;
const DAILY_MEAN = 1.1665;
const PEAK_HOUR = 14;
const WEEKEND = 0.6;
/** Standard deviation of the logarithm, and the time in which what wanders forgets: load, share of errors, latency. */
const LOAD = { sd: 0.1, forgetsS: 1_800 };
const ERRORS = { sd: 0.5, forgetsS: 3_600 };
const LATENCY = { sd: 0.05, forgetsS: 3_600 };
/** What wanders takes a new value this often. */
const WANDER_S = 60;

export const SHARE_5XX = 0.005;
const SHARE_4XX = 0.03;

/** What one second of traffic is made of; an incident changes it. */
export interface Mix {
  /** Requests a second. */
  readonly rate: number;
  readonly share5xx: number;
  readonly share4xx: number;
  /** Times the usual latency. */
  readonly slowness: number;
  /** Requests a second of one more client, all of which end with 404. */
  readonly scans: number;
}

/** Counts a second, and what latencies are drawn with. */
export interface Traffic {
  /** First second, from START. */
  readonly from: number;
  readonly seconds: number;
  readonly requests: Int32Array;
  readonly errors5xx: Int32Array;
  readonly errors4xx: Int32Array;
  /** Those of the scanning client, among requests and 4xx. */
  readonly scans: Int32Array;
  readonly slowness: Float32Array;
  readonly seed: number;
}

/** Of the usual rate, at this second. */
export function cycleAt(second: number): number {
  const hour = (second / HOUR_S) % 24;
  const daily = Math.exp(DAILY * Math.cos((2 * Math.PI * (hour - PEAK_HOUR)) / 24)) / DAILY_MEAN;
  return Math.floor(second / DAY_S) % 7 >= 5 ? daily * WEEKEND : daily;
}

/** A site: what each second of its traffic is made of while it is well. */
export interface Site {
  /** Requests a second in the mean of a working day. */
  readonly rate: number;
  readonly seconds: number;
  readonly seed: number;
  readonly mixAt: (second: number) => Mix;
}

export function createSite({ rate, seconds, seed }: Omit<Site, 'mixAt'>): Site {
  const random = chance(seed);
  const [load, errors, latency] = [LOAD, ERRORS, LATENCY].map((one) => wander(one, seconds, random));
  return {
    ...{ rate, seconds, seed },
    mixAt: (second) => ({
      rate: rate * cycleAt(second) * at(load, second),
      share5xx: SHARE_5XX * at(errors, second),
      share4xx: SHARE_4XX * at(errors, second),
      slowness: at(latency, second),
      scans: 0,
    }),
  };
}

export function drawTraffic({ seconds, seed, mixAt }: Site): Traffic {
  return draw({ from: 0, seconds, seed }, mixAt, chance(seed + 1_000_003));
}

export interface Incident {
  /** Second at which it begins, and how long it is drawn. */
  readonly begins: number;
  readonly seconds: number;
  readonly change: (mix: Mix, second: number) => Mix;
}

/** What goes on instead of the usual traffic of a site from the beginning of an incident on. */
export function drawIncident(site: Site, { begins, seconds, change }: Incident): Traffic {
  const random = chance(site.seed * 7_919 + begins);
  return draw(
    { from: begins, seconds, seed: site.seed },
    (second) => change(site.mixAt(second), second - begins),
    random,
  );
}

function draw(
  { from, seconds, seed }: Pick<Traffic, 'from' | 'seconds' | 'seed'>,
  mixAt: (second: number) => Mix,
  random: () => number,
): Traffic {
  const counts = () => new Int32Array(seconds);
  const drawn = {
    ...{ from, seconds, seed, slowness: new Float32Array(seconds) },
    ...{ requests: counts(), errors5xx: counts(), errors4xx: counts(), scans: counts() },
  };
  for (let index = 0; index < seconds; index += 1) {
    const mix = mixAt(from + index);
    const usual = poisson(mix.rate, random);
    const scans = mix.scans > 0 ? poisson(mix.scans, random) : 0;
    const errors5xx = some(usual, mix.share5xx, random);
    drawn.requests[index] = usual + scans;
    drawn.errors5xx[index] = errors5xx;
    drawn.errors4xx[index] = some(usual - errors5xx, mix.share4xx, random) + scans;
    drawn.scans[index] = scans;
    drawn.slowness[index] = mix.slowness;
  }
  return drawn;
}

function some(all: number, share: number, random: () => number): number {
  let count = 0;
  for (let one = 0; one < all; one += 1) if (random() < share) count += 1;
  return count;
}

/** exp of an Ornstein-Uhlenbeck path, whose mean is 1. */
function wander(
  { sd, forgetsS }: { sd: number; forgetsS: number },
  seconds: number,
  random: () => number,
): Float64Array {
  const keeps = Math.exp(-WANDER_S / forgetsS);
  let value = sd * gaussian(random);
  return Float64Array.from({ length: Math.ceil(seconds / WANDER_S) }, () => {
    value = keeps * value + Math.sqrt(1 - keeps * keeps) * sd * gaussian(random);
    return Math.exp(value - (sd * sd) / 2);
  });
}

function at(path: Float64Array | undefined, second: number): number {
  return path?.[Math.floor(second / WANDER_S)] ?? 1;
}
