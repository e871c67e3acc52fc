/** The value from which a level would have been told. */
import { copyLevel, type LevelState, stepFigure } from './level.ts';

/** A mail shows two or three digits. */
const HALVINGS = 12;

interface LimitSearch {
  /** Before the step. */
  readonly state: LevelState;
  readonly timeMs: number;
  readonly offsetMs: number;
  /** Observations of the figure. */
  readonly count?: number | undefined;
  readonly score: number;
  /** The value that was told, and the usual one, which is not. */
  readonly told: number;
  readonly usual: number;
}

export function levelLimit({ state, timeMs, offsetMs, count, score, told, usual }: LimitSearch): number {
  let from = usual;
  let to = told;
  for (let i = 0; i < HALVINGS; i += 1) {
    const middle = (from + to) / 2;
    if (stepFigure(copyLevel(state), { timeMs, value: middle, count, offsetMs }).raw >= score) to = middle;
    else from = middle;
  }
  return to;
}
