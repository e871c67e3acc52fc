/** Which faults are told together? Those that begin within a minute, later those the leader of an open group explains, and children with their parent. */
import { stableId } from '../hash.ts';
import type { FaultBook, FollowedFault, Group } from './book.ts';
import { isApart, MACHINE_RANK } from './explains.ts';
import { FLAP_WITHIN_MS } from './flapping.ts';
import { byLead, type RankOf } from './leading.ts';
import { membersOf } from './members.ts';
import { firingParent } from './parents.ts';
import { severityRank } from './peak.ts';

/** Faults of one host that fire within this of a group's opening belong to it. */
export const JOIN_MS = 60_000;

/** Puts every firing fault that has no group yet into one. The same book when there is none. */
export function joinGroups(before: FaultBook, rankOf: RankOf): FaultBook {
  const book = joinAlone(before, rankOf);
  return book.faults.some(({ parents }) => parents) ? joinParents(book) : book;
}

function joinAlone(book: FaultBook, rankOf: RankOf): FaultBook {
  const alone = book.faults.filter(isAlone).sort((a, b) => (a.firedAt ?? 0) - (b.firedAt ?? 0) || byLead(rankOf)(a, b));
  if (alone.length === 0) return book;
  const groups = [...book.groups];
  const groupOf = new Map<string, string>();
  for (const fault of alone) {
    const rankOfLeader = (group: Group) => rankOf(leaderOf(group, book)?.watch ?? fault.watch);
    const [together] = groups
      .filter((group) => beganTogether(group, fault) && !wouldHide(group, fault, book, rankOf))
      .sort((a, b) => rankOfLeader(a) - rankOfLeader(b));
    const found = groups.find((group) => isItsOwn(group, fault, rankOf) || awaits(group, fault, book)) ?? together;
    const group = found ?? groups.find((one) => explains(one, fault, book, rankOf)) ?? openGroup(fault, fault.firedAt);
    if (!groups.includes(group)) groups.push(group);
    groupOf.set(fault.id, group.id);
  }
  const faults = book.faults.map((fault) => {
    const group = groupOf.get(fault.id);
    return group === undefined ? fault : { ...fault, group };
  });
  return { ...book, faults, groups };
}

/** Who was not told yet, or just fired, stands where its parent stands; parents of parents first. */
function joinParents(book: FaultBook): FaultBook {
  let { faults } = book;
  const isTold = (id: string | undefined) => book.groups.find((group) => group.id === id)?.toldAt !== undefined;
  const children = book.faults
    .filter(({ state, parents }) => state === 'firing' && parents !== undefined)
    .sort((a, b) => (a.parents?.watches.length ?? 0) - (b.parents?.watches.length ?? 0));
  for (const child of children) {
    const group = firingParent(child, faults)?.group;
    if (group === undefined || group === child.group || isTold(child.group)) continue;
    faults = faults.map((fault) => (fault.id === child.id ? { ...fault, group } : fault));
  }
  return faults === book.faults ? book : { ...book, faults };
}

function isAlone(fault: FollowedFault): boolean {
  return fault.state === 'firing' && fault.group === undefined;
}

/**
 * Its key fired in this group before. Nobody was told that it ended, so nobody need be told that it is back; but things of the
 * machine go on for days, and with them a group of what has nothing to do with each other.
 */
function isItsOwn(group: Group, { key, watch, firedAt = 0 }: FollowedFault, rankOf: RankOf): boolean {
  const before = group.ended.find((one) => one.key === key);
  if (before === undefined || rankOf(watch) < MACHINE_RANK) return before !== undefined;
  return firedAt - (before.resolvedAt ?? 0) <= FLAP_WITHIN_MS;
}

/** One of those that fire in it waits for this fault, its parent. */
function awaits({ id, toldAt }: Group, { watch }: FollowedFault, { faults }: FaultBook): boolean {
  return toldAt === undefined && faults.some(({ group, parents }) => group === id && parents?.watches.includes(watch));
}

/** On either side: the sources of one host are judged one after the other, so a later call may bring an earlier fault. */
function beganTogether(group: Group, fault: FollowedFault): boolean {
  return Math.abs((fault.firedAt ?? 0) - group.openedAt) <= JOIN_MS;
}

/**
 * Told already, under a subject that names something lesser, or something else: a site that fails must not come as one more
 * line under "New kind of error", nor a process that ends be silent because a certificate expires. It gets a mail of its own.
 */
function wouldHide(group: Group, fault: FollowedFault, book: FaultBook, rankOf: RankOf): boolean {
  const members = membersOf(group, book.faults);
  const leader = members.find(({ id }) => id === group.leader);
  if (group.toldSeverity === undefined || leader === undefined) return false;
  if (isApart(fault, leader, { members, rankOf })) return true;
  return severityRank(fault.severity) > severityRank(group.toldSeverity) && rankOf(fault.watch) < rankOf(leader.watch);
}

function leaderOf(group: Group, { faults }: FaultBook): FollowedFault | undefined {
  return membersOf(group, faults).find(({ id }) => id === group.leader);
}

/** The leader still fires, on the same source, and outranks the fault: one vhost more while everything fails is no news. */
function explains(group: Group, fault: FollowedFault, book: FaultBook, rankOf: RankOf): boolean {
  const leader = leaderOf(group, book);
  if (leader?.state !== 'firing' || leader.source !== fault.source) return false;
  const rank = rankOf(leader.watch);
  return rank < MACHINE_RANK && rankOf(fault.watch) > rank;
}

/** Of its own. */
export function openGroup(fault: FollowedFault, at = fault.firstAt): Group {
  return {
    id: stableId('group', fault.id),
    openedAt: at,
    faults: [fault.id],
    leader: fault.id,
    ended: [],
    endedDropped: 0,
  };
}
