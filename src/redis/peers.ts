/** The linesmen of other hosts at the same Redis: each says that it lives, and hears how long nothing was heard of the others. */
import type { Redis } from 'ioredis';
import { within } from './limits.ts';
import { loadScript, runScript } from './script.ts';

/** Nothing was heard of it for so long: three beats may be lost, and a restart takes a few seconds. */
export const PEER_SILENT_MS = 60_000;
/** One that is gone for good is forgotten after this. */
export const PEER_FORGOTTEN_MS = 7 * 86_400_000;
/** Others looked at. */
export const PEERS_MAX = 200;

const KEY = 'linesman:peers';
const ANSWER_WITHIN_MS = 5_000;

export interface Peer {
  readonly host: string;
  /** Time since it was heard of, by the clock of Redis. */
  readonly ageMs: number;
  /** What it said last: it works, or was stopped by somebody. */
  readonly state: 'running' | 'stopped';
  /** The machine it ran on. */
  readonly place: string;
  readonly version: string;
  /** Host whose linesman tells that it is silent; undefined while it is not. */
  readonly teller?: string | undefined;
}

export interface Peers {
  /** Says that we live; resolves to the others. Rejects where Redis does not answer in time. */
  beat(state: Peer['state']): Promise<readonly Peer[]>;
}

export function createRedisPeers(parts: {
  readonly redis: Redis;
  readonly host: string;
  readonly place: string;
  readonly version: string;
  /** For tests. */
  readonly silentMs?: number;
}): Peers {
  const script = loadScript('peers.lua');
  const { redis, host, silentMs = PEER_SILENT_MS } = parts;
  const [place, version] = [word(parts.place), word(parts.version)];
  return {
    async beat(state) {
      if (redis.status !== 'ready') throw new Error('Redis is not connected');
      const bounds = [silentMs, PEER_FORGOTTEN_MS, PEERS_MAX].map(String);
      const args = [KEY, host, state, place, version, ...bounds];
      return toPeers(await within(ANSWER_WITHIN_MS, runScript(redis, script, 1, args)));
    },
  };
}

/** True: it was known. */
export async function forgetPeer(redis: Redis, host: string): Promise<boolean> {
  return (await redis.hdel(KEY, host)) > 0;
}

/** As they stand, without saying anything. */
export async function listPeers(redis: Redis): Promise<readonly Peer[]> {
  const [seconds = 0, micros = 0] = (await redis.time()).map(Number);
  const now = seconds * 1_000 + micros / 1_000;
  const found = await redis.hgetall(KEY);
  return Object.entries(found)
    .slice(0, PEERS_MAX)
    .flatMap(([host, text]) => {
      const [at, state = '', place = '', version = '', teller = ''] = text.split(' ');
      return toPeers([[host, Math.max(0, now - Number(at)), state, place, version, teller]]);
    });
}

function toPeers(answer: unknown): readonly Peer[] {
  return (answer as readonly (readonly [string, number, string, string, string, string])[]).map(
    ([host, age, state, place, version, teller]) => ({
      ...{ host, ageMs: Math.max(0, Number(age)), place, version },
      state: state === 'stopped' ? 'stopped' : 'running',
      ...(teller !== '-' && teller !== '' && { teller }),
    }),
  );
}

/** Without spaces, which part the words of a row. */
function word(text: string): string {
  return text.replace(/[^A-Za-z0-9._+-]/g, '_').slice(0, 64) || '-';
}
