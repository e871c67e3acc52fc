/** Who of the wanted processes is new since the last look, which is a start, and who replaced whom. */
import type { Process } from '../../machine/processes.ts';
import { createRecentStarts } from '../starts/recent-starts.ts';
import type { StartLimit } from '../starts/start-options.ts';

export interface Followed {
  /** Starts since the last look; nothing at the first. */
  readonly started: readonly Process[];
  readonly ended: readonly Process[];
  /** Within the window. */
  readonly starts: number;
}

export interface Follower {
  look(processes: readonly Process[], now: number): Followed;
  /** One was there since linesman started. */
  hasSeen(): boolean;
}

/** Workers that another of them started come and go as their master likes; only those that nobody of them started are followed. */
export function createFollower(limit: StartLimit): Follower {
  const recent = createRecentStarts(limit.withinMs);
  let known: ReadonlyMap<string, Process> | undefined;
  let leading: readonly Process[] = [];
  let wasThere = false;
  return {
    hasSeen: () => wasThere,
    look: (processes, now) => {
      const before = known;
      const pids = new Set(processes.map(({ pid }) => pid));
      const leaders = processes.filter(({ parent }) => !pids.has(parent));
      const there = new Map(processes.map((one) => [identityOf(one), one]));
      // One whose master ended leads now, and was there before.
      const started = before === undefined ? [] : leaders.filter((one) => !before.has(identityOf(one)));
      // What is there for the first time was not restarted.
      if (wasThere) recent.add(now, started.length);
      const ended = leading.filter((one) => !there.has(identityOf(one)));
      const told = wasThere ? started : [];
      known = there;
      if (leaders.length > 0) leading = leaders;
      wasThere ||= leaders.length > 0;
      return { started: told, ended, starts: recent.count(now) };
    },
  };
}

function identityOf({ pid, startedTicks }: Process): string {
  return `${pid} ${startedTicks}`;
}
