/** What is remembered of faults between two steps: plain JSON, bounded, one book a host. */
import type { Confirm } from '../check.ts';
import type { WatchSpec } from '../plugin.ts';
import type { Fault, Severity } from '../types.ts';

/** Faults pending or firing at one time; beyond it none begins, and stepFaults says which keys it refused. */
export const MAX_OPEN_FAULTS = 500;
/** Ended faults one open group keeps for its last mail; beyond it the oldest leave and only their number stays. */
export const MAX_ENDED_KEPT = 50;
/** Keys remembered after their faults ended, to notice flapping. */
export const MAX_RECENT = 200;
/** Faults kept that ended lately, for what mails say of what else happened; beyond it the oldest leave. */
export const MAX_LATELY = 20;
/** Faults that a mail names beside its leader; of the rest it only says how many there are. */
export const MAX_NAMED = 15;

/** A fault with what is needed to follow it through the next steps. */
export interface FollowedFault extends Fault {
  /** Last step whose verdict went into `hits`. */
  readonly countedAt: number;
  /** Last step at which its source was judged. */
  readonly judgedAt: number;
  /** Last step with a verdict other than unclear. */
  readonly observedAt: number;
  /** Time judged well since the last bad step, ms; unclear steps neither add to it nor take it away. */
  readonly wellMs: number;
  /** Firings of its key in a row with little quiet between them, this one included; 0 while pending. */
  readonly fires: number;
  /** Of its last transition. */
  readonly reason: string;
  /** False alarms in 30 days that its test could give when it began: its limit stays while it is open. */
  readonly budget?: number | undefined;
  /** Time between two readings of its watch, ms, where it is asked by reading; between two of them the fault rests. */
  readonly readingMs?: number | undefined;
  /** As its watch had it when it began; absent: what is usual. */
  readonly confirm?: Confirm | undefined;
  /** Watches whose faults explain this one, as it was when it began. */
  readonly parents?: WatchSpec['parents'];
  /** Those of them that were seen well since it began. */
  readonly wellParents?: readonly string[] | undefined;
}

/** Faults told in one notification, and what was told of them. Open as long as one of them is firing. */
export interface Group {
  readonly id: string;
  readonly openedAt: number;
  /** Ids, leader first. A key that fired twice in this group counts once, with the id of its first fault. */
  readonly faults: readonly string[];
  /** Id of the fault that gives the notification its subject; fixed once it was told. */
  readonly leader: string;
  readonly toldAt?: number | undefined;
  readonly toldSeverity?: Severity | undefined;
  /** Faults of this group that are over while others still fire, one a key. */
  readonly ended: readonly FollowedFault[];
  /** Ended faults beyond MAX_ENDED_KEPT. */
  readonly endedDropped: number;
  /** Ids of faults that a mail named. */
  readonly named?: readonly string[] | undefined;
}

/** A key whose fault ended lately. */
export interface RecentFault {
  readonly key: string;
  readonly resolvedAt: number;
  readonly fires: number;
}

export interface FaultBook {
  /** Pending and firing, in the order they began. */
  readonly faults: readonly FollowedFault[];
  readonly groups: readonly Group[];
  readonly recent: readonly RecentFault[];
  /** Faults that fired and ended, oldest first; those of longer ago may still be there. */
  readonly lately?: readonly FollowedFault[] | undefined;
}

export function emptyBook(): FaultBook {
  return { faults: [], groups: [], recent: [] };
}
