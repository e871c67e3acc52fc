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

/** Arrays that one block of memory is cut into, at first and at most. */
const CUT_FIRST = 4;
const CUT_MOST = 64;

/** Gives arrays of steps for one page, cut from greater ones: one by itself lies outside the heap, and takes ten times as long to make. */
export function createStepArrays(): () => Float64Array {
  let cut = CUT_FIRST;
  let block = new Float64Array(0);
  let at = 0;
  return () => {
    if (at === block.length) {
      block = new Float64Array(cut * STEPS_PER_PAGE);
      cut = Math.min(CUT_MOST, cut * 2);
      at = 0;
    }
    at += STEPS_PER_PAGE;
    return block.subarray(at - STEPS_PER_PAGE, at);
  };
}
