/** What the state of a container says: one sentence, and what is wrong with it. */
import { type StartLimit, withinText } from '../starts/start-options.ts';
import type { ContainerState } from './read-container.ts';

export interface ContainerWanted {
  readonly container: string;
  /** Its health check may be starting for so long, ms. */
  readonly startWithinMs: number;
  readonly limit: StartLimit;
}

export interface ContainerFacts {
  readonly state: ContainerState;
  /** Restarts within the window. */
  readonly restarts: number;
  readonly now: number;
}

export interface Judged {
  readonly cause?: string | undefined;
  readonly said: string;
  readonly lines: readonly string[];
}

/** What exit codes mean that no program chose (128 and the number of a signal; bash(1), "EXIT STATUS"). */
const EXITS: Readonly<Record<number, string>> = {
  125: 'the engine could not start it',
  126: 'its program may not be run',
  127: 'its program was not found',
  134: 'its program gave up (SIGABRT)',
  // Docker often fails to note the want of memory (seen with 20.10: OOMKilled false after the kernel's kill).
  137: 'it was killed (SIGKILL), as the kernel does for want of memory',
  139: 'its program crashed (SIGSEGV)',
  143: 'it was told to end (SIGTERM)',
};

export function judgeContainer(wanted: ContainerWanted, { state, restarts, now }: ContainerFacts): Judged {
  const is = `Container ${wanted.container} is ${state.status}`;
  const isUp = state.status === 'running';
  if (state.status === 'paused') return { cause: 'paused', said: `${is}.`, lines: [] };
  const ended = isUp ? '' : endOf(state);
  const told = (cause: string | undefined, said: string, lines: readonly string[] = []): Judged => ({
    cause,
    said,
    lines,
  });
  const lines = state.error === '' ? [] : [`The engine says: ${state.error}`];
  if (restarts >= wanted.limit.restarts || state.status === 'restarting')
    return told('restarts', `${is}${ended}; restarts within ${withinText(wanted.limit)}: ${restarts}.`, lines);
  if (!isUp) return told(state.isOomKilled ? 'oom-killed' : 'not-running', `${is}${ended}.`, lines);
  const printed = state.output === '' ? [] : [`Its health check printed: ${state.output}`];
  if (state.health === 'unhealthy') return told('unhealthy', `${is}, and its health check fails.`, printed);
  const minutes = Math.floor((now - state.startedAt) / 60_000);
  if (state.health === 'starting' && now - state.startedAt > wanted.startWithinMs)
    return told('starting', `${is}, and its health check has not passed for ${minutes} min.`, printed);
  return told(undefined, `${is}${state.health === undefined ? '' : ` and ${state.health}`}.`);
}

function endOf({ exitCode, isOomKilled, status }: ContainerState): string {
  if (isOomKilled) return ': it was killed for want of memory';
  if (status === 'created' || status === 'configured') return ': it was never started';
  const meaning = EXITS[exitCode];
  return `: it ended with exit code ${exitCode}${meaning === undefined ? '' : `, ${meaning}`}`;
}
