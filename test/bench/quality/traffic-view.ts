/** What detectors see of drawn traffic: prefix sums for counts; latencies, clients and routes drawn when they are asked for. */
import { BUCKETS, bucketOf, quantileOf } from '../../../src/core/observe/histogram.ts';
import type { WindowView } from '../../../src/core/plugin.ts';
import { chance, gaussian, poisson } from '../../detectors/traffic.ts';
import { START, type Traffic } from './drawn-traffic.ts';

/** Of latencies: log-normal, so that 5% take longer than 0.4 s, of which half as much again is a wait that people notice. */
const SPREAD = 0.7;
const P95_S = 0.4;
const MEDIAN_S = P95_S * Math.exp(-1.645 * SPREAD);
/** Clients that come again and again, the most frequent of which brings a fiftieth. */
const CLIENTS = 400;
const LISTED = 32;
const TOTAL_WEIGHT = Array.from({ length: CLIENTS }, (_, rank) => weightOf(rank)).reduce((sum, one) => sum + one, 0);
const BLOCK_S = 10;
/** The seconds ring of a real view. */
const SECONDS_BACK = 16 * 60;
const SCANNER = '203.0.113.66';

/** Sums before each second and the last second before it that is not empty; `before` has those until this one begins. */
interface Line {
  readonly begins: number;
  readonly sums: Float64Array;
  readonly last: Int32Array;
  readonly before: Line | undefined;
}

/** Traffic that is another one from the beginning of `changed` on. */
interface Course {
  readonly usual: Traffic;
  readonly changed: Traffic;
}

export interface TrafficView {
  /** The same object each time, moved on. */
  at(now: number): WindowView;
  /** What is seen where from the beginning of `changed` on there is that instead. */
  instead(changed: Traffic): TrafficView;
}

/** The series of observations/http.yaml that this traffic has; others are empty. */
export function trafficView(traffic: Traffic): TrafficView {
  return viewOf({ usual: traffic, changed: traffic }, {});
}

function viewOf(course: Course, before: Readonly<Record<string, Line>>): TrafficView {
  const { usual, changed } = course;
  const requests = lineOf(changed, changed.requests, before['http.requests']);
  const errors4xx = lineOf(changed, changed.errors4xx, before['http.4xx']);
  const lines: Readonly<Record<string, Line>> = {
    ...{ 'http.requests': requests, 'http.latency': requests, 'http.4xx': errors4xx, 'http.404': errors4xx },
    'http.5xx': lineOf(changed, changed.errors5xx, before['http.5xx']),
  };
  const latencies = createLatencies(course);
  const tops = createKept<ReturnType<WindowView['top']>>();
  const end = changed.from + changed.seconds;
  const index = (time: number) => Math.min(end, Math.max(0, Math.floor((time - START) / 1_000)));
  const count = (series: string, from: number, to: number) => {
    const line = lines[series];
    return line === undefined ? 0 : sumAt(line, Math.max(index(from), index(to))) - sumAt(line, index(from));
  };
  const blocks = (from: number, to: number) => ({
    from: Math.floor(index(from) / BLOCK_S),
    to: Math.floor(index(to) / BLOCK_S),
  });
  let oldest = 0;
  const view: WindowView = {
    count,
    sum: (series, from, to) => ({
      count: count(series, from, to),
      sum: latencies.sum(series, blocks(from, to), count(series, from, to)),
    }),
    keys: () => [],
    firstSeen(series, from, to) {
      const line = lines[series];
      for (let at = index(from); line !== undefined && at < index(to); at += 1)
        if (sumAt(line, at + 1) > sumAt(line, at)) return START + at * 1_000;
      return undefined;
    },
    lastSeen(series, from, to) {
      const line = lines[series];
      const last = line === undefined ? -1 : lastAt(line, index(to));
      return last < index(from) ? undefined : START + last * 1_000;
    },
    quantile: (series, from, to, share) =>
      series === 'http.latency' ? latencies.quantile(blocks(from, to), share) : undefined,
    distinct: (series, _, from, to) => distinctOf(count(series, from, to), series.length + index(to)),
    top: (series, by, from, to) =>
      tops(`${series} ${by} ${from} ${to}`, () =>
        topsOf({ all: count(series, from, to), scans: scansOf(course, index(from), index(to)), by, at: index(to) }),
      ),
    get from() {
      return oldest;
    },
  };
  return {
    at(now) {
      oldest = now - SECONDS_BACK * 1_000;
      return view;
    },
    instead: (incident) => viewOf({ usual, changed: incident }, lines),
  };
}

function lineOf({ from }: Traffic, counts: Int32Array, before: Line | undefined): Line {
  const sums = new Float64Array(counts.length + 1);
  const last = new Int32Array(counts.length + 1).fill(-1);
  if (before) [sums[0], last[0]] = [sumAt(before, from), lastAt(before, from)];
  for (let at = 0; at < counts.length; at += 1) {
    sums[at + 1] = (sums[at] as number) + (counts[at] as number);
    last[at + 1] = counts[at] === 0 ? (last[at] as number) : from + at;
  }
  return { begins: from, sums, last, before };
}

function sumAt({ begins, sums, before }: Line, index: number): number {
  return (before !== undefined && index < begins ? before.sums[index] : sums[index - begins]) as number;
}

function lastAt({ begins, last, before }: Line, index: number): number {
  return (before !== undefined && index < begins ? before.last[index] : last[index - begins]) as number;
}

/** Which of both has this second, and where. */
function placeOf({ usual, changed }: Course, second: number): { readonly traffic: Traffic; readonly at: number } {
  const traffic = second < changed.from ? usual : changed;
  return { traffic, at: second - traffic.from };
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
function createLatencies(course: Course) {
  const kept = new Map<number, Uint16Array>();
  const bucketsOf = (block: number): Uint16Array => {
    const known = kept.get(block);
    if (known) return known;
    const drawn = drawLatencies(course, block);
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
      const { traffic, at } = placeOf(course, from * BLOCK_S);
      return count * MEDIAN_S * Math.exp((SPREAD * SPREAD) / 2) * (traffic.slowness[at] ?? 1);
    },
  };
}

function drawLatencies(course: Course, block: number): Uint16Array {
  const random = chance(course.usual.seed * 104_729 + block * BLOCK_S);
  const drawn: number[] = [];
  for (let second = block * BLOCK_S; second < (block + 1) * BLOCK_S; second += 1) {
    const { traffic, at } = placeOf(course, second);
    const middle = MEDIAN_S * (traffic.slowness[at] ?? 1);
    for (let one = traffic.requests[at] ?? 0; one > 0; one -= 1)
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

/** Only while something is changed there are any. */
function scansOf({ changed }: Course, from: number, to: number): number {
  let sum = 0;
  for (let second = Math.max(from, changed.from); second < to; second += 1)
    sum += changed.scans[second - changed.from] as number;
  return sum;
}

/** Nearly Poisson, which is enough for tops. */
function drawCount(mean: number, random: () => number): number {
  return mean > 10 ? Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian(random))) : poisson(mean, random);
}

function weightOf(rank: number): number {
  return 1 / (rank + 8);
}

/** Shares fall by rank; the scanner is listed where it belongs. */
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
  const usual = Array.from(
    { length: LISTED },
    (_, rank) => [`${by}-${rank}`, drawCount(((all - scans) * weightOf(rank)) / TOTAL_WEIGHT, random)] as const,
  );
  const scanner: readonly (readonly [string, number])[] = by === 'client' && scans > 0 ? [[SCANNER, scans]] : [];
  return [...scanner, ...usual]
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, LISTED);
}
