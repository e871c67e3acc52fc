/** Why linesman is not well, and what else is worth knowing: named states that parts set and clear; /healthz and the log show them. */
import type { Remedy } from '../core/reading/state.ts';

export interface Health {
  /** One sentence with its remedy; a later one under the same name replaces it. True when it is news. */
  set(name: string, reason: string, remedy?: readonly Remedy[]): boolean;
  /** The same of what is no trouble: nothing is lost or missed by it. */
  note(name: string, sentence: string, remedy?: readonly Remedy[]): boolean;
  /** True when it had been set or noted. */
  clear(name: string): boolean;
  /** The reason of this name; undefined where it is not set. */
  reason(name: string): string | undefined;
  /** In the order in which they came up; empty when all is well. */
  reasons(): readonly string[];
  notes(): readonly string[];
  /** Reasons and notes, each with its commands. */
  states(): readonly HealthState[];
}

export interface HealthState {
  readonly name: string;
  readonly isNote: boolean;
  readonly sentence: string;
  readonly remedy: readonly Remedy[];
}

/** Names are those of our parts and sources, a bounded set; beyond this many reasons only the count would matter. */
const MAX_REASONS = 100;

export function createHealth(): Health {
  const states = new Map<string, HealthState>();

  function put(state: HealthState): boolean {
    const before = states.get(state.name);
    if (!before && states.size >= MAX_REASONS) return false;
    states.set(state.name, state);
    return before?.sentence !== state.sentence || before.isNote !== state.isNote;
  }

  const sentences = (isNote: boolean) =>
    [...states.values()].filter((state) => state.isNote === isNote).map(({ sentence }) => sentence);
  return {
    set: (name, sentence, remedy = []) => put({ name, isNote: false, sentence, remedy }),
    note: (name, sentence, remedy = []) => put({ name, isNote: true, sentence, remedy }),
    clear: (name) => states.delete(name),
    reason(name) {
      const state = states.get(name);
      return state?.isNote ? undefined : state?.sentence;
    },
    reasons: () => sentences(false),
    notes: () => sentences(true),
    states: () => [...states.values()],
  };
}
