/**
 * The Numenta Anomaly Benchmark's scoring, after Lavin and Ahmad 2015 ("Evaluating real-time anomaly detection algorithms")
 * and the tables its repository publishes: the first alarm in a window gains by how early it is, alarms outside lose by how far
 * they are behind the last window, a missed window loses its weight. One threshold for all series is chosen for each profile.
 */
import type { LabelledSeries } from './labelled-series.ts';

export interface NabProfile {
  readonly name: string;
  readonly hit: number;
  readonly falseAlarm: number;
  readonly miss: number;
}

/** The weights of the repository's config/profiles.json, whose scores are the ones that are published. */
export const NAB_PROFILES: readonly NabProfile[] = [
  { name: 'standard', hit: 1, falseAlarm: 0.11, miss: 1 },
  { name: 'reward low FP', hit: 1, falseAlarm: 0.22, miss: 1 },
  { name: 'reward low FN', hit: 1, falseAlarm: 0.11, miss: 2 },
];

/** Rows at the start of a series that are not scored: this share, and of long series no more than that of LONG rows. */
const PROBATION = 0.15;
const LONG = 5_000;
/** From this many widths behind a window on, an alarm costs its full weight. */
const FAR = 3;

type Layout = Pick<LabelledSeries, 'spans'> & { readonly rows: number };

/** What an alarm on each row weighs, and in which window it lies (-1: none). */
export interface NabRows {
  readonly from: number;
  readonly weights: Float64Array;
  readonly windows: Int32Array;
}

export function probationOf(rows: number): number {
  return Math.floor(Math.min(PROBATION * rows, PROBATION * LONG));
}

export function nabRows({ rows, spans }: Layout, profile: NabProfile): NabRows {
  const weights = new Float64Array(rows);
  const windows = new Int32Array(rows).fill(-1);
  let before: { readonly last: number; readonly width: number } | undefined;
  let next = 0;
  for (let row = 0; row < rows; row += 1) {
    while (next < spans.length && row > (spans[next]?.last ?? 0)) {
      const { first, last } = spans[next] as { first: number; last: number };
      before = { last, width: last - first + 1 };
      next += 1;
    }
    const span = spans[next];
    if (span && row >= span.first) {
      windows[row] = next;
      weights[row] = (profile.hit * scaled(-(span.last - row + 1) / (span.last - span.first + 1))) / scaled(-1);
    } else {
      weights[row] = profile.falseAlarm * scaled(before ? (row - before.last) / (before.width - 1) : FAR);
    }
  }
  return { from: probationOf(rows), weights, windows };
}

/** 1 early in a window, 0 at its end, -1 far behind it. */
function scaled(position: number): number {
  return position >= FAR ? -1 : 2 / (1 + Math.exp(5 * position)) - 1;
}

export interface NabResult {
  /** 0: no alarm at all; 100: each window found on its first row and nothing else. */
  readonly score: number;
  readonly raw: number;
  readonly threshold: number;
  readonly windows: number;
}

/** Scores of a detector for each row of each series, at the threshold that serves this profile best. */
export function scoreNab(layouts: readonly Layout[], scores: readonly Float64Array[], profile: NabProfile): NabResult {
  const series = layouts.map((layout) => nabRows(layout, profile));
  const counted = series.map(({ from, windows }) => new Set(windows.subarray(from).filter((window) => window >= 0)));
  const windows = counted.reduce((sum, { size }) => sum + size, 0);
  const nothing = -profile.miss * windows;
  let raw = nothing;
  let best = { raw, threshold: Number.POSITIVE_INFINITY };
  const gained = counted.map((ones) => new Map([...ones].map((one) => [one, -profile.miss])));
  const order = inOrder(series, scores);
  for (let at = 0; at < order.length; at += 1) {
    const { of, row, score } = order[at] as Ranked;
    const window = series[of]?.windows[row] ?? -1;
    const weight = series[of]?.weights[row] ?? 0;
    const had = gained[of]?.get(window);
    if (had === undefined) raw += weight;
    else if (weight > had) {
      raw += weight - had;
      gained[of]?.set(window, weight);
    }
    // A threshold takes all rows of one score.
    if (order[at + 1]?.score !== score && raw > best.raw) best = { raw, threshold: score };
  }
  const perfect = profile.hit * windows;
  return { score: (100 * (best.raw - nothing)) / (perfect - nothing), ...best, windows };
}

interface Ranked {
  readonly of: number;
  readonly row: number;
  readonly score: number;
}

/** Rows that can be alarms, oddest first. Where a detector says nothing it gives 0, which is no threshold. */
function inOrder(series: readonly NabRows[], scores: readonly Float64Array[]): Ranked[] {
  const ranked: Ranked[] = [];
  for (const [of, { from }] of series.entries()) {
    scores[of]?.forEach((score, row) => {
      if (row >= from && score > 0) ranked.push({ of, row, score });
    });
  }
  return ranked.sort((a, b) => b.score - a.score);
}

/** The score of alarms on these rows of one series, not normalised, as the published tables give it for each file. */
export function rawScore(layout: Layout, alarms: readonly number[], profile: NabProfile): number {
  const { from, weights, windows } = nabRows(layout, profile);
  const found = new Map([...windows.subarray(from)].filter((one) => one >= 0).map((one) => [one, -profile.miss]));
  let outside = 0;
  for (const row of alarms.filter((one) => one >= from)) {
    const window = windows[row] ?? -1;
    const weight = weights[row] ?? 0;
    if (window < 0) outside += weight;
    else found.set(window, Math.max(found.get(window) ?? weight, weight));
  }
  return outside + [...found.values()].reduce((sum, one) => sum + one, 0);
}
