/** Reads heavy hitters, exemplars, quantiles and distinct counts out of stored pages of sketches. */
import { estimateDistinct, mergeDistinct, REGISTERS } from '../observe/distinct.ts';
import { BUCKETS, quantileOf } from '../observe/histogram.ts';
import type { EvidenceView } from '../plugin.ts';
import type { Exemplar } from '../types.ts';
import { pageMs, SKETCHES } from './rings.ts';
import { fieldKey, partsOf, type SketchPage } from './sketch-page.ts';

export type SketchView = Pick<EvidenceView, 'quantile' | 'distinct' | 'top' | 'tops' | 'exemplars'>;

const PAGE_MS = pageMs(SKETCHES);
/** Pages whose distinct counts are merged once for all ranges that hold them. */
const BLOCK = 6;

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

  const blocks = new Map<number, readonly SketchPage[]>();

  /** Of six pages in a row, which a range that is read every ten seconds shares with those read before. */
  function blockOf(number: number, key: string): Registers {
    const known = blocks.get(number);
    const within = known ?? inOrder.filter(({ page }) => Math.floor(page / BLOCK) === number);
    if (known === undefined) blocks.set(number, within);
    return mergedOnce(within, key);
  }

  return {
    quantile(series, start, end, share) {
      const within = whole(start, end);
      return once([series, share, ...edgesOf(within)], () => quantileOf(mergedBuckets(within, series), share));
    },
    distinct(series, by, start, end) {
      const within = whole(start, end);
      const key = fieldKey(series, by);
      return once([key, ...edgesOf(within)], () => distinctOf(within, key, blockOf));
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

/** Most counts first, then by name. Most have few counts, so that there are few different ones to compare. */
function inOrderOf(totals: ReadonlyMap<string, number>): readonly Hitter[] {
  const byCount = new Map<number, string[]>();
  for (const [key, count] of totals) {
    const same = byCount.get(count);
    if (same) same.push(key);
    else byCount.set(count, [key]);
  }
  return [...byCount]
    .sort(([a], [b]) => b - a)
    .flatMap(([count, keys]) => keys.sort().map((key): Hitter => [key, count]));
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

/** Undefined where there is no sketch. */
type Registers = Uint8Array | undefined;

interface Merged {
  readonly pages: readonly SketchPage[];
  readonly registers: Map<string, Registers>;
}

/** By their first page, whichever view has them: a page that was read once is the same object in the next view, and is not changed. */
const blocksRead = new WeakMap<SketchPage, Merged>();

function mergedOnce(pages: readonly SketchPage[], key: string): Registers {
  const [first] = pages;
  if (first === undefined) return undefined;
  const known = blocksRead.get(first);
  const isSame = known?.pages.length === pages.length && known.pages.every((page, i) => page === pages[i]);
  const block = isSame ? known : { pages, registers: new Map<string, Registers>() };
  if (!isSame) blocksRead.set(first, block);
  if (!block.registers.has(key)) block.registers.set(key, merge(pages.flatMap((page) => registersOf(page, key))));
  return block.registers.get(key);
}

/** Whole blocks are merged once, and what is left at the edges page by page. */
function distinctOf(
  pages: readonly SketchPage[],
  key: string,
  blockOf: (number: number, key: string) => Registers,
): number | undefined {
  const [first = 0, last = -1] = edgesOf(pages);
  const from = Math.ceil(first / BLOCK);
  const to = Math.floor((last + 1) / BLOCK);
  const inBlocks = Array.from({ length: Math.max(0, to - from) }, (_, i) => blockOf(from + i, key)).filter(
    (one) => one !== undefined,
  );
  const atEdges = pages.filter(({ page }) => page < from * BLOCK || page >= to * BLOCK || to <= from);
  const registers = merge([...inBlocks, ...atEdges.flatMap((page) => registersOf(page, key))]);
  return registers && estimateDistinct(registers);
}

function registersOf({ distincts }: SketchPage, key: string): readonly Uint8Array[] {
  const registers = distincts.get(key);
  return registers ? [registers] : [];
}

function merge(sketches: readonly Uint8Array[]): Registers {
  if (sketches.length === 0) return undefined;
  const registers = new Uint8Array(REGISTERS);
  for (const sketch of sketches) mergeDistinct(registers, sketch);
  return registers;
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
