/** What goes wrong in the injected suite, how long it is watched, and what is wanted. */
import { HOUR_S, type Incident, type Mix, SHARE_5XX } from './drawn-traffic.ts';

export interface IncidentKind {
  readonly name: string;
  /** Requests a second of the sites it is tried on. */
  readonly rates: readonly number[];
  /** How long it is watched: what is told later is not found. */
  readonly seconds: (rate: number) => number;
  readonly change: Incident['change'];
  /** Tried at one of so many times only, where it takes long; absent: at each. */
  readonly oneOf?: number;
  /** What goes into the digest counts as told: it wakes nobody, and is no news either. */
  readonly isForDigest?: boolean;
  /** Share of all that must be told, in how long in the median; undefined: shown beside the goals. */
  readonly goal?: { readonly share: number; readonly medianS?: number; readonly rates: readonly number[] } | undefined;
}

const BURST_S = 120;
const CREEP_S = 3 * HOUR_S;
const CREEP_TIMES = 10;

const CREEP_OF_5XX: IncidentKind = {
  name: 'creep of 5xx to 10x over 3 h',
  rates: [20],
  seconds: () => CREEP_S,
  oneOf: 2,
  change: (mix, second) => ({ ...mix, share5xx: mix.share5xx * CREEP_TIMES ** (second / CREEP_S) }),
  goal: { share: 0.95, medianS: 35 * 60, rates: [20] },
};

/** The watch that it concerns, and when it has reached a share. */
export const CREEP = {
  kind: CREEP_OF_5XX,
  watch: 'http.5xx.burst',
  usual: SHARE_5XX,
  secondsTo: (share: number) => (CREEP_S * Math.log(share / SHARE_5XX)) / Math.log(CREEP_TIMES),
};

export const INCIDENTS: readonly IncidentKind[] = [
  {
    name: '5xx burst, 20% for 2 min',
    rates: [0.1, 2, 20],
    seconds: () => BURST_S + 30,
    change: (mix, second) => (second < BURST_S ? { ...mix, share5xx: 0.2 } : mix),
    goal: { share: 0.99, medianS: 20, rates: [2, 20] },
  },
  CREEP_OF_5XX,
  {
    name: 'traffic drop of 90%, within 1 min',
    rates: [2, 20],
    seconds: () => 60,
    change: (mix) => ({ ...mix, rate: mix.rate / 10 }),
    goal: { share: 0.85, rates: [2, 20] },
  },
  {
    name: 'absence of all lines',
    rates: [0.1, 2, 20],
    seconds: (rate) => (rate < 1 ? 2 * HOUR_S : 600),
    change: (mix) => ({ ...mix, rate: 0 }),
    goal: { share: 1, rates: [0.1, 2, 20] },
  },
  {
    name: 'latency x 1.5 for 10 min',
    rates: [2, 20],
    seconds: () => 600,
    change: (mix) => ({ ...mix, slowness: mix.slowness * 1.5 }),
    goal: { share: 0.9, medianS: 180, rates: [20] },
  },
  {
    name: 'scanner, as many 404s as requests (digest)',
    isForDigest: true,
    rates: [0.1, 2, 20],
    seconds: () => 600,
    change: (mix: Mix) => ({ ...mix, scans: Math.max(0.5, mix.rate) }),
  },
];
