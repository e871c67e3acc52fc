/** What a rotation story is: things that happen to log files, told once and played to any reader. */
import type { SkipCounts } from '../../src/core/types.ts';
import type { LogFolder } from './log-folder.ts';

/** checkpoint: goes on after a restart. globs: finds files that come later. polling: does without file events. */
export type Need = 'checkpoint' | 'globs' | 'polling';

export interface Story {
  /** At most NAME_CHARS, so that the table stays narrow. */
  readonly name: string;
  /** What is to be read, relative to the folder; 'access.log' alone where nothing is said. */
  readonly globs?: readonly string[];
  /** A reader without one of these cannot be asked to do it. */
  readonly needs?: readonly Need[];
  /** So many readers follow the same files; each has to get every line. */
  readonly readers?: number;
  /** Root may read everything: the reader runs as another user. */
  readonly unprivileged?: true;
  /** Only the open file leads to its last lines: a reader that ends in between cannot have them. */
  readonly openFileOnly?: true;
  /** What linesman counts as skipped, beside having every line. */
  readonly skipped?: SkipCounts;
  /** Resolves to false where this machine cannot play it. */
  readonly play: (world: World) => Promise<undefined | boolean>;
}

export const NAME_CHARS = 41;
export const DEFAULT_GLOBS = ['access.log'] as const;

/** What a story can do to the reader. Every wait is a chance to read, but while it is frozen, stalled or stopped. */
export interface Reading {
  /** Begins to read: at the first start from the beginning of what is there, later where it stopped. */
  readonly start: () => Promise<void>;
  /** Ends it in order. */
  readonly stop: () => Promise<void>;
  /** Lets it read what is there. */
  readonly settle: () => Promise<void>;
  /** Lets time pass. Readers that have the system's clock get a few seconds of it at most. */
  readonly pass: (ms: number) => Promise<void>;
  /** It gets no processor at all until thaw. */
  readonly freeze: () => Promise<void>;
  /** What it has read is not taken from it until thaw, as when Redis is away. */
  readonly stall: () => Promise<void>;
  readonly thaw: () => Promise<void>;
}

export type World = LogFolder & Reading;
