/** Running totals of a page's series, taken when first asked for and kept as long as the page: a page that is read does not change. */
import type { Page, Steps } from './page.ts';
import { STEPS_PER_PAGE } from './rings.ts';

export interface PageTotals {
  readonly steps: Steps;
  /** At i: the counts of the steps before i, so the last one is all of them. */
  readonly before: readonly number[];
  /** Every value was 1: sums are counts. */
  readonly isCounted: boolean;
}

/** Shared by the views that one reader of pages makes. */
export interface Totals {
  /** Totals of a page by series; undefined where the page has no such series. */
  of(page: Page): (series: string) => PageTotals | undefined;
  /** The page is read no more. */
  drop(page: Page): void;
}

export function createTotals(): Totals {
  // No WeakMap: what it holds would outlive every small collection, and one page a second is thrown away.
  const byPage = new Map<Page, Map<string, PageTotals>>();

  return {
    of(page) {
      const known = byPage.get(page) ?? new Map<string, PageTotals>();
      byPage.set(page, known);
      return (series) => {
        const totals = known.get(series);
        if (totals !== undefined) return totals;
        const steps = page.series.get(series);
        if (steps === undefined) return undefined;
        const counted = totalUp(steps);
        known.set(series, counted);
        return counted;
      };
    },
    drop(page) {
      byPage.delete(page);
    },
  };
}

function totalUp(steps: Steps): PageTotals {
  const { counts, sums } = steps;
  // No typed array: one of this size lies outside the heap, and takes ten times as long to make.
  const before = [0];
  let total = 0;
  let isCounted = true;
  for (let step = 0; step < STEPS_PER_PAGE; step += 1) {
    total += counts[step] ?? 0;
    before.push(total);
    if (counts[step] !== sums[step]) isCounted = false;
  }
  return { steps, before, isCounted };
}
