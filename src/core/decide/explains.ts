/** Which faults of the machine may be what a log suffers from, and which of them have nothing to do with each other? */
import type { FollowedFault } from './book.ts';
import type { RankOf } from './leading.ts';
import { QUIET_RANK } from './leading.ts';

/** From this rank on watches explain nothing by their rank: one thing on a machine says nothing of another, unless it is its parent. */
export const MACHINE_RANK = 3;
/** The watches of the machine itself that can explain failing requests; of checks all can. */
const EXPLAINING = ['host.memory.oom', 'host.disk.full', 'host.disk.readonly', 'host.inodes.full'];
/** Nobody could look, or it is wrong some day to come. */
const EXPLAINS_NOTHING = ['not-permitted', 'client-certificate', 'no-systemd', 'no-socket', 'expires', 'expires-soon'];

/** Whether lines of a log may fail because of it. */
export function explainsLogs(
  { watch, last: { cause = '' } }: Pick<FollowedFault, 'watch' | 'last'>,
  isOfCheck: boolean,
): boolean {
  return isOfCheck ? !EXPLAINS_NOTHING.includes(cause) : EXPLAINING.includes(watch);
}

/** A mail about a thing of the machine says nothing of this fault: it is of another thing there, or of a log that does not suffer from it. */
export function isApart(
  fault: FollowedFault,
  leader: FollowedFault,
  { members, rankOf }: { readonly members: readonly FollowedFault[]; readonly rankOf: RankOf },
): boolean {
  const rank = rankOf(fault.watch);
  if (rankOf(leader.watch) < MACHINE_RANK || rank >= QUIET_RANK) return false;
  if (rank < MACHINE_RANK) return !explainsLogs(leader, leader.readingMs !== undefined);
  return !members.some(({ watch }) => fault.parents?.watches.includes(watch));
}
