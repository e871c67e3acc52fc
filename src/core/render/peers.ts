/** `linesman peers` as a person reads it. */
import { visible } from './sanitise.ts';
import { durationText } from './units.ts';

const CHARS = 64;

interface ShownPeer {
  readonly host: string;
  readonly ageMs: number;
  readonly state: 'running' | 'stopped';
  readonly place: string;
  readonly version: string;
  readonly teller?: string | undefined;
}

export function peersText(peers: readonly ShownPeer[]): string {
  if (peers.length === 0)
    return 'No linesman has been at this Redis in the last seven days: start one with this REDIS_URL.\n';
  const rows = peers.map((peer) =>
    [peer.host, stateOf(peer), peer.version, peer.place].map((text) => visible(text, CHARS)),
  );
  const head = ['HOST', 'HEARD OF', 'VERSION', 'RUNS ON'];
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  return [head, ...rows]
    .map(
      (row) =>
        `${row
          .map((text, i) => text.padEnd(widths[i] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

function stateOf({ ageMs, state, teller }: ShownPeer): string {
  const ago = `${durationText(Math.max(1_000, ageMs))} ago`;
  if (state === 'stopped') return `stopped ${ago}`;
  return teller === undefined ? ago : `SILENT, ${ago}`;
}
