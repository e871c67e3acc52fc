/** Which of the machine's faults may explain another one, and which of them most likely does? */
import { explainsLogs } from '../decide/explains.ts';
import type { WatchSpec } from '../plugin.ts';
import type { Fault, MailModel, Severity } from '../types.ts';
import { isOfCheck } from './fault-title.ts';

/** The source that nobody writes lines to. */
export const MACHINE = 'machine';
/** What began further from the beginning of a fault is not told beside it. */
export const NEAR_MS = 5 * 60_000;

const GRAVEST: readonly Severity[] = ['critical', 'warning', 'info'];
/** Answers of what visitors ask too: the same trouble, seen from another side. */
const SYMPTOMS = ['server-error', 'wrong-status', 'wrong-content', 'slow', 'redirect-loop', 'redirect-refused'];

export interface Suspects {
  readonly leader: Fault;
  /** Of the leader's group, with it. */
  readonly faults: readonly Fault[];
  readonly nearbyFaults?: readonly Fault[] | undefined;
  readonly transition: MailModel['transition'];
  readonly watchOf: (name: string) => WatchSpec;
}

/** Faults that may explain the leader, the likeliest first: what others depend on, then what is no symptom, the graver, the nearer. */
export function explainersOf(suspects: Suspects): readonly Fault[] {
  const { leader, faults, nearbyFaults = [], watchOf } = suspects;
  const all = new Map([...faults, ...nearbyFaults].map((fault) => [fault.id, fault]));
  const found = [...all.values()].filter((fault) => mayExplain(fault, suspects));
  const watches = new Set(found.map(({ watch }) => watch));
  const depends = ({ watch }: Fault) =>
    Number(watchOf(watch).parents?.watches.some((one) => watches.has(one)) ?? false);
  const distance = (fault: Fault) => Math.abs(fault.first.since - leader.first.since);
  return found.sort(
    (a, b) =>
      depends(a) - depends(b) ||
      Number(isSymptom(a)) - Number(isSymptom(b)) ||
      GRAVEST.indexOf(a.severity) - GRAVEST.indexOf(b.severity) ||
      distance(a) - distance(b) ||
      a.first.since - b.first.since ||
      (a.id < b.id ? -1 : 1),
  );
}

function mayExplain(fault: Fault, { leader, transition, watchOf }: Suspects): boolean {
  if (fault.id === leader.id || fault.source !== MACHINE || fault.severity === 'info') return false;
  if (!isNear(fault.first.since, leader)) return false;
  const watch = watchOf(fault.watch);
  if (fault.state === 'resolved' && transition !== 'resolved' && !watch.isEvent) return false;
  // What fails on the machine explains a log, and of the machine only what depends on it.
  if (leader.source === MACHINE) return watchOf(leader.watch).parents?.watches.includes(fault.watch) ?? false;
  return explainsLogs(fault, isOfCheck(watch.detector, fault.last));
}

/** It says that something fails, as the fault itself does, and not why. */
export function isSymptom({ last: { cause = '' } }: Fault): boolean {
  return SYMPTOMS.includes(cause);
}

export function isNear(time: number, leader: Fault): boolean {
  return Math.abs(time - leader.first.since) <= NEAR_MS;
}
