/** A page: the steps, heavy hitters and exemplars of one source in one minute (or hour), added up in memory. */
import type { Exemplar, TopCell } from '../types.ts';
import { pageMs, type Ring, STEPS_PER_PAGE, TOP_STEP_MS } from './rings.ts';

/** Series a page holds; further ones are counted as over the limit. */
export const MAX_SERIES_PER_PAGE = 2_000;
/** Keys one heavy-hitter list keeps. */
export const TOP_KEYS = 32;
/** Heavy-hitter lists (series and field) a page holds. */
export const MAX_TOP_LISTS = 64;
/** Exemplars kept for one series in one page, and for all of them. */
export const EXEMPLARS_PER_SERIES = 5;
export const EXEMPLARS_PER_PAGE = 200;

export interface Steps {
  readonly counts: Float64Array;
  readonly sums: Float64Array;
}

/** Counts by key for each ten seconds of a page; the index is the slot. */
export type TopSlots = Map<number, Map<string, number>>;

export interface Page {
  readonly ring: Ring['name'];
  readonly page: number;
  readonly series: Map<string, Steps>;
  /** By `series|field`. */
  readonly tops: Map<string, TopSlots>;
  readonly exemplars: Exemplar[];
}

export function emptyPage(ring: Ring['name'], page: number): Page {
  return { ring, page, series: new Map(), tops: new Map(), exemplars: [] };
}

export function emptySteps(): Steps {
  return { counts: new Float64Array(STEPS_PER_PAGE), sums: new Float64Array(STEPS_PER_PAGE) };
}

/** Adds to one step; false when the page has no room for another series. */
export function addToStep(page: Page, series: string, step: number, count: number, sum: number): boolean {
  let steps = page.series.get(series);
  if (!steps) {
    if (page.series.size >= MAX_SERIES_PER_PAGE) return false;
    steps = emptySteps();
    page.series.set(series, steps);
  }
  steps.counts[step] = (steps.counts[step] ?? 0) + count;
  steps.sums[step] = (steps.sums[step] ?? 0) + sum;
  return true;
}

/** Merges heavy hitters; beyond TOP_KEYS the smallest leaves, so its count is a lower bound should it come back. */
export function addTop(page: Page, ring: Ring, top: TopCell): void {
  const list = `${top.series}|${top.by}`;
  let slots = page.tops.get(list);
  if (!slots) {
    if (page.tops.size >= MAX_TOP_LISTS) return;
    slots = new Map();
    page.tops.set(list, slots);
  }
  const slot = Math.floor((top.time - page.page * pageMs(ring)) / TOP_STEP_MS);
  const keys = slots.get(slot) ?? new Map<string, number>();
  slots.set(slot, keys);
  for (const [key, count] of top.entries) keys.set(key, (keys.get(key) ?? 0) + count);
  while (keys.size > TOP_KEYS) keys.delete(smallest(keys));
}

export function addExemplar(page: Page, exemplar: Exemplar): void {
  if (page.exemplars.length >= EXEMPLARS_PER_PAGE) return;
  const same = page.exemplars.filter((kept) => kept.series === exemplar.series).length;
  if (same < EXEMPLARS_PER_SERIES) page.exemplars.push(exemplar);
}

function smallest(keys: ReadonlyMap<string, number>): string {
  let least = '';
  let count = Number.POSITIVE_INFINITY;
  for (const [key, value] of keys) {
    if (value > count) continue;
    least = key;
    count = value;
  }
  return least;
}
