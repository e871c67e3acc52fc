/** Where decisions are kept: a ring for faults that fired, and a smaller one for those that began. */
import type { Decision } from './decision.ts';

const FIRED_KEPT = 100;
/** Most of what begins is not confirmed: it must not push out what was told. */
const BEGUN_KEPT = 40;

/** Decisions of each kind so far. */
export interface DecisionCounts {
  readonly fired: number;
  readonly begun: number;
}

/** Names of all blobs of the host's chain that may hold a decision; those of faults that fired first. */
export function decisionNames(): readonly string[] {
  return [...names('f', FIRED_KEPT), ...names('p', BEGUN_KEPT)];
}

/** Blob for the next decision of this kind, in the place of the oldest. */
export function nextDecisionName({ fired, begun }: DecisionCounts, to: Decision['to']): string {
  return to === 'firing' ? `d:f:${fired % FIRED_KEPT}` : `d:p:${begun % BEGUN_KEPT}`;
}

function names(ring: string, kept: number): readonly string[] {
  return Array.from({ length: kept }, (_, slot) => `d:${ring}:${slot}`);
}
