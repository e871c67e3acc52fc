/** One figure of a step: what the level of a series is. */
import type { WindowView } from '../../plugin.ts';
import { isSketched, missingNote, type SketchedStatistic, sketchedValue } from '../sketched.ts';

export interface FigureOptions {
  readonly statistic: 'mean' | 'sum' | 'count' | SketchedStatistic;
  readonly of?: string | undefined;
  readonly minCount: number;
}

/** The figure, or why there is none. */
export function figureOf(
  view: WindowView,
  series: string,
  { from, to, ...options }: FigureOptions & { readonly from: number; readonly to: number },
): number | string {
  const { statistic, of, minCount } = options;
  const { count, sum } = view.sum(series, from, to);
  if (count < minCount) return `needs ${minCount - count} more observations to judge`;
  if (!isSketched(statistic)) return statistic === 'count' ? count : statistic === 'sum' ? sum : sum / count;
  return sketchedValue(view, { series, statistic, of }, { from, to }) ?? missingNote(statistic, of);
}
