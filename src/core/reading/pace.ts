/** How far the reading of a source is behind its writing. */
import type { FileRecord } from '../types.ts';
import { unreadOf } from './unread.ts';

/** Rounds come once a second; so much later than the last one nothing is late yet. */
const ROUNDS_APART_MS = 5_000;
/** More than this without a line's end is no beginning of a line: longer lines are stepped over. */
const LINE_BYTES_MAX = 1024 * 1024;

export interface Pace {
  /** All lines whose end was written before this time have been taken. */
  readonly caughtUpAt: number;
  /** When a line was taken last. */
  readonly linesAt?: number | undefined;
}

/** What of a round says how reading keeps up. Times in epoch ms. */
export interface PacedRound {
  readonly startedAt: number;
  readonly lines: number;
  /** It took what it found, the store has it, and nothing that was there could not be read. */
  readonly leftNothing: boolean;
}

export function paceAfter(pace: Pace, round: PacedRound): Pace {
  return {
    caughtUpAt: round.leftNothing ? round.startedAt : pace.caughtUpAt,
    linesAt: round.lines > 0 ? round.startedAt : pace.linesAt,
  };
}

/** How long ago everything written was taken, ms; 0 while reading keeps up. */
export function lagMs({ caughtUpAt }: Pace, now: number): number {
  const age = now - caughtUpAt;
  return age <= ROUNDS_APART_MS ? 0 : age;
}

/**
 * Whether some of what is unread cannot be read now. The beginning of a line may stay unread for ever, and is not meant:
 * it is what is left when nothing complains about its file.
 */
export function isBlocked(files: readonly FileRecord[], problems: readonly string[]): boolean {
  return files.some((file) => {
    const unread = unreadOf(file);
    if (unread === 0 || file.missing !== undefined) return false;
    return unread > LINE_BYTES_MAX || isNamed(file, problems);
  });
}

/** Whether a problem is about this file: sentences quote the name. */
export function isNamed({ name }: FileRecord, problems: readonly string[]): boolean {
  return problems.some((sentence) => sentence.includes(`'${name}'`));
}
