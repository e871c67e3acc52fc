/** One figure of a step: what the level of a series is. */
import type { WindowView } from '../../plugin.ts';
import { isSketched, missingNote, type SketchedStatistic, sketchedValue } from '../sketched.ts';

export interface FigureOptions {
  readonly statistic: 'mean' | 'sum' | 'count' | SketchedStatistic;
  readonly of?: string | undefined;
  readonly minCount: number;
}

/** `count`: of how many observations it is, where more of them make it surer. */
export interface Figure {
  readonly value: number;
  readonly count: number | undefined;
}

/** The figure, or why there is none. */
export function figureOf(
  view: WindowView,
  series: string,
  { from, to, ...options }: FigureOptions & { readonly from: number; readonly to: number },
): Figure | string {
  const { statistic, of, minCount } = options;
  const { count, sum } = view.sum(series, from, to);
  if (count < minCount) return `needs ${minCount - count} more observations to judge`;
  if (statistic === 'count' || statistic === 'sum')
    return { value: statistic === 'count' ? count : sum, count: undefined };
  const value = isSketched(statistic) ? sketchedValue(view, { series, statistic, of }, { from, to }) : sum / count;
  return value === undefined
    ? missingNote(statistic, of)
    : { value, count: statistic === 'distinct' ? undefined : count };
}
