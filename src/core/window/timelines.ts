/**
 * The steps of one series over all pages of a ring, counts added up from the left: how many observations a range holds
 * is one subtraction, however long it is. Counts are whole numbers and add up exactly; values need not be, so their
 * sums are taken anew step by step, and come out the same wherever and whenever they are taken.
 */
import type { Page } from './page.ts';
import type { PageTotals, Totals } from './page-totals.ts';
import { type Ring, STEPS_PER_PAGE } from './rings.ts';

/** Steps are numbered from the epoch: step times stepMs is the start of a step. Ranges go from `low` up to but not with `high`. */
export interface Timeline {
  count(low: number, high: number): number;
  /** Every value was 1: sums are counts. */
  readonly isCounted: boolean;
  /** `sum` with the values of the range added to it, step by step. */
  addValues(sum: number, low: number, high: number): number;
  /** First / last step of the range with an observation. */
  first(low: number, high: number): number | undefined;
  last(low: number, high: number): number | undefined;
}

/** Timelines by series over the pages of this ring, each built when it is asked for; what is in no page is empty. */
export function createTimelines(
  ring: Ring,
  pages: ReadonlyMap<number, Page>,
  totals: Totals,
): (series: string) => Timeline {
  const newest = Math.max(-1, ...pages.keys());
  // A ring holds no more than its pages: what is older was overwritten by now.
  const oldest = Math.max(Math.min(...pages.keys(), newest), newest - ring.pages + 1);
  const inOrder = Array.from({ length: newest - oldest + 1 }, (_, i) => {
    const page = pages.get(oldest + i);
    return page && totals.of(page);
  });
  const known = new Map<string, Timeline>();

  return (series) => {
    let timeline = known.get(series);
    if (timeline === undefined) {
      timeline = createTimeline(
        oldest * STEPS_PER_PAGE,
        inOrder.map((totalsOf) => totalsOf?.(series)),
      );
      known.set(series, timeline);
    }
    return timeline;
  };
}

function createTimeline(start: number, pages: readonly (PageTotals | undefined)[]): Timeline {
  const length = pages.length * STEPS_PER_PAGE;
  /** At i: all counts before page i. */
  const beforePage = [0];
  let total = 0;
  for (const page of pages) {
    total += page?.before[STEPS_PER_PAGE] ?? 0;
    beforePage.push(total);
  }

  /** Index of a step, held within the timeline. */
  function indexOf(step: number): number {
    return Math.min(Math.max(step - start, 0), length);
  }

  /** All counts before the step with this index. */
  function before(index: number): number {
    const page = Math.floor(index / STEPS_PER_PAGE);
    return (beforePage[page] ?? 0) + (pages[page]?.before[index - page * STEPS_PER_PAGE] ?? 0);
  }

  /** The least index before which there are at least so many counts. */
  function reached(count: number): number {
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (before(middle) >= count) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  return {
    isCounted: pages.every((page) => page?.isCounted !== false),
    count: (low, high) => (high > low ? before(indexOf(high)) - before(indexOf(low)) : 0),
    addValues(sum, low, high) {
      let total = sum;
      for (let i = indexOf(low); i < indexOf(high); i += 1) {
        const page = Math.floor(i / STEPS_PER_PAGE);
        total += pages[page]?.steps.sums[i - page * STEPS_PER_PAGE] ?? 0;
      }
      return total;
    },
    first(low, high) {
      const [from, to] = [indexOf(low), indexOf(high)];
      return to > from && before(to) > before(from) ? start + reached(before(from) + 1) - 1 : undefined;
    },
    last(low, high) {
      const [from, to] = [indexOf(low), indexOf(high)];
      return to > from && before(to) > before(from) ? start + reached(before(to)) - 1 : undefined;
    },
  };
}
