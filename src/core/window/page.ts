/** A page of sums: the steps of all series of one source in one minute (or hour), added up in memory. */
import { STEPS_PER_PAGE } from './rings.ts';

export interface Steps {
  readonly counts: Float64Array;
  /** May be the same array as counts as long as no sum differed from its count: counting series take half the room. */
  sums: Float64Array;
}

export interface Page {
  readonly ring: 's' | 'm';
  readonly page: number;
  readonly series: Map<string, Steps>;
}

export function emptyPage(ring: Page['ring'], page: number): Page {
  return { ring, page, series: new Map() };
}

export function emptySteps(): Steps {
  return { counts: new Float64Array(STEPS_PER_PAGE), sums: new Float64Array(STEPS_PER_PAGE) };
}

/** Of a series that only counts, as far as is known. */
export function countingSteps(): Steps {
  const counts = new Float64Array(STEPS_PER_PAGE);
  return { counts, sums: counts };
}
