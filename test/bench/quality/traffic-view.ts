/** What detectors see of drawn traffic: prefix sums for counts; latencies, clients and routes drawn when they are asked for. */
import { BUCKETS, bucketOf, quantileOf } from '../../../src/core/observe/histogram.ts';
import type { WindowView } from '../../../src/core/plugin.ts';
import { chance, gaussian, poisson } from '../../detectors/traffic.ts';
import { START, type Traffic } from './drawn-traffic.ts';

/** Of latencies, in seconds: log-normal. */
const MEDIAN_S = 0.08;
const SPREAD = 0.7;
/** Clients that come again and again, the most frequent of which brings a fiftieth. */
const CLIENTS = 400;
const LISTED = 32;
const BLOCK_S = 10;
/** The seconds ring of a real view. */
const SECONDS_BACK = 16 * 60;
const SCANNER = '203.0.113.66';

/** Sums up to each second, and the next and last second that is not empty. */
interface Line {
  readonly sums: Float64Array;
  readonly last: Int32Array;
}

/** The series of observations/http.yaml that this traffic has; others are empty. */
export function trafficView(traffic: Traffic): (now: number) => WindowView {
  const lines: Readonly<Record<string, Line>> = {
    'http.requests': lineOf(traffic.requests),
    'http.5xx': lineOf(traffic.errors5xx),
    'http.4xx': lineOf(traffic.errors4xx),
    'http.404': lineOf(traffic.errors4xx),
    'http.latency': lineOf(traffic.requests),
  };
  const latencies = createLatencies(traffic);
  const tops = createKept<ReturnType<WindowView['top']>>();
  const index = (time: number) =>
    Math.min(traffic.seconds, Math.max(0, Math.floor((time - START) / 1_000) - traffic.from));
  const count = (series: string, from: number, to: number) => {
    const sums = lines[series]?.sums;
    return sums === undefined ? 0 : (sums[Math.max(index(from), index(to))] as number) - (sums[index(from)] as number);
  };
  const blocks = (from: number, to: number) => ({
    from: Math.floor(index(from) / BLOCK_S),
    to: Math.floor(index(to) / BLOCK_S),
  });
  const view: Omit<WindowView, 'from'> = {
    count,
    sum: (series, from, to) => ({
      count: count(series, from, to),
      sum: latencies.sum(series, blocks(from, to), count(series, from, to)),
    }),
    keys: () => [],
    firstSeen(series, from, to) {
      const line = lines[series];
      for (let at = index(from); line !== undefined && at < index(to); at += 1)
        if ((line.sums[at + 1] as number) > (line.sums[at] as number)) return START + (traffic.from + at) * 1_000;
      return undefined;
    },
    lastSeen(series, from, to) {
      const last = lines[series]?.last[index(to)] ?? -1;
      return last < index(from) ? undefined : START + (traffic.from + last) * 1_000;
    },
    quantile: (series, from, to, share) =>
      series === 'http.latency' ? latencies.quantile(blocks(from, to), share) : undefined,
    distinct: (series, _, from, to) => distinctOf(count(series, from, to), series.length + index(to)),
    top: (series, by, from, to) =>
      tops(`${series} ${by} ${from} ${to}`, () =>
        topsOf({ all: count(series, from, to), scans: scansOf(traffic, index(from), index(to)), by, at: index(to) }),
      ),
  };
  return (now) => ({ ...view, from: now - SECONDS_BACK * 1_000 });
}

function lineOf(counts: Int32Array): Line {
  const sums = new Float64Array(counts.length + 1);
  const last = new Int32Array(counts.length + 1).fill(-1);
  for (let at = 0; at < counts.length; at += 1) {
    sums[at + 1] = (sums[at] as number) + (counts[at] as number);
    last[at + 1] = counts[at] === 0 ? (last[at] as number) : at;
  }
  return { sums, last };
}

interface Blocks {
  readonly from: number;
  readonly to: number;
}

/** The last few that were drawn. */
function createKept<Value>(): (key: string, draw: () => Value) => Value {
  const kept = new Map<string, Value>();
  return (key, draw) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const drawn = draw();
    if (kept.size >= 20) kept.clear();
    kept.set(key, drawn);
    return drawn;
  };
}

/** Blocks are drawn each from its own seed, so that they are the same whoever asks and when. */
function createLatencies(traffic: Traffic) {
  const kept = new Map<number, Uint16Array>();
  const bucketsOf = (block: number): Uint16Array => {
    const known = kept.get(block);
    if (known) return known;
    const drawn = drawLatencies(traffic, block);
    if (kept.size >= 200) kept.delete(kept.keys().next().value ?? 0);
    kept.set(block, drawn);
    return drawn;
  };
  return {
    quantile({ from, to }: Blocks, share: number): number | undefined {
      const counts = new Float64Array(BUCKETS);
      for (let block = from; block < to; block += 1)
        for (const bucket of bucketsOf(block)) (counts[bucket] as number) += 1;
      return quantileOf(counts, share);
    },
    sum(series: string, { from }: Blocks, count: number): number {
      if (series !== 'http.latency') return count;
      return count * MEDIAN_S * Math.exp((SPREAD * SPREAD) / 2) * (traffic.slowness[from * BLOCK_S] ?? 1);
    },
  };
}

function drawLatencies({ requests, slowness, seed, from }: Traffic, block: number): Uint16Array {
  const random = chance(seed * 104_729 + from + block * BLOCK_S);
  const drawn: number[] = [];
  for (let at = block * BLOCK_S; at < (block + 1) * BLOCK_S; at += 1) {
    const middle = MEDIAN_S * (slowness[at] ?? 1);
    for (let one = requests[at] ?? 0; one > 0; one -= 1)
      drawn.push(bucketOf(middle * Math.exp(SPREAD * gaussian(random))));
  }
  return Uint16Array.from(drawn);
}

/** As many different ones of CLIENTS as so many draws give, and the error of the sketch. */
function distinctOf(draws: number, seed: number): number | undefined {
  if (draws === 0) return undefined;
  const random = chance(seed);
  return Math.max(1, CLIENTS * (1 - Math.exp(-draws / CLIENTS)) * (1 + 0.033 * gaussian(random)));
}

function scansOf({ scans }: Traffic, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at += 1) sum += scans[at] as number;
  return sum;
}

/** Shares fall like 1 / (rank + 8); the scanner is listed where it belongs. */
function topsOf({
  all,
  scans,
  by,
  at,
}: {
  all: number;
  scans: number;
  by: string;
  at: number;
}): readonly (readonly [string, number])[] {
  const random = chance(at * 31 + by.length);
  const total = Array.from({ length: CLIENTS }, (_, rank) => 1 / (rank + 8)).reduce((sum, one) => sum + one, 0);
  const usual = Array.from(
    { length: LISTED },
    (_, rank) => [`${by}-${rank}`, poisson((all - scans) / (rank + 8) / total, random)] as const,
  );
  const scanner: readonly (readonly [string, number])[] = by === 'client' && scans > 0 ? [[SCANNER, scans]] : [];
  return [...scanner, ...usual]
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, LISTED);
}
