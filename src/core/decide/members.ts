/** Which faults does a group consist of? Those that fire, and those of it that ended while others still fired. */
import { type FaultBook, type FollowedFault, type Group, MAX_ENDED_KEPT } from './book.ts';
import { worseFinding } from './peak.ts';

/** Every fault of the group, one a key: a key that fired again is told as one fault from its first start to its last end. */
export function membersOf(group: Group, faults: FaultBook['faults']): readonly FollowedFault[] {
  const byKey = new Map(group.ended.map((fault) => [fault.key, fault]));
  for (const fault of faults) {
    if (fault.group === group.id) byKey.set(fault.key, joinRuns(byKey.get(fault.key), fault));
  }
  return [...byKey.values()];
}

/** Keeps a fault that ended for the last mail of its group. The leader is never dropped. */
export function withEnded(group: Group, fault: FollowedFault): Group {
  const before = group.ended.find(({ key }) => key === fault.key);
  const ended = [...group.ended.filter((one) => one !== before), joinRuns(before, fault)];
  if (ended.length <= MAX_ENDED_KEPT) return { ...group, ended };
  const oldest = ended.find(({ id }) => id !== group.leader);
  return { ...group, ended: ended.filter((one) => one !== oldest), endedDropped: group.endedDropped + 1 };
}

function joinRuns(before: FollowedFault | undefined, after: FollowedFault): FollowedFault {
  if (before === undefined) return after;
  const { id, firstAt, firedAt, first } = before;
  return { ...after, id, firstAt, firedAt, first, peak: worseFinding(before.peak, after.peak) };
}
