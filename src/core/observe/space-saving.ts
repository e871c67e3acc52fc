/** The most frequent keys of a stream in bounded memory (Space-Saving, Metwally et al. 2005). */

/** Keys kept per list and ten seconds. */
export const TOP_CAPACITY = 32;

export interface SpaceSaving {
  add(key: string): void;
  /** Counts are lower bounds, exact while there were at most TOP_CAPACITY keys; most counts first, then by key. */
  entries(): readonly (readonly [key: string, count: number])[];
}

export function createSpaceSaving(): SpaceSaving {
  const slots = new Map<string, number>();
  const keys: string[] = [];
  const counts = new Float64Array(TOP_CAPACITY);
  /** What a key took over from the one it replaced: it may be that much too high. */
  const taken = new Float64Array(TOP_CAPACITY);

  let least = 0;
  let cursor = 0;

  /** Counts only grow, so the smallest is looked for from where the last one was found. */
  function smallest(): number {
    for (let tried = 0; tried < TOP_CAPACITY; tried += 1) {
      if (counts[cursor] === least) return cursor;
      cursor = (cursor + 1) % TOP_CAPACITY;
    }
    least = Math.min(...counts);
    cursor = counts.indexOf(least);
    return cursor;
  }

  function place(key: string): number {
    if (keys.length < TOP_CAPACITY) return keys.push(key) - 1;
    const slot = smallest();
    slots.delete(keys[slot] as string);
    keys[slot] = key;
    taken[slot] = counts[slot] as number;
    return slot;
  }

  return {
    add(key) {
      let slot = slots.get(key);
      if (slot === undefined) {
        slot = place(key);
        slots.set(key, slot);
      }
      counts[slot] = (counts[slot] as number) + 1;
    },
    entries() {
      const sure = keys.map((key, slot) => [key, (counts[slot] as number) - (taken[slot] as number)] as const);
      return sure.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    },
  };
}
