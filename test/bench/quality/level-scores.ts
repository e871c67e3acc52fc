/** The scores of the shipped level detector for whole series, one a row, as its own step gives them. */
import { emptyLevel, stepLevel } from '../../../src/core/detect/level/level.ts';
import type { LabelledSeries } from './labelled-series.ts';

/** What a level detector exports; the robustness part has others than the shipped one. */
export interface LevelModule {
  readonly emptyLevel: typeof emptyLevel;
  readonly stepLevel: typeof stepLevel;
}

const SHIPPED: LevelModule = { emptyLevel, stepLevel };

export function levelScores({ times, values }: LabelledSeries, level = SHIPPED): Float64Array {
  const state = level.emptyLevel();
  return values.map((value, row) => level.stepLevel(state, times[row] as number, value).score);
}
