/** Gathers what a host noticed for its digest, counts what fired, and tells the digest when its hour has come. */
import { stepDigest, withMail, withNoticed } from '../core/decide/digest.ts';
import { withFired } from '../core/decide/fired.ts';
import type { Telling } from '../core/decide/tellings.ts';
import { deliveryOf } from '../core/detect/budget.ts';
import { stableId } from '../core/hash.ts';
import { buildDigest, digestMail } from '../core/render/digest-model.ts';
import { titleOfFault } from '../core/render/fault-title.ts';
import type { Fault, Notification, Transition } from '../core/types.ts';
import { type HostState, withNotifications } from './host-state.ts';
import type { StepsDone, StepsParts } from './steps.ts';

export interface Gathering {
  /** With what a step decided. */
  gather(state: HostState, step: GatheredStep): HostState;
  /** With the digest, where its hour has come at this step and there is something to tell. */
  tell(done: StepsDone, now: number): StepsDone;
}

interface GatheredStep {
  readonly now: number;
  readonly transitions: readonly Transition[];
  readonly tellings: readonly Telling[];
}

export function createGathering(parts: StepsParts): Gathering {
  const { judge, facts, receivers, digestAtMs, falseAlarmsPerMonth, offsetAt } = parts;

  function isQuiet({ watch }: Pick<Fault, 'watch'>): boolean {
    return deliveryOf(judge.watchOf(watch)) === 'digest';
  }

  function gatherFaults(state: HostState, { now, transitions }: GatheredStep): HostState {
    const fired = transitions.filter(({ to }) => to === 'firing').map(({ fault }) => fault);
    const rows = withFired(
      state.fired,
      now,
      fired.map(({ watch }) => ({ watch, faults: 1, mails: 0 })),
    );
    const quiet = transitions.filter(({ fault, to }) => to !== 'pending' && isQuiet(fault));
    const digest = quiet.reduce((sum, { fault }) => withNoticed(sum, fault, saidOf(fault)), state.digest);
    return { ...state, fired: rows, digest };
  }

  function gatherTellings(state: HostState, { now, tellings }: GatheredStep): HostState {
    let { fired, digest } = state;
    for (const { transition, leader, faults } of tellings) {
      if (transition !== 'firing') continue;
      fired = withFired(fired, now, [{ watch: leader.watch, faults: 0, mails: 1 }]);
      digest = withMail(digest, { at: now, watch: leader.watch, said: saidOf(leader) }, faults);
    }
    return { ...state, fired, digest };
  }

  function testsByMail({ tests }: HostState): number {
    const watches = Object.values(tests).flatMap((one) => Object.keys(one));
    return watches.filter((watch) => !isQuiet({ watch })).length;
  }

  function saidOf(fault: Fault): string {
    return titleOfFault(fault, fault.state === 'resolved' ? 'resolved' : 'firing', judge.watchOf);
  }

  return {
    gather(state, step) {
      if (step.transitions.length === 0 && step.tellings.length === 0) return state;
      return gatherTellings(gatherFaults(state, step), step);
    },
    tell(done, now) {
      if (digestAtMs === undefined) return done;
      const stepped = stepDigest(done.state.digest, { now, offsetMs: offsetAt(now), hourMs: digestAtMs });
      if (stepped.digest === done.state.digest) return done;
      const state = { ...done.state, digest: stepped.digest };
      if (stepped.due === undefined || receivers.length === 0) return { ...done, state };
      const model = buildDigest({
        ...{ due: stepped.due, facts, now, falseAlarmsPerMonth },
        ...{ fired: state.fired, tests: testsByMail(state) },
      });
      const notifications = receivers.map((receiver): Notification => {
        const id = stableId('digest', facts.host, `${stepped.digest.day} ${digestAtMs}`, receiver);
        return { id, root: id, receiver, at: now, model: digestMail(model), digest: model };
      });
      return {
        ...done,
        state: withNotifications(state, notifications),
        notifications: [...done.notifications, ...notifications],
      };
    },
  };
}
