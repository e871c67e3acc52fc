/** Which faults are told together? Those that begin within a minute, and later those the leader of an open group explains. */
import { stableId } from '../hash.ts';
import type { Severity } from '../types.ts';
import type { FaultBook, FollowedFault, Group } from './book.ts';
import { membersOf } from './members.ts';

/** Faults of one host that fire within this of a group's opening belong to it. */
export const JOIN_MS = 60_000;

/**
 * Ranks from here on are of watches that are delivered by digest: they lead no fault that is worth a mail, explain none,
 * and by themselves make no mail.
 */
export const QUIET_RANK = 1_000;

/** Rank of a watch by its name: the lowest number leads. */
export type RankOf = (watch: string) => number;

const SEVERITIES: readonly Severity[] = ['info', 'warning', 'critical'];

export function severityRank(severity: Severity): number {
  return SEVERITIES.indexOf(severity);
}

/** Lowest rank, then highest severity, then earliest; the id only makes the order complete. */
export function byLead(rankOf: RankOf): (one: FollowedFault, other: FollowedFault) => number {
  return (one, other) =>
    rankOf(one.watch) - rankOf(other.watch) ||
    severityRank(other.severity) - severityRank(one.severity) ||
    (one.firedAt ?? 0) - (other.firedAt ?? 0) ||
    (one.id < other.id ? -1 : 1);
}

/** Puts every firing fault that has no group yet into one. The same book when there is none. */
export function joinGroups(book: FaultBook, rankOf: RankOf): FaultBook {
  const alone = book.faults.filter(isAlone).sort((a, b) => (a.firedAt ?? 0) - (b.firedAt ?? 0) || byLead(rankOf)(a, b));
  if (alone.length === 0) return book;
  const groups = [...book.groups];
  const groupOf = new Map<string, string>();
  for (const fault of alone) {
    const rankOfLeader = (group: Group) => rankOf(leaderOf(group, book)?.watch ?? fault.watch);
    const [together] = groups
      .filter((group) => beganTogether(group, fault) && !wouldHide(group, fault, book, rankOf))
      .sort((a, b) => rankOfLeader(a) - rankOfLeader(b));
    const found = groups.find((group) => isItsOwn(group, fault)) ?? together;
    const group = found ?? groups.find((one) => explains(one, fault, book, rankOf)) ?? openGroup(fault);
    if (!groups.includes(group)) groups.push(group);
    groupOf.set(fault.id, group.id);
  }
  const faults = book.faults.map((fault) => {
    const group = groupOf.get(fault.id);
    return group === undefined ? fault : { ...fault, group };
  });
  return { ...book, faults, groups };
}

function isAlone(fault: FollowedFault): boolean {
  return fault.state === 'firing' && fault.group === undefined;
}

/** Its key fired in this group before. Nobody was told that it ended, so nobody need be told that it is back. */
function isItsOwn(group: Group, fault: FollowedFault): boolean {
  return group.ended.some(({ key }) => key === fault.key);
}

/** On either side: the sources of one host are judged one after the other, so a later call may bring an earlier fault. */
function beganTogether(group: Group, fault: FollowedFault): boolean {
  return Math.abs((fault.firedAt ?? 0) - group.openedAt) <= JOIN_MS;
}

/**
 * Told already, under a subject that names something lesser: a site that fails must not come as one more line under
 * "New kind of error". It gets a mail of its own.
 */
function wouldHide(group: Group, fault: FollowedFault, book: FaultBook, rankOf: RankOf): boolean {
  const leader = leaderOf(group, book);
  if (group.toldSeverity === undefined || leader === undefined) return false;
  return severityRank(fault.severity) > severityRank(group.toldSeverity) && rankOf(fault.watch) < rankOf(leader.watch);
}

function leaderOf(group: Group, { faults }: FaultBook): FollowedFault | undefined {
  return membersOf(group, faults).find(({ id }) => id === group.leader);
}

/** The leader still fires, on the same source, and outranks the fault: one vhost more while everything fails is no news. */
function explains(group: Group, fault: FollowedFault, book: FaultBook, rankOf: RankOf): boolean {
  const leader = leaderOf(group, book);
  return leader?.state === 'firing' && leader.source === fault.source && rankOf(fault.watch) > rankOf(leader.watch);
}

function openGroup(fault: FollowedFault): Group {
  return {
    id: stableId('group', fault.id),
    openedAt: fault.firedAt ?? fault.firstAt,
    faults: [fault.id],
    leader: fault.id,
    ended: [],
    endedDropped: 0,
  };
}
