/** What was answered before: finds changes, and takes a pool whose servers take turns for none. */

/** An answer that came in this time before is one of a pool's, ms. */
const POOL_MS = 30 * 60_000;
/** Different answers remembered. */
const ANSWERS_MAX = 50;

export interface Known {
  /** Records of the first answer. */
  readonly first: readonly string[];
  /** Records of the answer before, where this one is new. */
  readonly before?: readonly string[] | undefined;
}

export interface Answers {
  /** Records sorted. */
  take(records: readonly string[], now: number): Known;
}

export function createAnswers(): Answers {
  let first: readonly string[] | undefined;
  let last: readonly string[] | undefined;
  /** Answer to when it was seen last, longest ago first. */
  const seen = new Map<string, number>();
  return {
    take(records, now) {
      const key = records.join('\n');
      const isKnown = last === undefined || now - (seen.get(key) ?? Number.NEGATIVE_INFINITY) <= POOL_MS;
      const before = isKnown ? undefined : last;
      first ??= records;
      last = records;
      seen.delete(key);
      seen.set(key, now);
      const [oldest = ''] = seen.keys();
      if (seen.size > ANSWERS_MAX) seen.delete(oldest);
      return { first, before };
    },
  };
}
