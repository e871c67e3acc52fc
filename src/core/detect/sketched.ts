/** Figures that are read out of sketches: percentiles, and how many different values there were. */
import { UserError } from '../errors.ts';
import type { WindowView } from '../plugin.ts';

/** Share of the observations that each percentile is not exceeded by. */
const SHARES = { p50: 0.5, p95: 0.95, p99: 0.99 } as const;

export type SketchedStatistic = keyof typeof SHARES | 'distinct';

export const SKETCHED_STATISTICS: readonly SketchedStatistic[] = ['p50', 'p95', 'p99', 'distinct'];

/** Sketches are kept per ten seconds, read in whole ones, and gone after a quarter of an hour. */
export const SKETCH_STEP_MS = 10_000;
export const SKETCH_BACK_MS = 15 * 60_000;

export function isSketched(statistic: unknown): statistic is SketchedStatistic {
  return SKETCHED_STATISTICS.some((one) => one === statistic);
}

export interface Sketched {
  readonly series: string;
  readonly statistic: SketchedStatistic;
  /** Field whose different values are counted. */
  readonly of?: string | undefined;
}

/** Undefined where nothing such is kept, or was observed. */
export function sketchedValue(
  view: Pick<WindowView, 'quantile' | 'distinct'>,
  { series, statistic, of = '' }: Sketched,
  range: { readonly from: number; readonly to: number },
): number | undefined {
  if (statistic !== 'distinct') return view.quantile(series, range.from, range.to, SHARES[statistic]);
  const different = view.distinct(series, of, range.from, range.to);
  return different === undefined ? undefined : Math.round(different);
}

/** Why there is no such figure. */
export function missingNote(statistic: string, of: string | undefined): string {
  return statistic === 'distinct'
    ? `different values of ${of} are not counted for its series`
    : 'its series has no histogram';
}

/** A field is named where its different values are counted, and nowhere else. Throws UserError('CONFIG'). */
export function checkField(statistic: string, of: string | undefined): void {
  if (statistic === 'distinct' && of === undefined) {
    throw new UserError('CONFIG', 'distinct counts the different values of a field; name it, such as of: client');
  }
  if (statistic !== 'distinct' && of !== undefined) {
    throw new UserError(
      'CONFIG',
      `of goes with distinct only, and the statistic is ${statistic}; leave out one of them`,
    );
  }
}
