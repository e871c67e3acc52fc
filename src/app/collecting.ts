/** Asks the collectors for this machine's figures, again and again, and adds them to the machine's source. */
import type { Config } from '../config/config.ts';
import { checkOptions } from '../config/options.ts';
import { messageOf } from '../core/errors.ts';
import type { CollectorPlugin, MachinePlaces, Measurement } from '../core/plugin.ts';
import type { ToldLosses } from '../core/types.ts';
import type { Figures } from '../engine/figures.ts';
import { within } from '../redis/limits.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Watching } from './knowing/watching.ts';

/** Collectors that are due are asked this often. */
export const COLLECT_MS = 10_000;
/** A collector that does not answer by then is left for this reading: df waits for ever on a dead network mount. */
const COLLECT_WITHIN_MS = 5_000;
/** Stands in a complaint for all of them: the store did not take what they said. */
const FIGURES = 'figures';

export interface Collecting {
  start(): void;
  stop(): Promise<void>;
}

export function createCollecting(parts: {
  readonly watching: Watching;
  readonly config: Config;
  readonly places: MachinePlaces;
  readonly figures: Figures;
  readonly now: () => number;
  /** ms, never set: when to ask is no matter of the clock on the wall. */
  readonly clock: () => number;
  readonly log: Logger;
  readonly onCollected: (now: number) => void;
  /** Figures of linesman itself, taken with the machine's. */
  readonly measureSelf: (now: number) => readonly Measurement[];
  /** Losses that these figures tell; stored with them, so that none is told twice or never. */
  readonly told: () => ToldLosses;
}): Collecting {
  const runners = parts.watching.collectors.map((plugin) => compile(plugin, parts));
  const busy = new Map<string, Promise<readonly Measurement[]>>();
  const askedAt = new Map<string, number>();
  /** Those that were complained of and have not answered since. */
  const silent = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();
  let isWorking = false;

  function complain(name: string, error: unknown): void {
    if (silent.has(name)) return;
    silent.add(name);
    parts.log.warn({ name, error: messageOf(error) }, 'A collector did not answer');
  }

  async function ask({ name, everyMs, runner }: Runner): Promise<readonly Measurement[]> {
    const now = parts.clock();
    // Half a round of tolerance: timers come late, and never early.
    if (now - (askedAt.get(name) ?? Number.NEGATIVE_INFINITY) < everyMs - COLLECT_MS / 2) return [];
    // One that still hangs is not started again beside itself.
    if (busy.has(name)) return [];
    askedAt.set(name, now);
    const answer = runner.collect().finally(() => busy.delete(name));
    busy.set(name, answer);
    try {
      const measured = await within(COLLECT_WITHIN_MS, answer);
      silent.delete(name);
      return measured;
    } catch (error) {
      complain(name, error);
      return [];
    }
  }

  async function collect(): Promise<void> {
    const machine = (await Promise.all(runners.map(ask))).flat();
    const now = parts.now();
    const measured = [...machine, ...parts.measureSelf(now)];
    if (measured.length > 0) await parts.figures.add(measured, now, parts.told());
    silent.delete(FIGURES);
    parts.onCollected(now);
  }

  function next(): void {
    // The last one may still wait for the store; its figures are enough.
    if (isWorking) return;
    isWorking = true;
    working = collect()
      .catch((error: unknown) => complain(FIGURES, error))
      .finally(() => {
        isWorking = false;
      });
  }

  return {
    start() {
      next();
      timer = setInterval(next, COLLECT_MS);
    },
    async stop() {
      clearInterval(timer);
      await working;
    },
  };
}

interface Runner {
  readonly name: string;
  readonly everyMs: number;
  readonly runner: ReturnType<CollectorPlugin['compile']>;
}

function compile(plugin: CollectorPlugin, { config, places }: { config: Config; places: MachinePlaces }): Runner {
  const { options } = checkOptions(plugin.options, config.collectors[plugin.name]?.options ?? {});
  return { name: plugin.name, everyMs: plugin.everyMs, runner: plugin.compile(options, places) };
}
