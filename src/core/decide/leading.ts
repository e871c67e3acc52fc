/** Which of several faults gives a notification its subject? */
import type { FollowedFault } from './book.ts';
import { severityRank } from './peak.ts';

/**
 * Ranks from here on are of watches that are delivered by digest: they lead no fault that is worth a mail, explain none,
 * and by themselves make no mail.
 */
export const QUIET_RANK = 1_000;

/** Rank of a watch by its name: the lowest number leads. */
export type RankOf = (watch: string) => number;

/** Lowest rank, then parents before children, then highest severity, then earliest; the id only makes the order complete. */
export function byLead(
  rankOf: RankOf,
  members: readonly FollowedFault[] = [],
): (one: FollowedFault, other: FollowedFault) => number {
  const watches = new Set(members.map(({ watch }) => watch));
  const parentsIn = ({ parents }: FollowedFault) => parents?.watches.filter((name) => watches.has(name)).length ?? 0;
  return (one, other) =>
    rankOf(one.watch) - rankOf(other.watch) ||
    parentsIn(one) - parentsIn(other) ||
    severityRank(other.severity) - severityRank(one.severity) ||
    (one.firedAt ?? 0) - (other.firedAt ?? 0) ||
    (one.id < other.id ? -1 : 1);
}
