/** Which faults of the machine stand near one that is told? What is open, and what just ended. */
import type { FaultBook, FollowedFault } from '../core/decide/book.ts';
import type { Telling } from '../core/decide/tellings.ts';
import type { Fault } from '../core/types.ts';

/** What began or ended so long before is near. */
const NEARBY_MS = 5 * 60_000;

/** Of this source, those of the telling left out. A check that is wrong is near however long it has been so. */
export function nearbyFaults(
  { faults, lately = [] }: FaultBook,
  telling: Pick<Telling, 'faults' | 'leader' | 'at'>,
  source: string,
): readonly Fault[] {
  const told = new Set(telling.faults.map(({ key }) => key));
  const began = telling.leader.first.since;
  const isNear = ({ readingMs, first }: FollowedFault) =>
    readingMs !== undefined || Math.abs(first.since - began) <= NEARBY_MS;
  const ended = lately.filter(({ resolvedAt = 0 }) => telling.at - resolvedAt <= NEARBY_MS);
  const open = faults.filter(isNear);
  const openKeys = new Set(open.map(({ key }) => key));
  return [...ended.filter(({ key }) => !openKeys.has(key)), ...open].filter(
    (fault) => fault.source === source && !told.has(fault.key),
  );
}
