/** Which of the wanted processes started anew since the last look, in whose place, and how often that place was taken lately. */
import type { Process } from '../../machine/processes.ts';
import { createRecentStarts, type RecentStarts } from '../starts/recent-starts.ts';
import type { StartLimit } from '../starts/start-options.ts';

/** Places kept that nobody has now; what ran once and never again needs none. */
const FREE_MAX = 1_000;

export interface Followed {
  /** Started since the last look; nothing before one was there. */
  readonly started: readonly Process[];
  /** In their places, as far as they had somebody in them. */
  readonly ended: readonly Process[];
  /** Starts within the window in the place that had most. */
  readonly starts: number;
}

export interface Follower {
  look(processes: readonly Process[], now: number): Followed;
  /** One was there since linesman started. */
  hasSeen(): boolean;
}

/** Four workers that a deploy restarts are one start in each of four places; one that fails again and again has them all in its own. */
interface Place {
  holder: Process;
  isFree: boolean;
  readonly starts: RecentStarts;
}

/** Workers that another of them started come and go as their master likes; only those that nobody of them started are followed. */
export function createFollower(limit: StartLimit): Follower {
  let known = new Set<string>();
  let places: readonly Place[] = [];
  let wasThere = false;

  function settle(process: Process, now: number): Process | undefined {
    const [free] = places.filter(({ isFree }) => isFree).sort((a, b) => b.starts.count(now) - a.starts.count(now));
    if (free === undefined) {
      places = [...places, { holder: process, isFree: false, starts: createRecentStarts(limit.withinMs) }];
      return undefined;
    }
    const before = free.holder;
    free.starts.add(now, 1);
    free.holder = process;
    free.isFree = false;
    return before;
  }

  return {
    hasSeen: () => wasThere,
    look: (processes, now) => {
      const pids = new Set(processes.map(({ pid }) => pid));
      const there = new Set(processes.map(identityOf));
      for (const place of places) place.isFree = !there.has(identityOf(place.holder));
      // One whose master ended leads now, and was there before.
      const fresh = processes.filter((one) => !pids.has(one.parent) && !known.has(identityOf(one)));
      const ended = fresh.flatMap((one) => settle(one, now) ?? []);
      const started = wasThere ? fresh : [];
      known = there;
      const free = places.filter(({ isFree }) => isFree).slice(-FREE_MAX);
      places = [...places.filter(({ isFree }) => !isFree), ...free];
      wasThere ||= processes.length > 0;
      return { started, ended, starts: Math.max(0, ...places.map(({ starts }) => starts.count(now))) };
    },
  };
}

function identityOf({ pid, startedTicks }: Process): string {
  return `${pid} ${startedTicks}`;
}
