/** Turns decided tellings into notifications, one for each receiver, in the thread of their group. */
import type { Telling } from '../core/decide/tellings.ts';
import { stableId } from '../core/hash.ts';
import type { EvidenceView, WatchSpec } from '../core/plugin.ts';
import type { HostFacts } from '../core/ports.ts';
import { isNothing } from '../core/reading/losses.ts';
import { buildMailModel } from '../core/render/model.ts';
import type { Fault, Notification, WindowReading } from '../core/types.ts';
import { MACHINE_SOURCE } from './figures.ts';
import type { HostState, Thread } from './host-state.ts';
import { nearbyFaults } from './nearby.ts';

/** Threads remembered; a group that is over needs its own no more. */
const MAX_THREADS = 200;

export interface TellingParts {
  readonly state: HostState;
  readonly viewOf: (source: string) => EvidenceView;
  /** Of the machine's figures; undefined where none were judged. */
  readonly machineView: EvidenceView | undefined;
  readonly facts: HostFacts;
  readonly watchOf: (name: string) => WatchSpec;
  readonly receivers: readonly string[];
  /** How the fault's source was read since the fault began. */
  readonly readingOf: (fault: Fault) => WindowReading & { readonly hasLedger: boolean };
}

export function notificationsOf(
  tellings: readonly Telling[],
  parts: TellingParts,
): { readonly notifications: readonly Notification[]; readonly threads: readonly Thread[] } {
  const notifications: Notification[] = [];
  let threads = parts.state.threads;
  for (const telling of tellings) {
    const known = threads.find(({ group }) => group === telling.group.id);
    const made = tell(telling, known, parts);
    if (!isEndOfEvents(telling, parts)) notifications.push(...made.notifications);
    const others = threads.filter(({ group }) => group !== telling.group.id);
    threads = telling.transition === 'resolved' ? others : [...others, made.thread].slice(-MAX_THREADS);
  }
  return { notifications, threads };
}

function isEndOfEvents({ transition, faults }: Telling, { watchOf }: TellingParts): boolean {
  return transition === 'resolved' && faults.every(({ watch }) => watchOf(watch).isEvent === true);
}

function tell(
  telling: Telling,
  known: Thread | undefined,
  parts: TellingParts,
): { notifications: readonly Notification[]; thread: Thread } {
  const { hasLedger, ...reading } = parts.readingOf(telling.leader);
  const model = buildMailModel({
    transition: telling.transition,
    leader: telling.leader,
    faults: telling.faults,
    watchOf: parts.watchOf,
    facts: parts.facts,
    view: parts.viewOf(telling.leader.source),
    at: telling.at,
    ...(known && { subject: known.subject }),
    complete: isNothing(reading.lost),
    machineView: parts.machineView,
    nearbyFaults: nearbyFaults(parts.state.book, telling, MACHINE_SOURCE),
    // The machine's figures are not read from anywhere.
    ...(hasLedger && { reading }),
  });
  const notifications = parts.receivers.map((receiver) => {
    const id = stableId(telling.group.id, ...whichOf(telling), receiver);
    return { id, root: known?.roots[receiver] ?? id, receiver, at: telling.at, model };
  });
  const roots = known?.roots ?? Object.fromEntries(notifications.map(({ receiver, id }) => [receiver, id]));
  return { notifications, thread: { group: telling.group.id, subject: model.subject, roots } };
}

/** There is one firing and one resolved telling of a group, but there may be several updates. */
function whichOf(telling: Telling): readonly (string | number)[] {
  return telling.transition === 'update' ? [telling.transition, telling.at] : [telling.transition];
}
