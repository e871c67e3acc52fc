/** A key that fires again soon after it was resolved must be well for longer each time, so that one shaky thing makes one fault and not ten. */
import { type FaultBook, type FollowedFault, MAX_RECENT, type RecentFault } from './book.ts';

/** Firing again within this doubles the time to clear. */
export const FLAP_WITHIN_MS = 10 * 60_000;
/** A key that stays quiet this long starts from its own time to clear again. In between the last one holds. */
export const FLAP_MEMORY_MS = 60 * 60_000;
/** Doubling ends here. */
export const CLEAR_AFTER_MAX_MS = 16 * 60_000;

/** Which firing in a row this one is, 1 for the first. */
export function countFires(recent: readonly RecentFault[], key: string, now: number): number {
  const before = recent.find((one) => one.key === key);
  if (before === undefined || now - before.resolvedAt > FLAP_MEMORY_MS) return 1;
  return now - before.resolvedAt <= FLAP_WITHIN_MS ? before.fires + 1 : before.fires;
}

/** Time to clear at the n-th firing in a row, ms; a longer one of the watch's own is kept as it is. */
export function clearAfterFires(clearAfterMs: number, fires: number): number {
  return Math.min(clearAfterMs * 2 ** (fires - 1), Math.max(clearAfterMs, CLEAR_AFTER_MAX_MS));
}

/** Remembers a fault that fired and ended; forgets what is quiet and, beyond MAX_RECENT, what ended longest ago. */
export function withRecent(book: FaultBook, fault: FollowedFault, now: number): readonly RecentFault[] {
  const others = book.recent.filter((one) => one.key !== fault.key && now - one.resolvedAt <= FLAP_MEMORY_MS);
  return [...others, { key: fault.key, resolvedAt: now, fires: fault.fires }].slice(-MAX_RECENT);
}
