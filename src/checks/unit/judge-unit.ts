/** What the state of a unit says: one sentence, and what is wrong with it. */
import type { StartLimit } from '../starts/start-options.ts';
import { withinText } from '../starts/start-options.ts';
import type { UnitState } from './read-unit.ts';

export interface UnitWanted {
  readonly unit: string;
  /** Ended without a failure is well, as of what a timer starts. */
  readonly mayRest: boolean;
  /** So long it may take to start, ms. */
  readonly startWithinMs: number;
  readonly limit: StartLimit;
}

export interface UnitFacts {
  readonly state: UnitState;
  /** Restarts within the window. */
  readonly restarts: number;
  readonly now: number;
}

export interface Judged {
  readonly cause?: string | undefined;
  readonly said: string;
}

/** Results of systemd.service(5), "$SERVICE_RESULT", in words. */
const RESULTS: Readonly<Record<string, string>> = {
  protocol: 'it did not say that it had started',
  timeout: 'it took too long to start or stop',
  watchdog: 'it no longer answered its watchdog',
  'start-limit-hit': 'it failed so often that systemd no longer starts it',
  resources: 'systemd lacked what it takes to start it',
  'oom-kill': 'the kernel or systemd ended it for want of memory',
  condition: 'a condition of it did not hold',
};
const EXITED = 1;

export function judgeUnit(wanted: UnitWanted, { state, restarts, now }: UnitFacts): Judged {
  const { unit, limit } = wanted;
  const is = `Unit ${unit} is ${state.active} (${state.sub})`;
  const isAgain = state.active === 'activating' && state.sub.startsWith('auto-restart');
  if (state.load === 'not-found') return { cause: 'not-found', said: `systemd knows no unit ${unit}.` };
  if (restarts >= limit.restarts)
    return {
      cause: 'restarts',
      said: `${is}; it was restarted ${restarts} times within ${withinText(limit)}${why(state)}.`,
    };
  if (state.active === 'failed' || isAgain)
    return { cause: state.result === 'oom-kill' ? 'oom-killed' : 'failed', said: `${is}${why(state)}.` };
  if (state.active === 'activating') {
    const seconds = Math.max(0, Math.round((now - state.changedAt) / 1_000));
    const said = `${is} for ${seconds} s.`;
    // A oneshot service, as a backup, is starting for as long as it runs.
    return seconds * 1_000 > wanted.startWithinMs && !wanted.mayRest ? { cause: 'starting', said } : { said };
  }
  // reloading and refreshing are states of one that runs.
  if (!['inactive', 'deactivating', 'maintenance'].includes(state.active)) return { said: `${is}.` };
  if (state.load === 'masked')
    return { cause: 'inactive', said: `Unit ${unit} is masked, so that nothing can start it.` };
  return wanted.mayRest ? { said: `${is}.` } : { cause: 'inactive', said: `${is}.` };
}

/** ': it ended with exit code 1', as far as systemd knows. */
function why({ result, exitKind, exitStatus }: UnitState): string {
  if (result !== undefined && RESULTS[result] !== undefined) return `: ${RESULTS[result]}`;
  if (!exitKind || exitStatus === undefined || result === 'success') return '';
  return exitKind === EXITED ? `: it ended with exit code ${exitStatus}` : `: it was ended by signal ${exitStatus}`;
}
