/** What the main thread and a parsing thread say to each other. */
import type { ParseLimits } from '../core/parse/chunk.ts';
import type { PatternSpec } from '../core/parse/pattern.ts';
import type { ParsedSlice } from '../core/parse/slices.ts';
import type { Chunk } from '../core/types.ts';
import type { PackedTally } from './tally-message.ts';

/** Places of the beat: id of the question; RegExps asked for it so far; index of the pattern being asked, or NO_PATTERN; 1 once it has started. */
export const BEAT_ID = 0;
export const BEAT_CALLS = 1;
export const BEAT_PATTERN = 2;
export const BEAT_STARTED = 3;
export const BEAT_LENGTH = 4;
export const NO_PATTERN = -1;

/** How the lines of a source are read. */
export interface Reading {
  readonly timezone: string;
  readonly only?: string | undefined;
}

/** Told apart by `limits`: with them the slice is parsed, without them its first stamp is wanted. */
export interface Question {
  readonly id: number;
  readonly reading: Reading;
  readonly slice: Chunk;
  readonly now: number;
  readonly limits?: ParseLimits | undefined;
  /** A thread came no further in this call of this pattern's RegExp: from that one on the pattern is too slow. */
  readonly stuck?: Stuck | undefined;
}

export interface Stuck {
  readonly pattern: string;
  readonly call: number;
}

export type ToThread =
  /** Comes first. */
  | { readonly kind: 'patterns'; readonly patterns: readonly PatternSpec[]; readonly tooSlow: readonly string[] }
  | { readonly kind: 'ask'; readonly question: Question }
  | { readonly kind: 'tooSlow'; readonly pattern: string }
  | { readonly kind: 'end' };

export interface PackedSlice extends Omit<ParsedSlice, 'tally'> {
  readonly tally: PackedTally;
}

export interface Answer {
  readonly firstTime?: number | undefined;
  readonly parsed?: PackedSlice | undefined;
  /** Beginning of the line at which a thread came no further. */
  readonly stuckLine?: string | undefined;
}
