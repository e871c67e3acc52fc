/** The live service: opens its parts in their order, starts them, and stops them the other way round. */
import type { Config } from '../config/config.ts';
import { messageOf } from '../core/errors.ts';
import type { Transition } from '../core/types.ts';
import { readForever } from '../engine/live.ts';
import type { Logger } from '../telemetry/logger.ts';
import { VERSION } from '../version.ts';
import { type Closers, type Opened, openAll } from './opening.ts';
import type { Key } from './reload/settings.ts';
import { EVICTING_REDIS, STATE_LOST } from './self.ts';
import { createWorking, type Working } from './working.ts';

/** Stopping does not wait longer than this for Redis. */
const STOP_WITHIN_MS = 3_500;

export interface Service {
  readonly httpPort: number;
  /** Rejects when a part fails that cannot go on; the process should end. */
  readonly failed: Promise<never>;
  /** Resolves when another linesman of this name has taken over: stop this one, and start again to stand by. */
  readonly takenOver: Promise<void>;
  /** Takes settings that need no new start; `changed` are their keys. Rejects with UserError where it cannot, and changes nothing. */
  configure(config: Config, changed: readonly Key[]): Promise<void>;
  /** What became of the settings asked for last; `refusal`, where they are not in force. */
  sayReload(result: 'taken' | 'refused', refusal: string | undefined): void;
  /** Stops reading, flushes, closes; within 5 s. */
  stop(): Promise<void>;
}

export interface ServiceParts {
  readonly config: Config;
  readonly log: Logger;
  /** Program of the embedded Redis; looked for when it is not given. */
  readonly redisProgram?: string | undefined;
  /** Gives the start up; nothing is read before it is done. */
  readonly signal?: AbortSignal | undefined;
  /** For the demo, which shows what happens. */
  readonly onTransitions?: (transitions: readonly Transition[]) => void;
}

/**
 * Resolves when it watches: what is written from then on counts. Stands by, serving HTTP, while another linesman of this
 * name watches. Throws UserError where it cannot start.
 */
export async function startService(parts: ServiceParts): Promise<Service> {
  const closers: Closers = [];
  const abort = new AbortController();
  const giveUp = () => abort.abort();
  parts.signal?.addEventListener('abort', giveUp);
  try {
    for (const warning of parts.config.warnings) parts.log.warn({ warning }, 'Configuration');
    const opened = await openAll({ ...parts, signal: abort.signal }, closers);
    const working = createWorking(parts, opened, closers);
    const { sources, reading, figures, learning } = working;
    await Promise.all(sources.map(async ({ engine }) => await engine.open(Date.now())));
    reading.begin(sources, await figures.told());
    await learning.begin(sources);
    parts.signal?.throwIfAborted();
    return begin(parts, { opened, working, closers, abort });
  } catch (error) {
    abort.abort();
    await closeAll(closers, parts.log);
    throw error;
  } finally {
    parts.signal?.removeEventListener('abort', giveUp);
  }
}

interface Started {
  readonly opened: Opened;
  readonly working: Working;
  readonly closers: Closers;
  readonly abort: AbortController;
}

function begin({ config, log }: ServiceParts, { opened, working, closers, abort }: Started): Service {
  const { surface, storage, turn, watching } = opened;
  const { sources, ticking, jobs, measuring, delivering, reloading, contracts, learning } = working;
  const stopping = { is: false };
  const loops = readAll(opened, working, () => stopping.is);
  ticking.start();
  jobs.begin();
  measuring.start();
  reloading.start();
  storage.recheck(() => working.count(EVICTING_REDIS));
  if (turn.foundEmptied) tellEmptied(working, log);
  void delivering.verify();
  surface.show(working);
  const names = sources.map(({ name }) => name);
  const watches = watching.lineWatches.length + watching.machineWatches.length;
  const facts = { version: VERSION, host: config.host, sources: names, watches, http: surface.port };
  log.info(facts, 'linesman is watching');
  contracts.begin();

  return {
    httpPort: surface.port,
    takenOver: turn.over,
    async configure(next, changed) {
      await reloading.configure(next);
      if (changed.includes('mail')) void delivering.verify();
    },
    sayReload(result, refusal) {
      surface.metrics.countReload('config', result);
      if (result === 'taken') surface.metrics.setReloaded('config', Date.now());
      if (refusal === undefined) surface.health.clear('settings');
      else surface.health.set('settings', refusal);
    },
    failed: Promise.all(loops).then(() => new Promise<never>(() => {})),
    async stop() {
      stopping.is = true;
      const giveUp = setTimeout(() => abort.abort(), STOP_WITHIN_MS);
      const readers = sources.map(async ({ reader }) => await reader.close());
      const others = [learning, measuring.collecting, measuring.checking, ticking, reloading].map(
        async (part) => await part.stop(),
      );
      await Promise.allSettled([...readers, ...loops, ...others]);
      await closeAll(closers, log);
      clearTimeout(giveUp);
    },
  };
}

/** Its sources cannot say it: they find nothing where they never wrote. */
function tellEmptied({ count }: Working, log: Logger): void {
  const sentence =
    'Redis was emptied while this linesman stood by, and the other one did not come back: a source that is not in the mirror of this data folder begins anew, as at a first start.';
  log.error({ sentence }, 'Redis was emptied before this one took over');
  count(STATE_LOST, [sentence]);
}

/** The loops of all sources, each until it is stopped. */
function readAll({ surface }: Opened, working: Working, isStopping: () => boolean): readonly Promise<void>[] {
  const { sources, reading, progress, ticking, lookForLoss } = working;
  return sources.map(
    async (source) =>
      await readForever(source, {
        now: Date.now,
        delay: async (ms) => await new Promise((resolve) => setTimeout(resolve, ms)),
        isStopping,
        onRound(source, round) {
          const { name, reader } = source;
          reading.sawRound(source, round);
          lookForLoss();
          if (round.lines > 0) progress.sawLines(Date.now());
          if (progress.reach(name, round.complete) && round.lines > 0) ticking.wake();
          surface.metrics.observeRound(name, round.tookMs);
          surface.sayProblems(name, reader.problems());
        },
      }),
  );
}

/** In the opposite order of opening; one that fails does not keep the others from closing. */
async function closeAll(closers: Closers, log: Logger): Promise<void> {
  for (const close of [...closers].reverse()) {
    await close().catch((error: unknown) => log.warn({ error: messageOf(error) }, 'A part did not close'));
  }
}
