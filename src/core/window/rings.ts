/** How long and how finely sums are kept. A page is 60 steps of all series of one source, one blob in the store. */

export interface Ring {
  readonly name: 's' | 'm';
  readonly stepMs: number;
  /** Pages in the ring; page p overwrites page p - pages. */
  readonly pages: number;
}

export const STEPS_PER_PAGE = 60;

/** One-second steps for 15 minutes, beside the minute being written and one being read. */
export const SECONDS: Ring = { name: 's', stepMs: 1000, pages: 17 };

/** One-minute steps for 48 hours, beside the hour being written. */
export const MINUTES: Ring = { name: 'm', stepMs: 60_000, pages: 49 };

export const RINGS: readonly Ring[] = [SECONDS, MINUTES];

/** Heavy hitters are kept per ten seconds. */
export const TOP_STEP_MS = 10_000;

export function pageMs(ring: Ring): number {
  return ring.stepMs * STEPS_PER_PAGE;
}

export function pageOf(ring: Ring, time: number): number {
  return Math.floor(time / pageMs(ring));
}

export function blobName(ring: Ring, page: number): string {
  return `w:${ring.name}:${page % ring.pages}`;
}
