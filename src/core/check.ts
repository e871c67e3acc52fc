/** What a check exports, one file a kind in src/checks: it asks whether something is there and well, and says what is wrong. */
import type { MachinePlaces, OptionSpecs, Options } from './plugin.ts';
import type { Severity } from './types.ts';

/** One thing that can be wrong, as a mail says it. Written by us, or from linesman.yaml with its secrets taken out. */
export interface CauseSpec {
  /** A clause for subject and title: 'Process worker is not running', without a full stop. */
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  /** With a command that can be typed as it is. */
  readonly whatToDo: string;
}

/** Cause to what is said of it. The name is lower case with dashes: 'missing', 'expires-soon'. */
export type Causes = Readonly<Record<string, CauseSpec>>;

/** `bad` of the last `of` readings make a fault. */
export interface Confirm {
  readonly bad: number;
  readonly of: number;
}

/** One answer. */
export interface CheckReading {
  /** One of the causes of the check; undefined: all is well. */
  readonly cause?: string | undefined;
  /** One sentence with what was seen, well or not: 'Nothing listens on 127.0.0.1:3000 (ECONNREFUSED).' No secrets in it. */
  readonly said: string;
  /** More sentences that a mail shows below it, few. */
  readonly lines?: readonly string[] | undefined;
  /** Numbers worth keeping: series check.NAME of this check. */
  readonly figures?: Readonly<Record<string, number>> | undefined;
  /** What changed since the last reading without being wrong: 'Process api was restarted: 4711 is now 4812.' Shown near log faults. */
  readonly changes?: readonly string[] | undefined;
}

export interface CheckRunner {
  /** What it looks at, for people: 'process api', 'https://shop.example.com/health'. No secrets in it. */
  readonly target: string;
  readonly causes: Causes;
  /** Rejects only by a bug: what the world does is a reading. The signal ends it; who does not end by then hangs, which is told. */
  run(signal: AbortSignal): Promise<CheckReading>;
}

export interface CheckPlugin {
  /** Its kind, as linesman.yaml names it. */
  readonly name: string;
  readonly describe: string;
  readonly options: OptionSpecs;
  /** Time between two readings, ms. */
  readonly everyMs: number;
  /** It has to answer by then, ms. */
  readonly timeoutMs: number;
  readonly confirm: Confirm;
  /** Options complete with defaults, checked against the specs; throws UserError when they do not go together. */
  compile(options: Options, context: CheckContext): CheckRunner;
}

export interface CheckContext {
  /** As linesman.yaml calls it. */
  readonly name: string;
  readonly places: MachinePlaces;
  readonly now: () => number;
}

/** Series of a check: 1 where it is wrong, 0 where it is well; its lines are what was seen. Label check. */
export const CHECK_SERIES = 'check.failed';
/** One for each reading that was wrong, by check and cause. */
export const CAUSE_SERIES = 'check.cause';
/** Changes of the machine that are no faults, their sentences as lines; label kind. */
export const CHANGE_SERIES = 'machine.change';
/** What somebody told of, as a deploy, their sentences as lines; label kind. */
export const EVENT_SERIES = 'machine.event';

/** Name of the watch of a check. */
export function checkWatchName(check: string): string {
  return `check.${check}`;
}
