/**
 * How a detector does on real service metrics that have a label a sample. Here
 * - an event is an unbroken run of labelled rows; it is found by an alarm from one row before its start to five rows after its end;
 * - an alarm is a row whose score reaches the threshold; one that finds no event is a false alarm;
 * - the first 3 days of a series of an hour a row, and the first day of one of a minute a row, are exempt: alarms there do not
 *   count, nor do events that end there;
 * - precision is events found / (events found + false alarms), recall is events found / events, over all series together and at
 *   one threshold for all; the area is that of average precision (each gain of recall times the precision at it);
 * - a series-week is a week of one series that is not exempt.
 */
import type { LabelledSeries, Span } from './labelled-series.ts';

const BEFORE = 1;
const AFTER = 5;
const HOUR_MS = 3_600_000;
const EXEMPT_DAYS = { hourly: 3, minutely: 1 };
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

export interface CurvePoint {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
  /** False alarms a series-week. */
  readonly falseRate: number;
}

export interface ServiceResult {
  readonly area: number;
  readonly events: number;
  readonly seriesWeeks: number;
  /** Falling thresholds. */
  readonly curve: readonly CurvePoint[];
}

/** Scores of a detector for each row of each series; 0 where it says nothing. */
export function scoreService(series: readonly LabelledSeries[], scores: readonly Float64Array[]): ServiceResult {
  const exempt = series.map(exemptRows);
  const counted = series.map(({ spans }, of) => spans.filter(({ last }) => last >= (exempt[of] ?? 0)));
  const events = counted.reduce((sum, { length }) => sum + length, 0);
  const seriesWeeks = series.reduce((sum, one, of) => sum + weeksOf(one, exempt[of] ?? 0), 0);
  const order = series
    .flatMap((_, of) => alarmsOf(scores[of] ?? new Float64Array(), exempt[of] ?? 0, of))
    .sort((a, b) => b.score - a.score);
  const found = counted.map((spans) => spans.map(() => false));
  const curve: CurvePoint[] = [];
  let hits = 0;
  let falseAlarms = 0;
  for (const [at, { of, row, score }] of order.entries()) {
    const near = (counted[of] ?? []).flatMap((span, index) => (isNear(span, row) ? [index] : []));
    if (near.length === 0) falseAlarms += 1;
    for (const index of near) {
      const ofSeries = found[of] as boolean[];
      if (ofSeries[index]) continue;
      ofSeries[index] = true;
      hits += 1;
    }
    if (order[at + 1]?.score === score) continue;
    const precision = hits / Math.max(1, hits + falseAlarms);
    curve.push({ threshold: score, precision, recall: hits / events, falseRate: falseAlarms / seriesWeeks });
  }
  const area = curve.reduce(
    (sum, { recall, precision }, at) => sum + (recall - (curve[at - 1]?.recall ?? 0)) * precision,
    0,
  );
  return { area, events, seriesWeeks, curve };
}

/** The most events that are found at a threshold with no more false alarms a series-week than this. */
export function recallAt({ curve }: ServiceResult, falseRate: number): number {
  return Math.max(0, ...curve.filter((point) => point.falseRate <= falseRate).map(({ recall }) => recall));
}

function isNear({ first, last }: Span, row: number): boolean {
  return row >= first - BEFORE && row <= last + AFTER;
}

function alarmsOf(scores: Float64Array, from: number, of: number) {
  return [...scores.entries()]
    .filter(([row, score]) => row >= from && score > 0)
    .map(([row, score]) => ({ of, row, score }));
}

function exemptRows({ times }: LabelledSeries): number {
  const gaps = [...times.subarray(1)].map((time, row) => time - (times[row] ?? 0)).sort((a, b) => a - b);
  const days = (gaps[gaps.length >> 1] ?? 0) >= HOUR_MS ? EXEMPT_DAYS.hourly : EXEMPT_DAYS.minutely;
  const row = times.findIndex((time) => time >= (times[0] ?? 0) + days * DAY_MS);
  return row < 0 ? times.length : row;
}

function weeksOf({ times }: LabelledSeries, from: number): number {
  return Math.max(0, ((times.at(-1) ?? 0) - (times[from] ?? times.at(-1) ?? 0)) / WEEK_MS);
}
