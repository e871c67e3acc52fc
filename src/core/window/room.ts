/**
 * How much a page may hold. What is counted by a label comes from log lines, so an attacker writes it: a page admits
 * label values only as far as its bytes allow, and what was there before goes first. The rest counts under `other`.
 */

/** Bytes of a page of sums as stored: 160 KiB is a size in which Redis' allocator (jemalloc) wastes nothing; 64 for its header. */
export const PAGE_BYTES = 160 * 1024 - 64;
/** Of these, for series by label. What then remains is for the pattern's own series, and for `other`. */
export const LABELLED_BYTES = 128 * 1024;
/** Of either, for label values that no page before had, even where all was needed before. */
const FRESH_SHARE = 1 / 8;
/** Version, ring, page number, and how many series follow. */
const HEADER_BYTES = 16;
const SERIES_BYTES = PAGE_BYTES - HEADER_BYTES;
/** A longer key counts under `other`. */
export const KEY_CHARS_MAX = 256;
/** Series by label that a page holds. */
export const MAX_SERIES_PER_PAGE = 2_000;

/** Own: of no label value. Known: of a label value that a page before had. Fresh: of another one. */
export type Standing = 'own' | 'known' | 'fresh';

/** Bytes that a page's series take as stored, and how many of them are by label. */
export interface Room {
  all: number;
  labelled: number;
  fresh: number;
  series: number;
  freshSeries: number;
}

export function emptyRoom(): Room {
  return { all: 0, labelled: 0, fresh: 0, series: 0, freshSeries: 0 };
}

/** Whether one series more may come in. */
export function hasPlace(room: Room, before: Room | undefined, standing: Standing): boolean {
  if (standing === 'own') return true;
  if (room.series >= MAX_SERIES_PER_PAGE) return false;
  return standing === 'known' || room.freshSeries < leftOf(MAX_SERIES_PER_PAGE, before?.series);
}

export function takePlace(room: Room, standing: Standing): void {
  if (standing !== 'own') room.series += 1;
  if (standing === 'fresh') room.freshSeries += 1;
}

/** Whether so many bytes more have room. `before` is the room of the page before this one. */
export function hasRoom(room: Room, before: Room | undefined, standing: Standing, bytes: number): boolean {
  if (room.all + bytes > SERIES_BYTES) return false;
  if (standing === 'own') return true;
  if (room.labelled + bytes > LABELLED_BYTES) return false;
  return standing === 'known' || room.fresh + bytes <= leftOf(LABELLED_BYTES, before?.labelled);
}

export function takeRoom(room: Room, standing: Standing, bytes: number): void {
  room.all += bytes;
  if (standing !== 'own') room.labelled += bytes;
  if (standing === 'fresh') room.fresh += bytes;
}

/** What was there before will come again: fresh values take what the others left, and an eighth at least. */
function leftOf(most: number, before = 0): number {
  return Math.max(most * FRESH_SHARE, most - before);
}
