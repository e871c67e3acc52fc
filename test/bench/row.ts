/** What a row of the bench is, and what it is given. */
import type { LogFormat } from './log/answers.ts';
import type { Owning } from './owning.ts';

/** One line of the table. */
export interface Figure {
  readonly name: string;
  /** What issue and design ask for; empty where it stands for comparison only. */
  readonly goal: string;
  readonly measured: string;
  /** Undefined where there is no goal, or no way to tell here. */
  readonly isMet?: boolean | undefined;
  /** The same by others in the same run, or what was done. */
  readonly beside: string;
}

export interface Bench {
  /** Measurements a figure is the median of. */
  readonly runs: number;
  /** Lines of the large logs. */
  readonly lines: number;
  /** Lines that are piped to a replay to see its memory. */
  readonly pipedLines: number;
  /** The built program. */
  readonly main: string;
  /** Empty, removed at the end. */
  readonly folder: string;
  /** The yardstick in C, where there is a compiler. */
  readonly yardstick: string | undefined;
  /** Environment of every linesman; makes profiles where they are wanted. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the log with so many lines is; it is made when first asked for. */
  log(format: LogFormat, lines: number): Promise<string>;
  readonly during: Owning['during'];
  say(progress: string): void;
}

export interface Row {
  /** The word for --only. */
  readonly name: string;
  measure(bench: Bench): Promise<readonly Figure[]>;
}
