/** What becomes of a check that stood silently in the group of its parent, or of a site, when that is well again and the check is not? It is told by itself. */
import type { FaultBook, FollowedFault, Group } from './book.ts';
import { JOIN_MS, openGroup } from './groups.ts';

/** It has so much time to be well again after what explained it. */
export const FREED_MS = 2 * 60_000;

/** With groups of their own for checks that nothing explains any more and no mail named. The same book where there is none. */
export function freeChildren(book: FaultBook, now: number): FaultBook {
  const groups = [...book.groups];
  let isFreed = false;
  const faults = book.faults.map((fault) => {
    const group = groups.find(({ id }) => id === fault.group);
    if (group === undefined || !isOnItsOwn(fault, group, { book, now })) return fault;
    // Those of one parent that are freed together are told together.
    const own = groups.find((one) => one !== group && isOpening(one, now)) ?? openGroup(fault, now);
    if (!groups.includes(own)) groups.push(own);
    isFreed = true;
    return { ...fault, group: own.id };
  });
  return isFreed ? { ...book, faults, groups } : book;
}

function isOpening({ toldAt, openedAt }: Group, now: number): boolean {
  return toldAt === undefined && now - openedAt <= JOIN_MS;
}

interface At {
  readonly book: FaultBook;
  readonly now: number;
}

function isOnItsOwn(fault: FollowedFault, group: Group, { book, now }: At): boolean {
  const { key, state, parents, readingMs, wellSince } = fault;
  if (readingMs === undefined || state !== 'firing' || wellSince !== undefined) return false;
  const id = group.ended.find((one) => one.key === key)?.id ?? fault.id;
  if (group.toldAt === undefined || group.named?.includes(id)) return false;
  const above = parents?.watches ?? [];
  if (book.faults.some(({ watch }) => above.includes(watch))) return false;
  const explained = group.ended.filter((one) => one.id === group.leader || above.includes(one.watch));
  return explained.length > 0 && now - Math.max(...explained.map(({ resolvedAt = 0 }) => resolvedAt)) >= FREED_MS;
}
