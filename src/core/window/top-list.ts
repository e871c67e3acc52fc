/** Heavy hitters of one series by one field: the most frequent keys, within a number and a room of bytes. */
import { numberLength, textLength } from './bytes.ts';

/** Keys one list keeps. */
export const TOP_KEYS = 32;
/** A count of a key is written in up to so many bytes; greater ones would take more than two million lines in ten seconds. */
const COUNT_BYTES = 3;

/**
 * Merges entries; beyond its bounds the smallest leave (of equal ones the latest), so that a count is a lower bound
 * should its key come back. Returns how many bytes the list has as stored.
 */
export function addTop(
  list: Map<string, number>,
  entries: readonly (readonly [key: string, count: number])[],
  room: number,
): number {
  for (const [key, count] of entries) list.set(key, (list.get(key) ?? 0) + count);
  if (list.size > TOP_KEYS) keepMost(list, TOP_KEYS);
  return fit(list, room);
}

/** Drops the smallest until the list has no more than so many bytes; returns how many it has. */
export function fit(list: Map<string, number>, room: number): number {
  let bytes = 0;
  for (const [key, count] of list) bytes += entryBytes(key, count);
  while (bytes > room && list.size > 0) {
    const [key, count] = smallest(list);
    bytes -= entryBytes(key, count);
    list.delete(key);
  }
  return bytes;
}

function entryBytes(key: string, count: number): number {
  return textLength(key) + Math.max(COUNT_BYTES, numberLength(count));
}

function keepMost(list: Map<string, number>, most: number): void {
  const counts = new Float64Array(list.size);
  let place = 0;
  for (const count of list.values()) {
    counts[place] = count;
    place += 1;
  }
  const least = counts.sort()[list.size - most] as number;
  let surplus = list.size - most;
  const equal: string[] = [];
  for (const [key, count] of list) {
    if (count < least) {
      list.delete(key);
      surplus -= 1;
    } else if (count === least) equal.push(key);
  }
  for (const key of equal.slice(equal.length - surplus)) list.delete(key);
}

function smallest(list: ReadonlyMap<string, number>): readonly [string, number] {
  let least: readonly [string, number] = ['', Number.POSITIVE_INFINITY];
  for (const entry of list) if (entry[1] <= least[1]) least = entry;
  return least;
}
