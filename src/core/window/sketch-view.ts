/** Reads heavy hitters, exemplars, quantiles and distinct counts out of stored pages of sketches. */
import { estimateDistinct, mergeDistinct, REGISTERS } from '../observe/distinct.ts';
import { BUCKETS, quantileOf } from '../observe/histogram.ts';
import type { EvidenceView } from '../plugin.ts';
import type { Exemplar } from '../types.ts';
import { pageMs, SKETCHES } from './rings.ts';
import { fieldKey, partsOf, type SketchPage } from './sketch-page.ts';

export type SketchView = Pick<EvidenceView, 'quantile' | 'distinct' | 'top' | 'tops' | 'exemplars'>;

const PAGE_MS = pageMs(SKETCHES);

/** Pages of one source; those that are not given count as empty. */
export function createSketchView(pages: readonly SketchPage[]): SketchView {
  const inOrder = pages.toSorted((a, b) => a.page - b.page);
  // A watch asks every second, and the answer changes every ten.
  const answers = new Map<string, number | undefined>();
  const hitters = new Map<string, readonly Hitter[]>();

  /** Those that the range touches. */
  function touched(start: number, end: number): readonly SketchPage[] {
    return inOrder.filter(({ page }) => (page + 1) * PAGE_MS > start && page * PAGE_MS < end);
  }

  /** Those that were over by the end: what the newest one holds so far depends on how far was read. */
  function whole(start: number, end: number): readonly SketchPage[] {
    const [first, last] = [Math.floor(start / PAGE_MS), Math.floor(end / PAGE_MS) - 1];
    return inOrder.filter(({ page }) => page >= first && page <= last);
  }

  function once(asked: readonly (string | number)[], answer: () => number | undefined): number | undefined {
    const key = asked.join('\0');
    if (!answers.has(key)) answers.set(key, answer());
    return answers.get(key);
  }

  return {
    quantile(series, start, end, share) {
      const within = whole(start, end);
      return once([series, share, ...edgesOf(within)], () => quantileOf(mergedBuckets(within, series), share));
    },
    distinct(series, by, start, end) {
      const within = whole(start, end);
      const key = fieldKey(series, by);
      return once([key, ...edgesOf(within)], () => distinctOf(within, key));
    },
    exemplars(series, start, end, limit) {
      const kept = touched(start, end).flatMap((page) => page.exemplars.filter((one) => one.series === series));
      const within = kept.filter(({ time }) => time >= start && time < end).sort(byTime);
      // A line that comes every minute must not take the place of another one.
      return spread([...new Set(within.map(({ line }) => line))], limit);
    },
    top(series, by, start, end) {
      const list = fieldKey(series, by);
      const within = whole(start, end);
      const key = [list, ...edgesOf(within)].join('\0');
      const known = hitters.get(key);
      if (known) return known;
      const totals = new Map<string, number>();
      for (const { tops } of within) addAll(totals, tops.get(list) ?? []);
      const entries = inOrderOf(totals);
      hitters.set(key, entries);
      return entries;
    },
    tops(series, start, end) {
      const byField = new Map<string, Map<string, number>>();
      for (const { tops } of touched(start, end)) {
        for (const [list, keys] of tops) {
          const { series: of, by } = partsOf(list);
          if (of !== series) continue;
          const totals = byField.get(by) ?? new Map<string, number>();
          byField.set(by, totals);
          addAll(totals, keys);
        }
      }
      return [...byField]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([by, totals]) => ({ by, entries: inOrderOf(totals) }));
    },
  };
}

type Hitter = readonly [key: string, count: number];

function addAll(totals: Map<string, number>, more: Iterable<Hitter>): void {
  for (const [key, count] of more) totals.set(key, (totals.get(key) ?? 0) + count);
}

function inOrderOf(totals: ReadonlyMap<string, number>): readonly Hitter[] {
  return [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
}

function edgesOf(pages: readonly SketchPage[]): readonly number[] {
  return [pages[0]?.page ?? -1, pages.at(-1)?.page ?? -1];
}

function mergedBuckets(pages: readonly SketchPage[], series: string): Float64Array {
  const counts = new Float64Array(BUCKETS);
  for (const { histograms } of pages) {
    for (const [bucket, count] of histograms.get(series) ?? []) counts[bucket] = (counts[bucket] as number) + count;
  }
  return counts;
}

function distinctOf(pages: readonly SketchPage[], key: string): number | undefined {
  const sketches = pages.flatMap(({ distincts }) => distincts.get(key) ?? []);
  if (sketches.length === 0) return undefined;
  const registers = new Uint8Array(REGISTERS);
  for (const sketch of sketches) mergeDistinct(registers, sketch);
  return estimateDistinct(registers);
}

function byTime(a: Exemplar, b: Exemplar): number {
  return a.time - b.time;
}

/** At most `limit` of them, evenly over the list, first and last among them. */
function spread<T>(list: readonly T[], limit: number): readonly T[] {
  if (list.length <= limit) return list;
  return Array.from(
    { length: limit },
    (_, i) => list[Math.round((i * (list.length - 1)) / Math.max(1, limit - 1))] as T,
  );
}
