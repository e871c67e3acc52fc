/** Of all linesmen that run under one name at one Redis, which one is at work: a lease that it renews. */
import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { loadScript, runScript } from './script.ts';
import { untilKnown } from './until-known.ts';

/** A linesman that is gone is followed by another within this time. */
export const LEASE_MS = 10_000;

export interface LeaseClaim {
  readonly isOurs: boolean;
  /** Agent id of who holds it now, and the machine it runs on. */
  readonly agent: string;
  readonly place: string;
  /** How long another's lease goes on if it is not renewed; 0 for our own. */
  readonly leftMs: number;
  /** Ours now, and what another had before was gone without being given back. */
  readonly wasEmptied: boolean;
}

export interface Lease {
  /** Takes the lease where it is free or ours, and renews it. Waits until Redis answers; rejects when the signal aborts. */
  claim(signal: AbortSignal): Promise<LeaseClaim>;
  /** Gives it back, so that another need not wait. Rejects when the signal aborts. */
  release(signal: AbortSignal): Promise<void>;
}

/**
 * `agent`: an id that outlives this process and that no other living process has. Its first claim takes over what an
 * earlier start of the same agent left behind. Time is Redis' own.
 */
export function createRedisLease(parts: {
  readonly redis: Redis;
  readonly host: string;
  readonly agent: string;
  /** Where it runs, for people. */
  readonly place: string;
  /** In ms, never set back or forward. */
  readonly clock: () => number;
  readonly onTrouble: (message: string) => void;
  readonly onOk: () => void;
  readonly lengthMs?: number;
}): Lease {
  const { redis, agent, clock, lengthMs = LEASE_MS } = parts;
  const claimScript = loadScript('lease.lua');
  const releaseScript = loadScript('release.lua');
  const key = `{${parts.host}}:lease`;
  const place = parts.place.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 64) || '-';
  const start = randomUUID();
  let isFirst = true;
  /** Who was at work when this one asked last. */
  let other: Pick<LeaseClaim, 'agent' | 'place'> | undefined;
  let goneSince: number | undefined;

  /** The other's lease goes on for its length where Redis forgot it: by then whoever lives has renewed it. */
  function leftOfGone(): number {
    return goneSince === undefined ? lengthMs : Math.max(0, goneSince + lengthMs - clock());
  }

  async function ask(signal: AbortSignal): Promise<readonly [holder: string, where: string, left: number]> {
    const isWaiting = other !== undefined && leftOfGone() > 0;
    const args = [key, agent, start, String(lengthMs), place, isFirst ? '1' : '0', isWaiting ? '1' : '0'];
    const reply = await untilKnown({ ...parts, signal }, () => runScript(redis, claimScript, 1, args));
    isFirst = false;
    return reply as [string, string, number];
  }

  return {
    async claim(signal) {
      const [holder, where, left] = await ask(signal);
      if (left === 0) {
        const wasEmptied = goneSince !== undefined;
        other = undefined;
        goneSince = undefined;
        return { isOurs: true, agent: holder, place: where, leftMs: 0, wasEmptied };
      }
      const isGone = holder === '';
      goneSince = isGone ? (goneSince ?? clock()) : undefined;
      other = isGone && other ? other : { agent: holder, place: where };
      return { isOurs: false, ...other, leftMs: isGone ? leftOfGone() : left, wasEmptied: false };
    },
    async release(signal) {
      await untilKnown({ ...parts, signal }, () => runScript(redis, releaseScript, 1, [key, start]));
    },
  };
}
