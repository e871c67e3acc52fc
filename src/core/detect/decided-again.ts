/** A kept decision made once more: whether it comes out the same. */
import type { DetectorRunner, Judgement } from '../plugin.ts';
import { type Decision, replayDecision } from './decision.ts';

export interface DecidedAgain {
  readonly isSame: boolean;
  readonly said: Omit<Judgement, 'baseline'>;
}

/** Throws UserError where it cannot be decided again. */
export function decideAgain(decision: Decision, runner: DetectorRunner): DecidedAgain {
  const { baseline: _, ...said } = replayDecision(decision, runner);
  return { isSame: plain(said) === plain(decision.said), said };
}

/** What is not there and what is undefined are the same, as in what is stored. */
function plain(said: DecidedAgain['said']): string {
  return JSON.stringify(said, (_key, value: unknown) => (isRecord(value) ? inOrder(value) : value));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inOrder(value: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
