/** What this machine itself knows of a port of its own that did not answer, for checks that speak over it. */
import { setTimeout as pause } from 'node:timers/promises';
import type { CheckReading } from '../../core/check.ts';
import type { MachinePlaces } from '../../core/plugin.ts';
import { explain, hasOwnNetwork, isHere } from '../port/here.ts';
import type { Peer } from './connection-causes.ts';
import type { ConnectionCause } from './connection-trouble.ts';

/** A reading is late as it is; on a machine of ten thousand processes nobody waits longer for who holds a port. */
const LOOK_MS = 500;
const LOOKED_AT: readonly (string | undefined)[] = ['refused', 'timeout', 'reset'] satisfies ConnectionCause[];

export interface Nearby {
  /** The reading with what is known of the port; or, where it is another's than it seems, one that says so. */
  explained(reading: CheckReading): Promise<CheckReading>;
}

/** `sys`: our own /sys, which shows the network that connections go out from. */
export function createNearby({ target, host, port }: Peer, places: MachinePlaces, sys = '/sys'): Nearby {
  const asked = { kind: 'tcp', host, port } as const;
  const isContainer = places.isContainerOnly || places.proc !== '/proc';
  let wasReached = false;
  return {
    async explained(reading) {
      // Figures are of an answer, right or wrong.
      wasReached ||= reading.figures !== undefined;
      if (!LOOKED_AT.includes(reading.cause) || !isHere(asked)) return reading;
      // There 127.0.0.1 is the container: what never answered at it may well be up outside.
      if (reading.cause === 'refused' && isContainer && !wasReached && hasOwnNetwork(sys))
        return {
          cause: 'cannot-ask',
          said: `${target} is in the network of linesman's own container, where nothing listens on it.`,
        };
      const nothing = pause(LOOK_MS, [] as readonly string[], { ref: false });
      const found = await Promise.race([explain(asked, places), nothing]);
      return { ...reading, lines: [...(reading.lines ?? []), ...found] };
    },
  };
}
