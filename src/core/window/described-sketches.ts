/** A stored page of sketches as something to look at. */
import { estimateDistinct } from '../observe/distinct.ts';
import { pageMs, SKETCHES } from './rings.ts';
import { partsOf, type SketchPage } from './sketch-page.ts';
import { createSketchView } from './sketch-view.ts';

export interface DescribedSketches {
  /** Epoch ms. */
  readonly from: number;
  readonly to: number;
  readonly histograms: readonly DescribedHistogram[];
  readonly distincts: readonly DescribedDistinct[];
  readonly tops: readonly DescribedTops[];
  readonly exemplars: number;
}

interface DescribedHistogram {
  readonly series: string;
  readonly count: number;
  /** By share: p50 is the value that half of the observations do not exceed. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

interface DescribedDistinct {
  readonly series: string;
  readonly by: string;
  /** About how many different values there were. */
  readonly different: number;
}

interface DescribedTops {
  readonly series: string;
  readonly by: string;
  /** Most counts first. */
  readonly entries: readonly (readonly [key: string, count: number])[];
}

export function describeSketches(page: SketchPage): DescribedSketches {
  const from = page.page * pageMs(SKETCHES);
  const to = from + pageMs(SKETCHES);
  const view = createSketchView([page]);
  const quantile = (series: string, share: number) => view.quantile(series, from, to, share) ?? 0;
  return {
    ...{ from, to, exemplars: page.exemplars.length },
    histograms: [...page.histograms].map(([series, buckets]) => ({
      series,
      count: [...buckets.values()].reduce((sum, count) => sum + count, 0),
      p50: quantile(series, 0.5),
      p95: quantile(series, 0.95),
      p99: quantile(series, 0.99),
    })),
    distincts: [...page.distincts].map(([key, registers]) => ({
      ...partsOf(key),
      different: Math.round(estimateDistinct(registers)),
    })),
    tops: [...page.tops].map(([key, list]) => ({
      ...partsOf(key),
      entries: [...list].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)),
    })),
  };
}
