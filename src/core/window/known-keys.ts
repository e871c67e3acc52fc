/** Which label values the pages of one ring held before: they keep their room when fresh ones come in numbers. */

export interface KnownKeys {
  /** Whether a page before this one held the series. */
  wasBefore(series: string, page: number): boolean;
  /** The page holds the series. */
  note(series: string, page: number): void;
  /** Drops what no page from this one on held. */
  forgetBefore(page: number): void;
}

export function createKnownKeys(): KnownKeys {
  // Bounded by the pages it is told of, each of which holds at most MAX_SERIES_PER_PAGE.
  const seen = new Map<string, { first: number; last: number }>();
  return {
    wasBefore(series, page) {
      const known = seen.get(series);
      return known !== undefined && known.first < page;
    },
    note(series, page) {
      const known = seen.get(series);
      if (!known) seen.set(series, { first: page, last: page });
      else {
        known.first = Math.min(known.first, page);
        known.last = Math.max(known.last, page);
      }
    },
    forgetBefore(page) {
      for (const [series, { last }] of seen) if (last < page) seen.delete(series);
    },
  };
}
