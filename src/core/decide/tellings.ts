/** Decides which groups are told now: once when they fire, again only when they get worse, once when all is over. */
import type { Fault, Severity } from '../types.ts';
import { type FaultBook, type FollowedFault, type Group, MAX_NAMED } from './book.ts';
import { MACHINE_RANK } from './explains.ts';
import { freeChildren } from './freed.ts';
import { JOIN_MS, joinGroups } from './groups.ts';
import { byLead, QUIET_RANK, type RankOf } from './leading.ts';
import { membersOf } from './members.ts';
import { firingParent, waitsForParents } from './parents.ts';
import { severityRank, worseSeverity } from './peak.ts';

/**
 * A group waits this long for a fault of better rank to take the lead, unless what leads is critical and of rank 0; and that too
 * while a check is about to say why, or about to be asked.
 */
export const HOLD_MS = 10_000;
/** Of checks alone: what their cause does to a log is told already or would be by now, and a check took its time to be sure. */
export const HOLD_CHECKS_MS = 4_000;

/** Checks that are not confirmed yet and have their place in a mail, whatever else happened: its likely cause, and one around it. */
const BESIDE_NAMED = 2;

/** One decided telling of a group, before it is made into a notification for each receiver. */
export interface Telling {
  readonly transition: 'firing' | 'update' | 'resolved';
  readonly group: Group;
  readonly leader: Fault;
  /** Leader first, then by rank. Firing and update: those that fire (and the leader); resolved: all that belonged to it. */
  readonly faults: readonly Fault[];
  readonly at: number;
  /** 'critical', 'held 10 s'; 'now critical'; the faults' own reasons to end. */
  readonly reason: string;
}

export interface TellingsStepped {
  /** The same object when nothing changed. */
  readonly book: FaultBook;
  readonly tellings: readonly Telling[];
}

interface Around extends Known {
  readonly book: FaultBook;
  readonly now: number;
}

interface GroupStepped {
  /** Undefined: the group is over. */
  readonly group?: Group;
  readonly telling?: Telling;
}

/** What is known of watches, by their names. */
export interface Known {
  readonly rankOf: RankOf;
  /** Whether a check that is asked often was not asked since; absent: there are none. */
  readonly awaitsChecks?: ((since: number) => boolean) | undefined;
}

/** Gives new firing faults their group, and says which groups are to be told now. Call it after every stepFaults. */
export function stepTellings(book: FaultBook, now: number, known: Known): TellingsStepped {
  const { rankOf } = known;
  const joined = joinGroups(freeChildren(book, now, rankOf), rankOf);
  const stepped = joined.groups.map((group) => stepGroup(group, { ...known, book: joined, now }));
  const groups = stepped.flatMap(({ group }) => group ?? []);
  const isSame = groups.length === book.groups.length && groups.every((group, i) => group === book.groups[i]);
  return {
    book: isSame && joined === book ? book : { ...joined, groups },
    tellings: stepped.flatMap(({ telling }) => telling ?? []),
  };
}

function stepGroup(before: Group, around: Around): GroupStepped {
  const { book, now, rankOf } = around;
  const all = membersOf(before, book.faults);
  const members = [...all].sort(byLead(rankOf, all));
  const firing = members.filter(({ state }) => state === 'firing');
  if (firing.length === 0) return endGroup(before, members, now);
  const loud = worthMail(firing, around);
  if (loud.length === 0 && before.toldAt !== undefined) {
    // What was told is over when all that was worth it is; what goes on was for the digest.
    const over = members.filter(isOver);
    const isOne = ({ id, watch }: FollowedFault) => id === before.leader || rankOf(watch) < QUIET_RANK;
    // Unless it only became so by other settings: its end is waited for, and told.
    if (over.some(isOne)) return endGroup(before, over, now);
  }

  const group = withMembers(before, members, firing);
  if (loud.length === 0) return { group };
  if (group.toldAt === undefined) {
    const reason = reasonToTell(group, firing, around);
    if (reason === undefined) return { group };
    return tell(
      { ...group, toldAt: now, toldSeverity: worstSeverity(loud) },
      { transition: 'firing', members: firing, now, reason, beside: besideOf(firing, around) },
    );
  }
  const severity = worstSeverity(loud.filter((fault) => !firingParent(fault, firing)));
  if (severityRank(severity) <= severityRank(group.toldSeverity ?? severity)) return { group };
  const told = members.filter((fault) => fault.state === 'firing' || fault.id === group.leader);
  return tell(
    { ...group, toldSeverity: severity },
    { transition: 'update', members: told, now, reason: `now ${severity}` },
  );
}

function isOver({ state }: FollowedFault): boolean {
  return state === 'resolved';
}

/** What was never told to begin is never told to end. */
function endGroup(group: Group, members: readonly FollowedFault[], now: number): GroupStepped {
  if (group.toldAt === undefined) return {};
  const reason = [...new Set(members.map((fault) => fault.reason))].join(', ');
  const { telling } = tell(group, { transition: 'resolved', members, now, reason });
  return telling ? { telling } : {};
}

