/** Joins what measures this machine: collectors, checks, and the beats of other linesmans. None of them is started yet. */
import type { Config } from '../config/config.ts';
import type { Measurement } from '../core/plugin.ts';
import type { ToldLosses } from '../core/types.ts';
import { type Figures, MACHINE_SOURCE } from '../engine/figures.ts';
import type { Logger } from '../telemetry/logger.ts';
import { type Asking, type Checking, createChecking } from './checking/checking.ts';
import { createJudgeSoon } from './checking/judge-soon.ts';
import { type Collecting, createCollecting } from './collecting.ts';
import type { KnownCheck } from './knowing/checks.ts';
import type { Closers, Opened } from './opening.ts';
import { createPeerBeats, type PeerBeats } from './peers/peers.ts';
import type { Progress } from './reading/progress.ts';
import type { Ticking } from './ticking.ts';

export interface Measuring {
  readonly collecting: Pick<Collecting, 'stop'>;
  readonly checking: Pick<Checking, 'suspect' | 'stop'>;
  start(): void;
  /** Goes on with these checks. */
  useChecks(checks: readonly KnownCheck[]): void;
}

/** What it opens adds its closer. */
export function createMeasuring(
  parts: {
    readonly config: Config;
    readonly log: Logger;
    readonly figures: Figures;
    readonly progress: Progress;
    readonly ticking: Ticking;
    readonly reading: { measure(now: number): readonly Measurement[]; told(): ToldLosses };
    readonly onError: (error: unknown) => void;
  },
  opened: Opened,
  closers: Closers,
): Measuring {
  const { config, log, figures, progress, reading } = parts;
  const { watching, surface } = opened;
  const peers = createPeers(config, opened, closers);
  const reach = (time: number) => void progress.reach(MACHINE_SOURCE, time);
  const collecting = createCollecting({
    ...{ watching, config, places: opened.places, figures, now: Date.now, log },
    clock: () => performance.now(),
    onCollected: reach,
    measureSelf: (at) => [...reading.measure(at), ...(peers?.measure() ?? [])],
    told: reading.told,
  });
  const judgeSoon = createJudgeSoon({
    ...{ now: Date.now, reach, onError: parts.onError },
    settled: figures.told,
    judge: async () => await parts.ticking.run('timer'),
  });
  const checking = createChecking({
    ...{ checks: watching.checks, now: Date.now, clock: () => performance.now() },
    onAsked: (asking) => sayAsked(asking, surface),
    async tell(measurements, { now, isWrong }) {
      await figures.add(measurements, now).then(() => judgeSoon.saw(now, isWrong), parts.onError);
    },
  });
  closers.push(async () => judgeSoon.stop());
  return {
    ...{ collecting, checking },
    start() {
      peers?.start();
      collecting.start();
      checking.start();
    },
    useChecks(checks) {
      checking.use(checks);
      surface.metrics.checks.keep(checks.map(({ name }) => name));
    },
  };
}

function sayAsked({ check, tookMs, reading, bug }: Asking, { metrics, limited }: Opened['surface']): void {
  if (reading) metrics.checks.sawAnswer(check, { isWell: reading.cause === undefined, tookMs });
  if (bug === undefined) return;
  metrics.checks.countError(check);
  limited.warn({ check, error: bug }, 'A check gave no answer, which is a bug of linesman; please report it');
}

/** Where the Redis is one that others may be at. */
function createPeers({ host }: Config, { storage }: Opened, closers: Closers): PeerBeats | undefined {
  if (storage.peers === undefined) return undefined;
  const beats = createPeerBeats({ peers: storage.peers, host, now: Date.now, clock: () => performance.now() });
  closers.push(beats.stop);
  return beats;
}
