/** Which of the machine's faults probably explains another one? Named as likely, with its times: a person judges. */
import { severityRank } from '../decide/groups.ts';
import type { EvidenceView, WatchSpec } from '../plugin.ts';
import type { Fault, LikelyCause, MailModel } from '../types.ts';
import { causeOf, isOfCheck, titleOfFault } from './fault-title.ts';
import { newestLines } from './newest-lines.ts';
import { logText } from './sanitise.ts';
import { durationText } from './units.ts';
import { clock } from './when.ts';

/** The source that nobody writes lines to. */
export const MACHINE = 'machine';
/** What began further from the beginning of a fault is not told beside it. */
export const NEAR_MS = 5 * 60_000;

/** The watches of the machine itself that can explain failing requests; of checks all can. */
const EXPLAINING = ['host.memory.oom', 'host.disk.full', 'host.disk.readonly', 'host.inodes.full'];
/** Nobody could look, or it is wrong some day to come. */
const EXPLAINS_NOTHING = ['not-permitted', 'expires-soon'];

export interface Suspects {
  readonly leader: Fault;
  /** Of the leader's group, with it. */
  readonly faults: readonly Fault[];
  readonly nearbyFaults?: readonly Fault[] | undefined;
  readonly transition: MailModel['transition'];
  readonly watchOf: (name: string) => WatchSpec;
}

/** Faults that may explain the leader, the likeliest first: what others depend on, then the graver, then the nearer. */
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
      severityRank(b.severity) - severityRank(a.severity) ||
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
  if (!isOfCheck(watch.detector, fault.last)) return EXPLAINING.includes(fault.watch);
  return !EXPLAINS_NOTHING.includes(fault.last.cause ?? '');
}

export function isNear(time: number, leader: Fault): boolean {
  return Math.abs(time - leader.first.since) <= NEAR_MS;
}

/** view: of the machine. */
export function likelyCauseOf(
  fault: Fault,
  { leader, watchOf, transition, timezone, at, view }: Suspects & LikelyParts,
): LikelyCause {
  const watch = watchOf(fault.watch);
  const { since } = fault.first;
  const until = fault.state === 'resolved' ? (fault.wellSince ?? fault.resolvedAt) : undefined;
  const clause = titleOfFault({ ...fault, state: 'firing' }, 'firing', watchOf).replace(/\.$/, '');
  const when =
    until === undefined
      ? `since ${clock(since, timezone)}`
      : `from ${clock(since, timezone)} to ${clock(until, timezone)}`;
  const doubt = fault.state === 'pending' ? ' (not confirmed yet)' : '';
  const [seen] = view ? newestLines(view, fault.last.series, { from: since, to: until ?? at }) : [];
  return {
    text: `${clause}, ${when}, ${offsetText(since - leader.first.since, 'this began')}${doubt}.`,
    ...(seen !== undefined && isOfCheck(watch.detector, fault.last) && { seen: logText(seen) }),
    ...(transition !== 'resolved' && { whatToDo: causeOf(watch, fault.last)?.whatToDo ?? watch.whatToDo }),
  };
}

export interface LikelyParts {
  readonly timezone: string;
  readonly at: number;
  readonly view?: EvidenceView | undefined;
}

/** '40 s before this began'. */
export function offsetText(ms: number, what = ''): string {
  const than = what === '' ? '' : ` ${what}`;
  if (Math.abs(ms) < 1_000) return what === '' ? 'just then' : `just as ${what}`;
  return `${durationText(Math.abs(ms))} ${ms < 0 ? 'before' : 'after'}${than}`;
}
