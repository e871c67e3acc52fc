/** How long nothing was heard of a peer, as a figure; no outage of Redis and no jump of its clock makes one silent. */

import { seriesKey } from '../../core/observe/series.ts';
import type { Measurement, WatchSpec } from '../../core/plugin.ts';
import type { Peer } from '../../redis/peers.ts';

export const PEER_SILENT = 'linesman.peer.silent';

/** Stopped by somebody, it is told when it does not come back: an update takes minutes, a machine that was shut down stays away. */
const STOPPED_GRACE_MS = 15 * 60_000;
/** Ages are of whole seconds, and beats come a little late. */
const TOLERANCE_MS = 2_000;

export const PEER_WATCH: WatchSpec = {
  name: PEER_SILENT,
  detector: 'threshold',
  options: { series: PEER_SILENT, statistic: 'mean', window: 30_000, above: 60, leave: 30, unit: 'seconds' },
  by: 'peer',
  severity: 'critical',
  clearAfterMs: 30_000,
  rank: 3,
  title: 'Silence of one linesman',
  why: 'Another linesman at this Redis says nothing any more. Its machine may be down, or cut off from Redis; nobody watches what it watched.',
  whatToDo:
    'See whether its machine is there: `ping HOST`, `ssh HOST`.\nThen its linesman: `docker ps --filter name=linesman` or `systemctl status linesman`, and its way to Redis.\nWas it taken down for good: `linesman peers --forget HOST`.',
};

export interface PeerWatch {
  /** Figures of those that this host tells of; `elapsedMs` since the beat before, or undefined where that one failed. */
  measure(peers: readonly Peer[], elapsedMs: number | undefined): readonly Measurement[];
}

/** `host`: our own. */
export function createPeerWatch(host: string): PeerWatch {
  /** Host to what may be said of its silence, ms. */
  let heard: ReadonlyMap<string, number> = new Map();

  /** It grows no faster than our own clock: what an age leaps by is an outage of Redis, its clock, or our own start. */
  function silenceOf(peer: Peer, elapsedMs: number | undefined): number {
    const before = elapsedMs === undefined ? undefined : heard.get(peer.host);
    return before === undefined ? 0 : Math.min(peer.ageMs, before + (elapsedMs ?? 0) + TOLERANCE_MS);
  }

  return {
    measure(peers, elapsedMs) {
      const silences = peers.map((peer) => ({ peer, silentMs: silenceOf(peer, elapsedMs) }));
      heard = new Map(silences.map(({ peer, silentMs }) => [peer.host, silentMs]));
      return silences.filter(({ peer }) => (peer.teller ?? host) === host).map(toMeasurement);
    },
  };
}

function toMeasurement({ peer, silentMs }: { readonly peer: Peer; readonly silentMs: number }): Measurement {
  const isTold = peer.state === 'running' || silentMs >= STOPPED_GRACE_MS;
  const series = seriesKey(PEER_SILENT, { peer: peer.host });
  if (!isTold || silentMs < TOLERANCE_MS) return { series, value: isTold ? silentMs / 1_000 : 0 };
  return { series, value: silentMs / 1_000, lines: [sentenceOf(peer)] };
}

function sentenceOf({ host, place, version, state, ageMs }: Peer): string {
  const ago = `${Math.round(ageMs / 1_000)} s ago`;
  if (state === 'stopped')
    return `The linesman of ${host} (version ${version}, on ${place}) was stopped ${ago} and did not come back.`;
  return `The linesman of ${host} (version ${version}, on ${place}) was heard of last ${ago}; it did not say that it was being stopped.`;
}
