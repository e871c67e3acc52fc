/**
 * What becomes of a check that stood silently in the group of its parent, or of a site? It is told by itself where that is well again
 * and the check is not, and beside a site that goes on where no mail named it: it is why, or has nothing to do with it.
 */
import { stableId } from '../hash.ts';
import type { FaultBook, FollowedFault, Group } from './book.ts';
import { MACHINE_RANK } from './explains.ts';
import { JOIN_MS, openGroup } from './groups.ts';
import { QUIET_RANK, type RankOf } from './leading.ts';

/** It has so much time to be well again after what explained it, or beside a site that fails. */
export const FREED_MS = 2 * 60_000;

/** With groups of their own for what nothing explains any more: of a site named or not, of a parent where no mail named it. The same book where there is none. */
export function freeChildren(book: FaultBook, now: number, rankOf: RankOf): FaultBook {
  const groups = [...book.groups];
  let isFreed = false;
  const faults = book.faults.map((fault) => {
    const group = groups.find(({ id }) => id === fault.group);
    if (group === undefined || !isOnItsOwn(fault, group, { book, now, rankOf })) return fault;
    // Those of one parent that are freed together are told together.
    const own = groups.find((one) => one !== group && isOpening(one, now)) ?? freedGroup(fault, now);
    if (!groups.includes(own)) groups.push(own);
    isFreed = true;
    return { ...fault, group: own.id };
  });
  return isFreed ? { ...book, faults, groups } : book;
}

/** It may have opened the group that it leaves, whose id is made of its own. */
function freedGroup(fault: FollowedFault, now: number): Group {
  return { ...openGroup(fault, now), id: stableId('group', fault.id, now) };
}

function isOpening({ toldAt, openedAt }: Group, now: number): boolean {
  return toldAt === undefined && now - openedAt <= JOIN_MS;
}

interface At {
  readonly book: FaultBook;
  readonly now: number;
  readonly rankOf: RankOf;
}

function isOnItsOwn(fault: FollowedFault, group: Group, { book, now, rankOf }: At): boolean {
  const { key, state, parents, readingMs, wellSince } = fault;
  if (state !== 'firing' || wellSince !== undefined || group.toldAt === undefined) return false;
  if (outlastsSite(fault, group, { book, now, rankOf })) return true;
  const id = group.ended.find((one) => one.key === key)?.id ?? fault.id;
  if (readingMs === undefined || group.named?.includes(id)) return false;
  const above = parents?.watches ?? [];
  if (book.faults.some(({ watch }) => above.includes(watch))) return false;
  if (isBesideSite(fault, group, { book, rankOf })) return now - Math.max(fault.firedAt ?? 0, group.toldAt) >= FREED_MS;
  const explained = group.ended.filter((one) => one.id === group.leader || above.includes(one.watch));
  return explained.length > 0 && now - Math.max(...explained.map(({ resolvedAt = 0 }) => resolvedAt)) >= FREED_MS;
}

/** A thing of the machine, named or not: else the site would not be told to be over, nor to fail again, for as long as a disk is full. */
function outlastsSite({ watch }: FollowedFault, { ended, leader }: Group, { book, now, rankOf }: At): boolean {
  const site = ended.find(({ id }) => id === leader);
  if (site === undefined || rankOf(site.watch) >= MACHINE_RANK) return false;
  if (book.faults.some(({ key, state }) => key === site.key && state === 'firing')) return false;
  const rank = rankOf(watch);
  return rank >= MACHINE_RANK && rank < QUIET_RANK && now - (site.resolvedAt ?? 0) >= FREED_MS;
}

/** In the group of a log that still fails, where it is worth a mail. */
function isBesideSite({ watch }: FollowedFault, { leader }: Group, { book, rankOf }: Omit<At, 'now'>): boolean {
  const site = book.faults.find(({ id }) => id === leader);
  const rank = rankOf(watch);
  return site !== undefined && rankOf(site.watch) < MACHINE_RANK && rank >= MACHINE_RANK && rank < QUIET_RANK;
}
