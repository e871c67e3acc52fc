/** The scores of the shipped level detector for whole series, one a row, as its own step gives them. */
import type { LabelledSeries } from './labelled-series.ts';

/** EWMA z. */
export function levelScores({ values }: LabelledSeries): Float64Array {
  let mean = values[0] ?? 0;
  let variance = 0;
  return values.map((value, row) => {
    const off = value - mean;
    const z = variance > 0 && row > 50 ? Math.abs(off) / Math.sqrt(variance) : 0;
    mean += 0.02 * off;
    variance = 0.98 * (variance + 0.02 * off * off);
    return z;
  });
}
