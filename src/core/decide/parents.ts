/** What do the parents of a fault say of it? While one fires, it explains the fault; while none is known to be well, the fault waits. */

import type { FollowedFault } from './book.ts';
import type { Judged } from './faults.ts';

/** A parent that is pending is waited for as well: so many times as long as for its next reading. */
export const PENDING_WAITS = 3;

/** The nearest parent that fires. */
export function firingParent(fault: FollowedFault, faults: readonly FollowedFault[]): FollowedFault | undefined {
  for (const name of fault.parents?.watches ?? []) {
    const parent = faults.find(({ watch, state }) => watch === name && state === 'firing');
    if (parent) return parent;
  }
  return undefined;
}

/** Whether a parent may still turn out to explain it: one that nothing was seen of since it began, or that is pending. */
export function waitsForParents(fault: FollowedFault, faults: readonly FollowedFault[], now: number): boolean {
  if (fault.parents === undefined || firingParent(fault, faults)) return false;
  const { watches, waitMs } = fault.parents;
  const age = now - fault.firstAt;
  const isPending = faults.some(({ watch, state }) => state === 'pending' && watches.includes(watch));
  if (isPending) return age < PENDING_WAITS * waitMs;
  return age < waitMs && watches.some((name) => !fault.wellParents?.includes(name));
}

/** Names of watches that were judged well at this step. */
export function wellWatches(judged: readonly Judged[]): ReadonlySet<string> {
  return new Set(judged.filter(({ verdict }) => verdict === 'well').map(({ watch }) => watch.name));
}

/** With those of its parents that are seen well now, after it began. The same fault where there is none. */
export function withWellParents(fault: FollowedFault, well: ReadonlySet<string>): FollowedFault {
  const before = fault.wellParents ?? [];
  const more = fault.parents?.watches.filter((name) => well.has(name) && !before.includes(name)) ?? [];
  return more.length === 0 ? fault : { ...fault, wellParents: [...before, ...more] };
}
