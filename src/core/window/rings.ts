/** How long and how finely is kept. A page is one blob in the store: so many steps of everything one source observed. */

export interface Ring {
  /** s and m hold the sums of all series, t what is kept per ten seconds: heavy hitters, histograms, distinct counts, exemplars. */
  readonly name: 's' | 'm' | 't';
  readonly stepMs: number;
  /** Steps of one page. */
  readonly steps: number;
  /** Pages in the ring; page p overwrites page p - pages. */
  readonly pages: number;
  /** Newest pages into which late lines may still come. */
  readonly writable: number;
}

export const STEPS_PER_PAGE = 60;

/** One-second steps for 15 minutes, beside the minute being written and one being read. */
export const SECONDS = {
  name: 's',
  stepMs: 1_000,
  steps: STEPS_PER_PAGE,
  pages: 17,
  writable: 17,
} as const satisfies Ring;

/** One-minute steps for 48 hours, beside the hour being written. */
export const MINUTES = {
  name: 'm',
  stepMs: 60_000,
  steps: STEPS_PER_PAGE,
  pages: 49,
  writable: 2,
} as const satisfies Ring;

/** Sketches of ten seconds each, as long as the seconds: a commit writes those of its ten seconds only, not of a minute. */
export const SKETCHES = { name: 't', stepMs: 10_000, steps: 1, pages: 102, writable: 102 } as const satisfies Ring;

export const RINGS: readonly Ring[] = [SECONDS, MINUTES, SKETCHES];

export function pageMs(ring: Ring): number {
  return ring.stepMs * ring.steps;
}

export function pageOf(ring: Ring, time: number): number {
  return Math.floor(time / pageMs(ring));
}

export function blobName(ring: Ring, page: number): string {
  // Stamps before 1970 have negative pages.
  return `w:${ring.name}:${((page % ring.pages) + ring.pages) % ring.pages}`;
}
