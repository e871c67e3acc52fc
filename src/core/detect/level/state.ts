/** What is known of a series of numbers: small, stored as it is, the same when it is read back. */
import { LEVEL_SIZE } from './layout.ts';
import { GAPS, type Pace, paceOf, YOUNG_PACE } from './pace.ts';
import { NO_STRAYING, type Straying } from './straying.ts';

/** JSON but for the numbers, whose places are those of layout.ts. */
export interface LevelState {
  readonly numbers: Float32Array;
  pace: Pace;
  /** How far values stray by how many observations they are of. */
  straying: Straying;
  /** Gaps between values, s, until the pace is known. */
  gapsS: readonly number[];
  /** Values learnt. */
  seen: number;
  /** Of the last value, and the same by the clock on the wall. */
  time?: number | undefined;
  localTime?: number | undefined;
  /** The highest score of the alarm that cools down, and at which value it was. */
  peak: number;
  peakAt: number;
  /** Begins of the last generation of the memory that learns everything, and of this one. */
  generations: readonly number[];
}

export function emptyLevel(): LevelState {
  return {
    numbers: new Float32Array(LEVEL_SIZE),
    ...{ pace: YOUNG_PACE, straying: NO_STRAYING, gapsS: [], seen: 0, peak: 0, peakAt: 0, generations: [] },
  };
}

/** Steps change a state in place; whoever keeps the one before steps a copy. `spare` is written over: new memory costs more than a step. */
export function copyLevel(state: LevelState, spare?: Float32Array): LevelState {
  if (spare?.length !== state.numbers.length) return { ...state, numbers: state.numbers.slice() };
  spare.set(state.numbers);
  return { ...state, numbers: spare };
}

/** As it was stored, by whatever version: undefined where its numbers have other places. */
export function asLevel(stored: Partial<LevelState> | undefined): LevelState | undefined {
  if (stored?.numbers?.length !== LEVEL_SIZE) return undefined;
  const level = stored as LevelState;
  if (stored.straying !== undefined) return level;
  const { gapsS } = level;
  return { ...level, straying: NO_STRAYING, pace: gapsS.length < GAPS ? YOUNG_PACE : paceOf(gapsS) };
}
