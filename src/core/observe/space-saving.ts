/**
 * The most frequent texts of a stream in bounded memory (Space-Saving, Metwally et al. 2005). A list keeps the bytes of
 * its texts, and finds them by their hashes in a table of 256 places, so that all a line touches stays in a processor's
 * first cache. Bytes are compared: texts made to have one hash are told apart, after TOP_CAPACITY looks at most.
 */
import { ABSENT_TEXT } from './block.ts';
import { KEY_BYTES, type ListedTexts } from './listed-texts.ts';

/** Keys kept per list and ten seconds. */
export const TOP_CAPACITY = 32;
const PLACES = 256;
/** In chains of slots, which are slot numbers plus one. */
const END = 0;

export interface SpaceSaving {
  /** How many slots are in use. */
  size: number;
  readonly counts: Float64Array;
  /** What a key took over from the one it replaced: it may be that much too high. */
  readonly taken: Float64Array;
  /** Of the text of each slot: its hash, its length in bytes, and the bytes, KEY_BYTES a slot. */
  readonly keys: Int32Array;
  readonly lengths: Int32Array;
  readonly kept: Uint8Array;
  /** The same bytes. */
  readonly view: DataView;
  /** Chains of the slots whose hashes end alike. */
  readonly heads: Uint8Array;
  readonly nexts: Uint8Array;
  least: number;
  cursor: number;
}

export function createSpaceSaving(): SpaceSaving {
  const kept = new Uint8Array(TOP_CAPACITY * KEY_BYTES);
  return {
    size: 0,
    counts: new Float64Array(TOP_CAPACITY),
    taken: new Float64Array(TOP_CAPACITY),
    keys: new Int32Array(TOP_CAPACITY),
    lengths: new Int32Array(TOP_CAPACITY),
    kept,
    view: new DataView(kept.buffer),
    heads: new Uint8Array(PLACES),
    nexts: new Uint8Array(TOP_CAPACITY),
    least: 0,
    cursor: 0,
  };
}

/** An empty list again. */
export function clearSpaceSaving(list: SpaceSaving): void {
  list.size = 0;
  list.counts.fill(0);
  list.taken.fill(0);
  list.heads.fill(END);
  list.least = 0;
  list.cursor = 0;
}

/** Rows of a series. */
export interface SomeRows {
  readonly at: Int32Array;
  readonly from: number;
  readonly to: number;
}

/** Counts the texts of the rows at[from, to) that have one. */
export function addTexts(list: SpaceSaving, texts: ListedTexts, { at, from, to }: SomeRows): void {
  const { counts } = list;
  const { lengths } = texts;
  for (let index = from; index < to; index += 1) {
    const row = at[index] as number;
    if (lengths[row] === ABSENT_TEXT) continue;
    const slot = slotOf(list, texts, row);
    counts[slot] = (counts[slot] as number) + 1;
  }
}

/** Counts the text of a row, which so many have. */
export function addText(list: SpaceSaving, texts: ListedTexts, row: number, count = 1): void {
  const slot = slotOf(list, texts, row);
  list.counts[slot] = (list.counts[slot] as number) + count;
}

function slotOf(list: SpaceSaving, texts: ListedTexts, row: number): number {
  const { keys, nexts } = list;
  const key = texts.keys[row] as number;
  let link = list.heads[key & (PLACES - 1)] as number;
  while (link !== END && !(keys[link - 1] === key && isKept(list, link - 1, texts, row)))
    link = nexts[link - 1] as number;
  return link === END ? place(list, texts, row) : link - 1;
}

/** Bytes that are read at once. */
const WORD = 4;

function isKept({ lengths, view: kept }: SpaceSaving, slot: number, texts: ListedTexts, row: number): boolean {
  const length = texts.lengths[row] as number;
  if (lengths[slot] !== length) return false;
  const { view } = texts.memory;
  const start = texts.starts[row] as number;
  const at = slot * KEY_BYTES;
  let index = 0;
  for (; index <= length - WORD; index += WORD)
    if (kept.getInt32(at + index) !== view.getInt32(start + index)) return false;
  for (; index < length; index += 1) if (kept.getInt8(at + index) !== view.getInt8(start + index)) return false;
  return true;
}

function place(list: SpaceSaving, texts: ListedTexts, row: number): number {
  let slot = list.size;
  if (slot < TOP_CAPACITY) list.size += 1;
  else {
    slot = smallest(list);
    unlink(list, slot);
    list.taken[slot] = list.counts[slot] as number;
  }
  keep(list, slot, texts, row);
  return slot;
}

function unlink({ keys, heads, nexts }: SpaceSaving, slot: number): void {
  const place = (keys[slot] as number) & (PLACES - 1);
  const after = nexts[slot] as number;
  let link = heads[place] as number;
  if (link === slot + 1) {
    heads[place] = after;
    return;
  }
  while (nexts[link - 1] !== slot + 1) link = nexts[link - 1] as number;
  nexts[link - 1] = after;
}

function keep(list: SpaceSaving, slot: number, texts: ListedTexts, row: number): void {
  const { keys, lengths, view: kept, heads, nexts } = list;
  const { view } = texts.memory;
  const key = texts.keys[row] as number;
  const start = texts.starts[row] as number;
  const length = texts.lengths[row] as number;
  const at = slot * KEY_BYTES;
  let index = 0;
  for (; index <= length - WORD; index += WORD) kept.setInt32(at + index, view.getInt32(start + index));
  for (; index < length; index += 1) kept.setInt8(at + index, view.getInt8(start + index));
  keys[slot] = key;
  lengths[slot] = length;
  nexts[slot] = heads[key & (PLACES - 1)] as number;
  heads[key & (PLACES - 1)] = slot + 1;
}

/** Counts only grow, so the smallest is looked for from where the last one was found. */
function smallest(list: SpaceSaving): number {
  const { counts } = list;
  for (let tried = 0; tried < TOP_CAPACITY; tried += 1) {
    if (counts[list.cursor] === list.least) return list.cursor;
    list.cursor = (list.cursor + 1) % TOP_CAPACITY;
  }
  let first = 0;
  for (let slot = 1; slot < TOP_CAPACITY; slot += 1)
    if ((counts[slot] as number) < (counts[first] as number)) first = slot;
  list.least = counts[first] as number;
  list.cursor = first;
  return first;
}

/** Counts are lower bounds, exact while there were at most TOP_CAPACITY keys; most counts first, then by key. */
export function entriesOf(list: SpaceSaving): readonly (readonly [key: string, count: number])[] {
  const sure = Array.from({ length: list.size }, (_, slot) => {
    const count = (list.counts[slot] as number) - (list.taken[slot] as number);
    return [textOf(list, slot), count] as const;
  });
  return sure.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function textOf({ kept, lengths }: SpaceSaving, slot: number): string {
  const start = slot * KEY_BYTES;
  return decoder.decode(kept.subarray(start, start + (lengths[slot] as number)));
}
