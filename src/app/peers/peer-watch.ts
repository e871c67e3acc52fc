/** How long nothing was heard of a peer, as a figure; no outage of Redis and no jump of its clock makes one silent. */

import { seriesKey } from '../../core/observe/series.ts';
import type { Measurement, WatchSpec } from '../../core/plugin.ts';
import { PEER_SILENT_MS, type Peer } from '../../redis/peers.ts';

export const PEER_SILENT = 'linesman.peer.silent';

/** Stopped by somebody, it is told when it does not come back: an update takes minutes, a machine that was shut down stays away. */
const STOPPED_GRACE_MS = 15 * 60_000;
/** Who spoke within this is there, whatever we have missed. */
const ALIVE_MS = 30_000;
/** Beats come a little late. */
const TOLERANCE_MS = 2_000;
/** Two beats are missing. */
const LINES_FROM_S = 20;

export const PEER_WATCH: WatchSpec = {
  name: PEER_SILENT,
  detector: 'threshold',
  options: { series: PEER_SILENT, statistic: 'mean', window: 30_000, above: 60, leave: 30, unit: 'seconds' },
  by: 'peer',
  severity: 'critical',
  clearAfterMs: 30_000,
  rank: 3,
  title: 'Silent linesman of one host',
  why: 'Another linesman at this Redis says nothing any more. Its machine may be down, or cut off from Redis; nobody watches what it watched.',
  whatToDo:
    'See whether its machine is there: `ping PEER`, `ssh PEER`.\nThen its linesman: `docker ps --filter name=linesman` or `systemctl status linesman`, and its way to Redis.\nWas it taken down for good: `linesman peers --forget PEER`.',
};

export interface PeerWatch {
  /** Figures at `now` of those that this host tells of; `elapsedMs` since the beat before, or undefined where that one failed. */
  measure(peers: readonly Peer[], now: number, elapsedMs: number | undefined): readonly Measurement[];
}

interface Heard {
  /** What may be said of its silence, ms. */
  readonly silentMs: number;
  /** When it spoke last, as it was reckoned first: each beat reckons it a little otherwise. */
  readonly spokeAt: number;
}

/** `host`: our own. */
export function createPeerWatch(host: string): PeerWatch {
  let heard: ReadonlyMap<string, Heard> = new Map();

  /** Silence grows no faster than our own clock: what an age leaps by is an outage of Redis, its clock, or our own start. */
  function hear({ host: peer, ageMs }: Peer, now: number, elapsedMs: number | undefined): Heard {
    const before = heard.get(peer);
    const spokeAt = before && Math.abs(before.spokeAt - (now - ageMs)) <= TOLERANCE_MS ? before.spokeAt : now - ageMs;
    if (before === undefined || elapsedMs === undefined) return { silentMs: ageMs <= ALIVE_MS ? ageMs : 0, spokeAt };
    return { silentMs: Math.min(ageMs, before.silentMs + elapsedMs + TOLERANCE_MS), spokeAt };
  }

  return {
    measure(peers, now, elapsedMs) {
      heard = new Map(peers.map((peer) => [peer.host, hear(peer, now, elapsedMs)]));
      const ours = peers.filter(({ teller = host }) => teller === host);
      return ours.flatMap((peer) => {
        const known = heard.get(peer.host);
        return known && !isUnknown(peer, known) ? toMeasurement(peer, known) : [];
      });
    },
  };
}

/** It said nothing for longer than we have listened: neither that it is silent may be said yet, nor that it speaks. */
function isUnknown({ ageMs }: Peer, { silentMs }: Heard): boolean {
  return ageMs > ALIVE_MS && silentMs + TOLERANCE_MS < ageMs && silentMs < PEER_SILENT_MS;
}

function toMeasurement(peer: Peer, { silentMs, spokeAt }: Heard): Measurement {
  const series = seriesKey(PEER_SILENT, { peer: peer.host });
  const isTold = peer.state === 'running' || silentMs >= STOPPED_GRACE_MS;
  const value = isTold ? silentMs / 1_000 : 0;
  return value < LINES_FROM_S ? { series, value } : { series, value, lines: [sentenceOf(peer, spokeAt)] };
}

function sentenceOf({ host, place, version, state }: Peer, spokeAt: number): string {
  const who = `The linesman of ${host} (version ${version}, on ${place})`;
  const at = `${new Date(spokeAt).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  if (state === 'stopped') return `${who} was stopped at ${at} and did not come back.`;
  return `${who} was heard of last at ${at}; it did not say that it was being stopped.`;
}
