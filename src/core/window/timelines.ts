/**
 * The steps of one series over all pages of a ring, counts added up from the left: how many observations a range holds
 * is one subtraction, however long it is. Counts are whole numbers and add up exactly; values need not be, so their
 * sums are taken anew step by step, and come out the same wherever and whenever they are taken.
 */
import type { Page, Steps } from './page.ts';
import { type Ring, STEPS_PER_PAGE } from './rings.ts';

/** Steps are numbered from the epoch: step times stepMs is the start of a step. Ranges go from `low` up to but not with `high`. */
export interface Timeline {
  /** Number of its first step. */
  readonly start: number;
  /** At i: all counts before step start + i; the last one is the sum of all. */
  readonly before: Float64Array;
  readonly pages: readonly (Steps | undefined)[];
}

/** Builds the timeline of a series over the pages of this ring; what is in no page is empty. */
export function createTimelines(ring: Ring, pages: ReadonlyMap<number, Page>): (series: string) => Timeline {
  const newest = Math.max(-1, ...pages.keys());
  // A ring holds no more than its pages: what is older was overwritten by now.
  const oldest = Math.max(Math.min(...pages.keys(), newest), newest - ring.pages + 1);
  const inOrder = Array.from({ length: newest - oldest + 1 }, (_, i) => pages.get(oldest + i));

  return (series) => {
    const steps = inOrder.map((page) => page?.series.get(series));
    return steps.every((one) => one === undefined) ? NOTHING : timelineOf(steps, oldest * STEPS_PER_PAGE);
  };
}

const NOTHING: Timeline = { start: 0, before: new Float64Array(1), pages: [] };

function timelineOf(pages: readonly (Steps | undefined)[], start: number): Timeline {
  const before = new Float64Array(pages.length * STEPS_PER_PAGE + 1);
  for (const [page, steps] of pages.entries()) addUp(before, page * STEPS_PER_PAGE, steps?.counts);
  return { start, before, pages };
}

function addUp(before: Float64Array, from: number, counts: Float64Array | undefined): void {
  let total = before[from] ?? 0;
  if (counts === undefined) {
    before.fill(total, from + 1, from + STEPS_PER_PAGE + 1);
    return;
  }
  for (let step = 0; step < STEPS_PER_PAGE; step += 1) {
    total += counts[step] ?? 0;
    before[from + step + 1] = total;
  }
}

/** Observations in the range. */
export function countWithin({ start, before }: Timeline, low: number, high: number): number {
  const end = before.length - 1;
  const from = low <= start ? 0 : low - start;
  const to = high - start < end ? high - start : end;
  return from < to ? (before[to] ?? 0) - (before[from] ?? 0) : 0;
}

/** `sum` with the values of the range added to it, step by step. */
export function addValues(sum: number, timeline: Timeline, low: number, high: number): number {
  let total = sum;
  for (const [page, steps] of timeline.pages.entries()) {
    const zero = timeline.start + page * STEPS_PER_PAGE;
    const end = Math.min(high - zero, STEPS_PER_PAGE);
    for (let step = Math.max(low - zero, 0); steps && step < end; step += 1) total += steps.sums[step] ?? 0;
  }
  return total;
}

/** First step of the range with an observation. */
export function firstWithin(timeline: Timeline, low: number, high: number): number | undefined {
  if (countWithin(timeline, low, high) === 0) return undefined;
  return reached(timeline, countWithin(timeline, timeline.start, low) + 1) - 1;
}

/** Last step of the range with an observation. */
export function lastWithin(timeline: Timeline, low: number, high: number): number | undefined {
  if (countWithin(timeline, low, high) === 0) return undefined;
  return reached(timeline, countWithin(timeline, timeline.start, high)) - 1;
}

/** The first step before which there are at least so many counts. */
function reached({ start, before }: Timeline, count: number): number {
  let low = 0;
  let high = before.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((before[middle] ?? 0) >= count) high = middle;
    else low = middle + 1;
  }
  return start + low;
}
