/** A page of sketches: heavy hitters, histograms, distinct counts and exemplars of one source in ten seconds. */
import type { Exemplar } from '../types.ts';

export interface SketchPage {
  readonly ring: 't';
  readonly page: number;
  /** Counts by key, by `series|field`. */
  readonly tops: Map<string, Map<string, number>>;
  /** Counts by bucket of observe/histogram.ts, by series. */
  readonly histograms: Map<string, Map<number, number>>;
  /** Registers of observe/distinct.ts, by `series|field`. */
  readonly distincts: Map<string, Uint8Array>;
  readonly exemplars: Exemplar[];
}

export function emptySketchPage(page: number): SketchPage {
  return { ring: 't', page, tops: new Map(), histograms: new Map(), distincts: new Map(), exemplars: [] };
}

/** What a list of heavy hitters or a sketch of distinct values is called. */
export function fieldKey(series: string, by: string): string {
  return `${series}|${by}`;
}

/** What was named so. */
export function partsOf(key: string): { readonly series: string; readonly by: string } {
  const bar = key.lastIndexOf('|');
  return { series: key.slice(0, bar), by: key.slice(bar + 1) };
}
