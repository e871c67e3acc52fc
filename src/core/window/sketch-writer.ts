/** Adds to a page of sketches, within its room: 32 KiB as stored, besides the exemplars. */
import { mergeDistinct, REGISTERS } from '../observe/distinct.ts';
import type { DistinctCell, Exemplar, HistogramCell, TopCell } from '../types.ts';
import { textLength } from './bytes.ts';
import type { ExemplarRoom } from './exemplar-room.ts';
import { otherOf } from './other.ts';
import { KEY_CHARS_MAX } from './room.ts';
import { DENSE_BYTES } from './sketch-codec.ts';
import { fieldKey, type SketchPage } from './sketch-page.ts';
import { addTop, fit } from './top-list.ts';

/** Bytes of the lists of heavy hitters as stored, shared evenly: 2 KiB each, or less where there are more than eight. */
export const TOPS_BYTES = 16 * 1024;
const LISTS_IN_FULL = 8;
/** Lists a page holds. */
const MAX_TOP_LISTS = 64;
/** Bytes of all histograms as stored; those by label take half of it at most. */
export const HISTOGRAM_BYTES = 8 * 1024;
/** How far behind the last one (two bytes), and how many (three, up to two million values in ten seconds). */
const BUCKET_BYTES = 5;
/** Bytes of all sketches of distinct values as stored; those by label take half of it at most. */
export const DISTINCT_BYTES = 7 * 1024;
/** Of a list or a sketch besides its key: how many there are of what, and in which way. */
const HEAD_BYTES = 3;

/** Each is false when there was no room: a sketch by label then counts under `other`, the rest is lost. */
export interface SketchWriter {
  readonly page: SketchPage;
  addTop(cell: TopCell): boolean;
  addHistogram(cell: HistogramCell): boolean;
  addDistinct(cell: DistinctCell): boolean;
  addExemplar(exemplar: Exemplar): void;
}

export function createSketchWriter(page: SketchPage, exemplars: ExemplarRoom): SketchWriter {
  let histogramBytes = 0;
  for (const [series, counts] of page.histograms) histogramBytes += keyBytes(series) + counts.size * BUCKET_BYTES;
  let distinctBytes = 0;
  for (const key of page.distincts.keys()) distinctBytes += keyBytes(key) + DENSE_BYTES;

  function addTopCell({ series, by, entries }: TopCell): boolean {
    const key = fieldKey(series, by);
    let list = page.tops.get(key);
    if (!list) {
      if (page.tops.size >= MAX_TOP_LISTS || key.length > KEY_CHARS_MAX) return false;
      list = new Map();
      page.tops.set(key, list);
      // The others' shares became smaller.
      if (page.tops.size > LISTS_IN_FULL) for (const [other, one] of page.tops) fit(one, topRoom(other));
    }
    addTop(list, entries, topRoom(key));
    return true;
  }

  function topRoom(key: string): number {
    return Math.floor(TOPS_BYTES / Math.max(LISTS_IN_FULL, page.tops.size)) - keyBytes(key);
  }

  function addBuckets(series: string, buckets: HistogramCell['buckets'], room: number): boolean {
    const known = page.histograms.get(series);
    const fresh = buckets.filter(([bucket]) => !known?.has(bucket)).length;
    const bytes = fresh * BUCKET_BYTES + (known ? 0 : keyBytes(series));
    if (histogramBytes + bytes > room || series.length > KEY_CHARS_MAX) return false;
    histogramBytes += bytes;
    const counts = known ?? new Map<number, number>();
    page.histograms.set(series, counts);
    for (const [bucket, count] of buckets) counts.set(bucket, (counts.get(bucket) ?? 0) + count);
    return true;
  }

  function addRegisters(key: string, registers: Uint8Array, room: number): boolean {
    const known = page.distincts.get(key);
    const bytes = known ? 0 : keyBytes(key) + DENSE_BYTES;
    if (distinctBytes + bytes > room || key.length > KEY_CHARS_MAX) return false;
    distinctBytes += bytes;
    const merged = known ?? new Uint8Array(REGISTERS);
    page.distincts.set(key, merged);
    mergeDistinct(merged, registers);
    return true;
  }

  return {
    page,
    addTop: addTopCell,
    addHistogram({ series, buckets }) {
      const other = otherOf(series);
      if (addBuckets(series, buckets, other === series ? HISTOGRAM_BYTES : HISTOGRAM_BYTES / 2)) return true;
      if (other !== series) addBuckets(other, buckets, HISTOGRAM_BYTES);
      return false;
    },
    addDistinct({ series, by, registers }) {
      const other = otherOf(series);
      const room = other === series ? DISTINCT_BYTES : DISTINCT_BYTES / 2;
      if (addRegisters(fieldKey(series, by), registers, room)) return true;
      if (other !== series) addRegisters(fieldKey(other, by), registers, DISTINCT_BYTES);
      return false;
    },
    addExemplar(exemplar) {
      if (exemplars.admit(exemplar, page.page)) page.exemplars.push(exemplar);
    },
  };
}

function keyBytes(key: string): number {
  return textLength(key) + HEAD_BYTES;
}
