/** Beats beside the other linesmen of the same Redis, and measures who of them is silent. */
import type { Measurement } from '../../core/plugin.ts';
import { within } from '../../redis/limits.ts';
import type { Peers } from '../../redis/peers.ts';
import { createPeerWatch } from './peer-watch.ts';

const BEAT_MS = 10_000;
/** Without an answer the others find out by themselves. */
const STOP_WITHIN_MS = 1_000;

export interface PeerBeats {
  start(): void;
  /** What is to be added to the machine's figures; each beat's figures once. */
  measure(): readonly Measurement[];
  /** Says that this one is being stopped, and ends. */
  stop(): Promise<void>;
}

export function createPeerBeats(parts: {
  readonly peers: Peers;
  readonly host: string;
  readonly now: () => number;
  /** In ms, never set back or forward. */
  readonly clock: () => number;
  readonly beatMs?: number;
}): PeerBeats {
  const watch = createPeerWatch(parts.host);
  let measured: readonly Measurement[] = [];
  let beatAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let beating: Promise<void> | undefined;

  async function beat(): Promise<void> {
    try {
      const others = await parts.peers.beat('running');
      const now = parts.clock();
      measured = watch.measure(others, parts.now(), beatAt === undefined ? undefined : now - beatAt);
      beatAt = now;
    } catch {
      // Redis is away, which is told elsewhere: of the others nothing is known.
      beatAt = undefined;
      measured = [];
    }
  }

  function next(): void {
    beating ??= beat().finally(() => {
      beating = undefined;
    });
  }

  return {
    start() {
      next();
      timer = setInterval(next, parts.beatMs ?? BEAT_MS);
    },
    measure() {
      const taken = measured;
      measured = [];
      return taken;
    },
    async stop() {
      if (timer === undefined) return;
      clearInterval(timer);
      const said = (beating ?? Promise.resolve()).then(async () => await parts.peers.beat('stopped'));
      await within(STOP_WITHIN_MS, said).catch(() => {});
    },
  };
}
