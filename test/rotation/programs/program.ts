/** What the bench needs to know of a program that reads logs: how it is started, and what it cannot be asked. */
import type { Need } from '../story.ts';

export interface Program {
  /** Head of its column. */
  readonly name: string;
  /** Undefined where it is not installed. */
  readonly version: () => Promise<string | undefined>;
  readonly has: readonly Need[];
  readonly launch: (task: Task) => Promise<Launch>;
}

export interface Task {
  /** Absolute. */
  readonly globs: readonly string[];
  /** A folder of its own: for its checkpoint and its output. */
  readonly state: string;
  /** False: it must find out by looking. */
  readonly events: boolean;
  /** The line it gave last before it was ended. */
  readonly lastLine: string | undefined;
}

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** A file it writes its lines to; undefined: to its standard output. */
  readonly output?: string;
  /** It says 'ready' on its standard error when it has started; the others get a moment. */
  readonly saysReady: boolean;
}
