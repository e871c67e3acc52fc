/** What else happened on the machine around the time at which a fault began: other faults, changes, what somebody told of. */
import { CHANGE_SERIES, EVENT_SERIES } from '../check.ts';
import { parseSeriesKey } from '../observe/series.ts';
import type { EvidenceView } from '../plugin.ts';
import type { Fault, LikelyCause, NearbyFact } from '../types.ts';
import { explainersOf, isNear, NEAR_MS, type Suspects } from './explainers.ts';
import { isOfCheck, titleOfFault } from './fault-title.ts';
import { likelyCauseOf } from './likely-cause.ts';
import { timedLines } from './newest-lines.ts';
import { logText } from './sanitise.ts';

/** Facts told; the rest are counted. Of each kind the nearest in turn, so that no flood of one hides another. */
export const MAX_NEARBY = 8;
/** Kinds of changes and of events that are looked through. */
const MAX_KINDS = 20;
const LINE_CHARS = 150;
const KIND_CHARS = 40;
const ORDER: readonly NearbyFact['kind'][] = ['event', 'fault', 'change'];

export interface Surroundings {
  /** Oldest first. */
  readonly nearby: readonly NearbyFact[];
  readonly nearbyMore: number;
  readonly likelyCause?: LikelyCause | undefined;
  /** Ids of faults named by it, which need not be named again. */
  readonly named: ReadonlySet<string>;
}

export function surroundingsOf(
  parts: Suspects & { readonly timezone: string; readonly at: number; readonly machineView?: EvidenceView | undefined },
): Surroundings {
  const { leader, faults, nearbyFaults = [], machineView, at } = parts;
  const [best, ...others] = explainersOf(parts);
  const members = new Set(faults.map(({ id }) => id));
  const strangers = nearbyFaults.filter((fault) => !members.has(fault.id) && isAround(fault, parts));
  const told = new Map([...others, ...strangers].map((fault) => [fault.id, fault]));
  if (best) told.delete(best.id);
  const all = [
    ...[...told.values()].map((fault) => factOf(fault, parts)),
    ...(machineView ? linesOf(machineView, leader, at) : []),
  ];
  const nearby = nearestOf(all, leader.first.since);
  return {
    nearby,
    nearbyMore: all.length - nearby.length,
    ...(best && { likelyCause: likelyCauseOf(best, { ...parts, view: machineView }) }),
    named: new Set([...(best ? [best.id] : []), ...others.map(({ id }) => id)]),
  };
}

/** A check that goes on failing is told however long it has: it may matter only now. */
function isAround(fault: Fault, { leader, watchOf }: Suspects): boolean {
  const goesOn = fault.state === 'firing' && isOfCheck(watchOf(fault.watch).detector, fault.last);
  return isNear(fault.first.since, leader) || (goesOn && fault.first.since < leader.first.since);
}

/** As it is by itself: where the leader is over, another one may go on. */
function factOf(fault: Fault, { watchOf }: Suspects): NearbyFact {
  const isOver = !watchOf(fault.watch).isEvent && fault.state === 'resolved';
  const title = titleOfFault(fault, 'firing', watchOf);
  const text = fault.state === 'pending' ? `${title.replace(/\.$/, '')} (not confirmed yet).` : title;
  return { time: fault.first.since, text, kind: 'fault', ...(isOver && { isOver }) };
}

/** Changes and events, from the lines of their series. */
function linesOf(view: EvidenceView, { first: { since } }: Fault, at: number): readonly NearbyFact[] {
  const span = { from: since - NEAR_MS, to: Math.min(at, since + NEAR_MS) };
  return [CHANGE_SERIES, EVENT_SERIES].flatMap((name) =>
    view
      .keys(name, 'kind', span.to, MAX_KINDS)
      .flatMap((key) => timedLines(view, key, span).map(({ time, line }) => lineFact(name, key, { time, line }))),
  );
}

/** Somebody's own word is told with what it is, as 'Deploy: release 42'. */
function lineFact(name: string, key: string, { time, line }: { time: number; line: string }): NearbyFact {
  const text = logText(line, LINE_CHARS);
  if (name === CHANGE_SERIES) return { time, text, kind: 'change' };
  const kind = logText(parseSeriesKey(key).labels.kind ?? '', KIND_CHARS);
  return { time, text: `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)}: ${text}`, kind: 'event' };
}

function nearestOf(all: readonly NearbyFact[], since: number): readonly NearbyFact[] {
  const distance = ({ time }: NearbyFact) => Math.abs(time - since);
  const ranked = ORDER.flatMap((kind) =>
    all
      .filter((fact) => fact.kind === kind)
      .sort((a, b) => distance(a) - distance(b))
      .map((fact, place) => ({ fact, place })),
  );
  const taken = ranked.sort((a, b) => a.place - b.place).slice(0, MAX_NEARBY);
  return taken.map(({ fact }) => fact).sort((a, b) => a.time - b.time);
}