/** Until it is told, the first of the firing leads; afterwards the leader stays, since the subject does. */
function withMembers(group: Group, members: readonly FollowedFault[], firing: readonly FollowedFault[]): Group {
  const leader = group.toldAt === undefined ? (firing[0]?.id ?? group.leader) : group.leader;
  const faults = leaderFirst(members, leader).map(({ id }) => id);
  const isSame = leader === group.leader && faults.join() === group.faults.join();
  return isSame ? group : { ...group, leader, faults };
}

function reasonToTell(group: Group, firing: readonly FollowedFault[], around: Around): string | undefined {
  const { book, now, rankOf, awaitsChecks } = around;
  const [leader] = firing;
  if (leader === undefined) return undefined;
  const heldMs = now - heldSince(group, firing, around);
  const isHeld =
    heldMs < (worthMail(firing, around).every(isOfCheck) ? HOLD_CHECKS_MS : HOLD_MS) || follows(group, firing, around);
  const held = `held ${Math.round(heldMs / 1_000)} s`;
  if (leader.severity === 'critical' && rankOf(leader.watch) === 0) {
    if (!isHeld) return held;
    return book.faults.some(isCheckAboutToFire) || awaitsChecks?.(leader.firstAt) ? undefined : 'critical';
  }
  if (isHeld) return undefined;
  // Parents of what it does not lead cannot lead it either.
  const rank = rankOf(leader.watch);
  if (firing.some((fault) => rankOf(fault.watch) <= rank && waitsForParents(fault, book.faults, now))) return undefined;
  return held;
}

/** What is for the digest may have opened the group long before. */
function heldSince({ openedAt }: Group, firing: readonly FollowedFault[], around: Around): number {
  return Math.max(openedAt, Math.min(...worthMail(firing, around).map(({ firedAt = openedAt }) => firedAt)));
}

function worthMail(firing: readonly FollowedFault[], { rankOf }: Around): readonly FollowedFault[] {
  return firing.filter(({ watch }) => rankOf(watch) < QUIET_RANK);
}

/** Of the machine one mail was told just now, as grave as this: what else fails in that minute comes in one more, when the minute is over. */
function follows({ id, openedAt }: Group, firing: readonly FollowedFault[], around: Around): boolean {
  const { book, now, rankOf } = around;
  if (firing.some(({ watch }) => rankOf(watch) < MACHINE_RANK)) return false;
  const severity = severityRank(worstSeverity(worthMail(firing, around)));
  return book.groups.some((other) => {
    const { toldAt, toldSeverity = 'info' } = other;
    if (other.id === id || toldAt === undefined || severity > severityRank(toldSeverity)) return false;
    const leader = membersOf(other, book.faults).find((fault) => fault.id === other.leader);
    const isOfMachine = leader !== undefined && rankOf(leader.watch) >= MACHINE_RANK;
    return isOfMachine && Math.abs(openedAt - other.openedAt) <= JOIN_MS && now - other.openedAt < JOIN_MS;
  });
}

function isOfCheck({ readingMs }: FollowedFault): boolean {
  return readingMs !== undefined;
}

/** What the mail of a log names as its likely cause, or around it, though it is not confirmed yet. */
function besideOf([leader]: readonly FollowedFault[], { book, rankOf }: Around): readonly FollowedFault[] {
  if (leader === undefined || rankOf(leader.watch) >= MACHINE_RANK) return [];
  return book.faults.filter(isCheckAboutToFire).slice(-BESIDE_NAMED);
}

/** It may be what the lines of a log suffer from. */
function isCheckAboutToFire(fault: FollowedFault): boolean {
  return isOfCheck(fault) && fault.state === 'pending' && fault.severity !== 'info';
}

function tell(
  group: Group,
  what: Pick<Telling, 'transition' | 'reason'> & {
    readonly members: readonly FollowedFault[];
    readonly now: number;
    /** Named by the mail, and not of the group. */
    readonly beside?: readonly FollowedFault[];
  },
): GroupStepped {
  const faults = leaderFirst(what.members, group.leader);
  const leader = faults[0];
  if (leader === undefined) return { group };
  const shown = [...faults.slice(0, 1 + MAX_NAMED), ...(what.beside ?? [])].map(({ id }) => id);
  const named = { ...group, named: [...new Set([...(group.named ?? []), ...shown])] };
  const { transition, now: at, reason } = what;
  return { group: named, telling: { transition, group: named, leader, faults, at, reason } };
}

function leaderFirst(members: readonly FollowedFault[], leader: string): readonly FollowedFault[] {
  const first = members.filter(({ id }) => id === leader);
  return [...first, ...members.filter(({ id }) => id !== leader)];
}

function worstSeverity(firing: readonly FollowedFault[]): Severity {
  return firing.reduce<Severity>((worst, { severity }) => worseSeverity(worst, severity), 'info');
}
