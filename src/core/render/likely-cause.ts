/** Which of the machine's faults probably explains another one? Named as likely, with its times: a person judges. */
import type { EvidenceView, WatchSpec } from '../plugin.ts';
import type { Fault, LikelyCause, MailModel, Severity } from '../types.ts';
import { checkReadingsOf } from './check-readings.ts';
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
const GRAVEST: readonly Severity[] = ['critical', 'warning', 'info'];
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
  if (!isOfCheck(watch.detector, fault.last)) return EXPLAINING.includes(fault.watch);
  return !EXPLAINS_NOTHING.includes(fault.last.cause ?? '');
}

export function isNear(time: number, leader: Fault): boolean {
  return Math.abs(time - leader.first.since) <= NEAR_MS;
}

/** view: of the machine. */
export function likelyCauseOf(fault: Fault, parts: Suspects & LikelyParts): LikelyCause {
  const { leader, watchOf, transition, timezone, at, view } = parts;
  const watch = watchOf(fault.watch);
  const { since } = fault.first;
  const until = fault.state === 'resolved' ? (fault.wellSince ?? fault.resolvedAt) : undefined;
  const clause = titleOfFault({ ...fault, state: 'firing' }, 'firing', watchOf).replace(/\.$/, '');
  const isCheck = isOfCheck(watch.detector, fault.last);
  const [seen] = view && isCheck ? newestLines(view, fault.last.series, { from: since, to: until ?? at }) : [];
  const from = clock(since, timezone);
  const when = until === undefined ? `, since ${from}` : `: from ${from} to ${clock(until, timezone)}`;
  return {
    text: `${clause}${when}, ${offsetText(since - leader.first.since, 'this began')}${lastWellText(fault, parts)}.${doubtText(fault)}`,
    ...(seen !== undefined && { seen: logText(seen) }),
    ...(transition !== 'resolved' && { whatToDo: causeOf(watch, fault.last)?.whatToDo ?? watch.whatToDo }),
  };
}

export interface LikelyParts {
  readonly timezone: string;
  readonly at: number;
  readonly view?: EvidenceView | undefined;
}

/** A check is asked now and then: what it looks for may have been gone for that long. */
function lastWellText(fault: Fault, { watchOf, view, at, transition, timezone }: Suspects & LikelyParts): string {
  const readings = view && checkReadingsOf(fault, watchOf(fault.watch), { view, at, transition });
  return readings?.lastWell === undefined ? '' : `; at ${clock(readings.lastWell, timezone)} it was still well`;
}

function doubtText({ state }: Fault): string {
  return state === 'pending' ? ' Not confirmed yet.' : '';
}

/** '40 s before this began'. */
export function offsetText(ms: number, what = ''): string {
  const than = what === '' ? '' : ` ${what}`;
  if (Math.abs(ms) < 1_000) return what === '' ? 'just then' : `just as ${what}`;
  return `${durationText(Math.abs(ms))} ${ms < 0 ? 'before' : 'after'}${than}`;
}
