/**
 * How much a page may hold. What is counted by a label comes from log lines, so an attacker writes it: a page admits
 * label values only as far as its bytes allow, and what was there before goes first. The rest counts under `other`.
 */

/** Bytes of a page of sums as stored: 160 KiB is a size in which Redis' allocator (jemalloc) wastes nothing; 64 for its header. */
export const PAGE_BYTES = 160 * 1024 - 64;
/** Of these, for series by label. What then remains is for the pattern's own series, and for `other`. */
export const LABELLED_BYTES = 128 * 1024;
/** Of these, for label values that no page before had, even where all room was needed before. */
export const FRESH_BYTES = LABELLED_BYTES / 8;
/** Version, ring, page number, and how many series follow. */
const HEADER_BYTES = 16;
export const SERIES_BYTES = PAGE_BYTES - HEADER_BYTES;
/** A longer key counts under `other`. */
export const KEY_CHARS_MAX = 256;
/** Series a page holds; beyond them only the pattern's own, and `other`, come in. */
export const MAX_SERIES_PER_PAGE = 2_000;

/** Own: of no label value. Known: of a label value that a page before had. Fresh: of another one. */
export type Standing = 'own' | 'known' | 'fresh';

/** Bytes that a page's series take as stored. */
export interface Room {
  all: number;
  labelled: number;
  fresh: number;
}

export function emptyRoom(): Room {
  return { all: 0, labelled: 0, fresh: 0 };
}

/** Whether so many bytes more have room. `before` is the room of the page before this one. */
export function hasRoom(room: Room, before: Room | undefined, standing: Standing, bytes: number): boolean {
  if (room.all + bytes > SERIES_BYTES) return false;
  if (standing === 'own') return true;
  if (room.labelled + bytes > LABELLED_BYTES) return false;
  // What was there before will come again: a new value takes what the others left, and an eighth at least.
  const left = Math.max(FRESH_BYTES, LABELLED_BYTES - (before?.labelled ?? 0));
  return standing === 'known' || room.fresh + bytes <= left;
}

export function takeRoom(room: Room, standing: Standing, bytes: number): void {
  room.all += bytes;
  if (standing !== 'own') room.labelled += bytes;
  if (standing === 'fresh') room.fresh += bytes;
}
