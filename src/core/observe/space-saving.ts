/** The most frequent texts of a stream in bounded memory (Space-Saving, Metwally et al. 2005). */

/** Keys kept per list and ten seconds. */
export const TOP_CAPACITY = 32;

export interface SpaceSaving {
  /** Ids by slot, and how many slots are in use. */
  readonly ids: Int32Array;
  size: number;
  readonly counts: Float64Array;
  /** What a key took over from the one it replaced: it may be that much too high. */
  readonly taken: Float64Array;
  least: number;
  cursor: number;
}

export function createSpaceSaving(): SpaceSaving {
  return {
    ids: new Int32Array(TOP_CAPACITY),
    size: 0,
    counts: new Float64Array(TOP_CAPACITY),
    taken: new Float64Array(TOP_CAPACITY),
    least: 0,
    cursor: 0,
  };
}

/** Counts an id; `slots` says by id which slot plus one it has in this list, 0 for none. */
export function addId(list: SpaceSaving, slots: Uint8Array, id: number): void {
  const known = slots[id] as number;
  const slot = known === 0 ? place(list, slots, id) : known - 1;
  list.counts[slot] = (list.counts[slot] as number) + 1;
}

function place(list: SpaceSaving, slots: Uint8Array, id: number): number {
  let slot = list.size;
  if (slot < TOP_CAPACITY) list.size += 1;
  else {
    slot = smallest(list);
    slots[list.ids[slot] as number] = 0;
    list.taken[slot] = list.counts[slot] as number;
  }
  list.ids[slot] = id;
  slots[id] = slot + 1;
  return slot;
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
export function entriesOf(
  list: SpaceSaving,
  textOf: (id: number) => string,
): readonly (readonly [key: string, count: number])[] {
  const sure = Array.from({ length: list.size }, (_, slot) => {
    const count = (list.counts[slot] as number) - (list.taken[slot] as number);
    return [textOf(list.ids[slot] as number), count] as const;
  });
  return sure.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
}
