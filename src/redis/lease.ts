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
  readonly onTrouble: (message: string) => void;
  readonly onOk: () => void;
  readonly lengthMs?: number;
}): Lease {
  const { redis, agent, lengthMs = LEASE_MS } = parts;
  const claimScript = loadScript('lease.lua');
  const releaseScript = loadScript('release.lua');
  const key = `{${parts.host}}:lease`;
  const place = parts.place.replace(/[^A-Za-z0-9._-]/g, '_').slice(0, 64) || '-';
  const start = randomUUID();
  let isFirst = true;

  return {
    async claim(signal) {
      const args = [key, agent, start, String(lengthMs), place, isFirst ? '1' : '0'];
      const reply = await untilKnown({ ...parts, signal }, () => runScript(redis, claimScript, 1, args));
      isFirst = false;
      const [holder, where, left] = reply as [string, string, number];
      return { isOurs: left === 0, agent: holder, place: where, leftMs: left };
    },
    async release(signal) {
      await untilKnown({ ...parts, signal }, () => runScript(redis, releaseScript, 1, [key, start]));
    },
  };
}
