/** What is added up over ten seconds of event time, for as many of them as lines come from. */

export const TEN_SECONDS_MS = 10_000;

/** Parts of one kind that a tally holds: of all series, lists and ten seconds together. */
export const MAX_PARTS = 512;

/** How many parts there are in all the lists that share it. */
export interface PartCount {
  parts: number;
}

export interface TenSeconds<Part> {
  /** The part that a second belongs to; undefined where there is no room for another one. */
  at(second: number): Part | undefined;
  /** By the start of the ten seconds. */
  readonly parts: ReadonlyMap<number, Part>;
  clear(): void;
}

export function createTenSeconds<Part>(count: PartCount, create: () => Part): TenSeconds<Part> {
  const parts = new Map<number, Part>();
  return {
    at(second) {
      const start = second - (second % TEN_SECONDS_MS);
      const found = parts.get(start);
      if (found !== undefined || count.parts >= MAX_PARTS) return found;
      const made = create();
      parts.set(start, made);
      count.parts += 1;
      return made;
    },
    parts,
    clear: () => parts.clear(),
  };
}
