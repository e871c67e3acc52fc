/**
 * When is full what fills up? By the slope of the last hours, if what rose by the same hours on days before does not
 * say that it will fall again: log rotation and backups fill a disk every day, and empty it.
 */
import { medianSorted, quantileSorted } from 'simple-statistics';

/** One value a step; not a number where nothing was seen. Newest last. */
export type FillSamples = Float32Array;

export const FILL_STEP_MS = 600_000;
/** Three days and what the longest look back needs. */
const FILL_SAMPLES = 3 * 144 + 1;
const DAY_STEPS = 144;
/** Spans over which a slope is taken, steps: 1, 2, 4, 8 and 24 h. */
const SPANS = [6, 12, 24, 48, 144] as const;
/** Nothing is foretold for longer than this many times the span it was seen to rise. */
const AHEAD_SPANS = 4;
/** Points a slope is taken of; of longer spans some are left out, since pairs are many. */
const POINTS = 24;
/** A span must be seen by so much of its points. */
const SEEN_PART = 2 / 3;
/** So much of all pairs must rise: in noise half of them do. */
const RISING_PART = 0.75;
/** And each half of the span by so much of the whole slope: a single jump makes half of all pairs rise, and one half flat. */
const HALF_PART = 1 / 3;
/** Days before that are asked whether it falls again. */
const DAYS_BACK = [1, 2] as const;
/** And whether it does within so many times the time to full: what rises steadily comes there a little later, too. */
const AHEAD_SLACK = 1.25;

export interface FillForecast {
  /** Until it is full, ms. */
  readonly leftMs: number;
  /** The span that says so, ms, and how much it rises in an hour. */
  readonly spanMs: number;
  readonly perHour: number;
}

export interface FillAsked {
  readonly full: number;
  /** Least rise within a span, in the unit of the value. */
  readonly minRise: number;
  /** Full later than this is no news, ms; and later than that where no day before is known. */
  readonly withinMs: number;
  readonly youngMs: number;
}

/** Undefined where nothing fills up, or not soon. */
export function forecastFill(samples: FillSamples, asked: FillAsked): FillForecast | undefined {
  for (const span of SPANS) {
    const forecast = forecastBy(samples, span, asked);
    if (forecast !== undefined && isToCome(samples, span, forecast, asked)) return forecast;
  }
  return undefined;
}

export function emptySamples(): FillSamples {
  return new Float32Array(FILL_SAMPLES).fill(Number.NaN);
}

/** With the value of the newest step, `steps` after the last one; those between hold nothing. */
export function takeSample(before: FillSamples, steps: number, value: number): FillSamples {
  const samples = emptySamples();
  if (steps < FILL_SAMPLES) samples.set(before.subarray(steps));
  samples[FILL_SAMPLES - 1] = value;
  return samples;
}

/** Steps between the oldest and the newest value. */
export function seenSteps(samples: FillSamples): number {
  const first = samples.findIndex((value) => !Number.isNaN(value));
  return first < 0 ? 0 : samples.length - 1 - first;
}

function forecastBy(samples: FillSamples, span: number, asked: FillAsked): FillForecast | undefined {
  const now = samples.at(-1) ?? Number.NaN;
  const points = pointsOf(samples, span);
  if (Number.isNaN(now) || points === undefined) return undefined;
  const slopes = slopesOf(points);
  const perStep = medianSorted(slopes);
  if (quantileSorted(slopes, 1 - RISING_PART) <= 0 || perStep * span < asked.minRise) return undefined;
  const middle = points.length >> 1;
  const halves = [points.slice(0, middle + 1), points.slice(middle)];
  if (halves.some((half) => medianSorted(slopesOf(half)) < HALF_PART * perStep)) return undefined;
  const leftMs = (Math.max(0, asked.full - now) / perStep) * FILL_STEP_MS;
  const spanMs = span * FILL_STEP_MS;
  if (leftMs > Math.min(asked.withinMs, AHEAD_SPANS * spanMs)) return undefined;
  return { leftMs, spanMs, perHour: (perStep * 3_600_000) / FILL_STEP_MS };
}

interface Point {
  readonly at: number;
  readonly value: number;
}

/** Of the newest span; undefined where too few were seen. */
function pointsOf(samples: FillSamples, span: number): readonly Point[] | undefined {
  const stride = Math.max(1, span / POINTS);
  const points: Point[] = [];
  for (let back = span; back >= 0; back -= stride) {
    const value = samples.at(-1 - back);
    if (value !== undefined && !Number.isNaN(value)) points.push({ at: -back, value });
  }
  return points.length < SEEN_PART * (span / stride + 1) ? undefined : points;
}

/** Between all pairs of points, in order (Theil 1950, Sen 1968). */
function slopesOf(points: readonly Point[]): number[] {
  return points
    .flatMap(({ at, value }, i) => points.slice(i + 1).map((later) => (later.value - value) / (later.at - at)))
    .sort((a, b) => a - b);
}

/** Do the days before leave it to come? In the first day, when none is known, what comes soon may be told. */
function isToCome(samples: FillSamples, span: number, { leftMs, perHour }: FillForecast, asked: FillAsked): boolean {
  if (seenSteps(samples) < DAY_STEPS) return leftMs <= asked.youngMs;
  const known = DAYS_BACK.map((days) => days * DAY_STEPS).filter((back) => isSeen(samples, back));
  const ahead = Math.ceil(leftMs / FILL_STEP_MS);
  return known.some((back) => !fallsAgain(samples, { back, span, ahead, perHour, full: asked.full }));
}

function isSeen(samples: FillSamples, back: number): boolean {
  return !Number.isNaN(samples.at(-1 - back) ?? Number.NaN);
}

interface DayAsked {
  /** Steps ago that the day before was at this time. */
  readonly back: number;
  readonly span: number;
  /** Steps until it is full by its slope. */
  readonly ahead: number;
  readonly perHour: number;
  readonly full: number;
}

/** As it went on by this time on a day before, with what it is higher than then and rises faster than then: does it stay below full? */
function fallsAgain(samples: FillSamples, { back, span, ahead, perHour, full }: DayAsked): boolean {
  const now = samples.at(-1) ?? Number.NaN;
  const then = samples.at(-1 - back) ?? Number.NaN;
  const before = pointsOf(samples.subarray(0, samples.length - back), span);
  if (Number.isNaN(then)) return false;
  // In the hours after the first day it is known how it went on then, and not how fast it came there.
  const faster = before === undefined ? 0 : (perHour * FILL_STEP_MS) / 3_600_000 - medianSorted(slopesOf(before));
  for (let step = 0; step <= Math.min(ahead * AHEAD_SLACK, back); step += 1) {
    const value = samples.at(-1 - back + step) ?? Number.NaN;
    if (value + (now - then) + faster * step >= full) return false;
  }
  return true;
}
