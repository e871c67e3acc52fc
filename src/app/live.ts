/** Joins the parts of the live service and starts them in their order; stopping goes the other way round. */
import { randomUUID } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { messageOf } from '../core/errors.ts';
import type { Transition } from '../core/types.ts';
import { lockDataFolder } from '../data-folder.ts';
import { openMirror } from '../data-mirror.ts';
import { createSourceChain } from '../engine/chain.ts';
import { createFigures, MACHINE_SOURCE } from '../engine/figures.ts';
import { type LiveSource, readForever } from '../engine/live.ts';
import { createTicker } from '../engine/tick.ts';
import { openJournal } from '../notifiers/journal.ts';
import { createQueues, type Queues } from '../redis/queues.ts';
import type { Logger } from '../telemetry/logger.ts';
import { VERSION } from '../version.ts';
import { createCollecting } from './collecting.ts';
import { createDelivering, createNotifier } from './delivering.ts';
import { createLiveSources } from './live-sources.ts';
import { createProgress } from './progress.ts';
import { createReading } from './reading.ts';
import { DEAD_DELIVERIES, EVICTING_REDIS, STATE_LOST } from './self.ts';
import { takeTurnIn } from './standby.ts';
import { createStateLost } from './state-lost.ts';
import { openStorage } from './storage.ts';
import { createStoreWait } from './store-wait.ts';
import { openSurface } from './surface.ts';
import { tellOfStorage } from './tell-of-storage.ts';
import { createTicking } from './ticking.ts';
import { loadWatching } from './watching.ts';

/** Stopping does not wait longer than this for Redis. */
const STOP_WITHIN_MS = 3_500;

export interface Service {
  readonly httpPort: number;
  /** Rejects when a part fails that cannot go on; the process should end. */
  readonly failed: Promise<never>;
  /** Resolves when another linesman of this name has taken over: stop this one, and start again to stand by. */
  readonly takenOver: Promise<void>;
  /** Stops reading, flushes, closes; within 5 s. */
  stop(): Promise<void>;
}

export interface ServiceParts {
  readonly config: Config;
  readonly log: Logger;
  /** Program of the embedded Redis; looked for when it is not given. */
  readonly redisProgram?: string | undefined;
  /** For the demo, which shows what happens. */
  readonly onTransitions?: (transitions: readonly Transition[]) => void;
}

type Closers = (() => Promise<void>)[];

/**
 * Resolves when it watches: what is written from then on counts. Stands by, serving HTTP, while another linesman of this
 * name watches. Throws UserError where it cannot start.
 */
export async function startService(parts: ServiceParts): Promise<Service> {
  const closers: Closers = [];
  const abort = new AbortController();
  try {
    return await startParts(parts, closers, abort);
  } catch (error) {
    abort.abort();
    await closeAll(closers, parts.log);
    throw error;
  }
}

async function startParts(
  { config, log, redisProgram, onTransitions }: ServiceParts,
  closers: Closers,
  abort: AbortController,
): Promise<Service> {
  const now = Date.now;
  const clock = () => performance.now();
  for (const warning of config.warnings) log.warn({ warning }, 'Configuration');
  const watching = await loadWatching(config);
  const notifier = createNotifier(config);
  const lock = await lockDataFolder(config.data);
  closers.push(lock.release);
  const surface = await openSurface(config, log);
  closers.push(surface.close);
  const journal = await openJournal(config.data);
  closers.push(journal.close, async () => await notifier?.close());
  const mirror = await openMirror({
    folder: config.data,
    onTrouble: (message) => surface.limited.warn({ message }, 'The mirror of what was counted is not kept'),
  });
  closers.push(mirror.close);
  const wait = createStoreWait(clock);
  closers.push(await tellOfStorage({ config, notifier, journal, wait, surface, now, clock, log }));
  const storage = await openStorage({ config, health: surface.health, log, signal: abort.signal, wait, redisProgram });
  closers.push(storage.close);
  const turn = await takeTurnIn({ config, storage, surface, log, signal: abort.signal });
  closers.push(turn.close);

  const { store } = storage;
  const { host } = config;
  const names = config.sources.map(({ name }) => name);
  const newCommitId = createCommitIds();
  const progress = createProgress();
  const ticker = createTicker({
    store,
    facts: { host, timezone: config.timezone, version: VERSION },
    receivers: notifier ? config.mail.to : [],
    watches: {
      ...Object.fromEntries(names.map((name) => [name, watching.lineWatches])),
      [MACHINE_SOURCE]: watching.machineWatches,
    },
    newCommitId,
  });
  const figures = createFigures(createSourceChain({ store, host, source: MACHINE_SOURCE, newCommitId }));
  const onError = (error: unknown) =>
    surface.limited.warn({ error: messageOf(error) }, 'A part of the work failed; it is tried again');
  const count = (series: string) => void figures.add([{ series, value: 1 }], now()).catch(onError);
  const delivering = createDelivering({
    ...{ store, host, journal, notifier, surface, log },
    onDead(id) {
      // A mail about undeliverable mails that cannot be delivered would tell of itself for ever.
      const about = ticker.state()?.outbox.find((one) => one.id === id)?.model.watch;
      if (about !== DEAD_DELIVERIES) count(DEAD_DELIVERIES);
    },
  });
  closers.push(delivering.close);
  let queues: Queues | undefined;
  let sources: readonly LiveSource[] = [];
  const lookForLoss = createStateLost({
    sources: () => sources,
    ...{ ticker, now },
    onLost() {
      log.error({}, 'Redis was emptied: what was counted is written anew, nothing is counted again');
      count(STATE_LOST);
    },
  });
  const ticking = createTicking({
    ...{ ticker, journal, now, onError },
    enqueueTick: async (id) => await queues?.enqueueTick(id),
    enqueueNotify: async (id) => await queues?.enqueueNotify(id),
    complete: progress.complete,
    lastLinesAt: progress.lastLinesAt,
    onResult(result) {
      lookForLoss();
      surface.logResult(result);
      onTransitions?.(result.transitions);
    },
    onTick(by, tookMs) {
      surface.metrics.observeTick(by, tookMs);
      surface.health.clear('judging');
    },
    onFailed: (error) =>
      surface.health.set(
        'judging',
        `Nothing is judged: ${messageOf(error)}. Lines are still counted; please report this.`,
      ),
  });
  // Its workers begin at once, with jobs that an earlier run left.
  queues = await createQueues({
    ...{ url: storage.url, host, onError },
    onTick: async () => await ticking.run('queue'),
    onNotify: async (id, attempt) => await delivering.deliver(id, attempt, now()),
  });
  closers.push(queues.close);
  sources = createLiveSources({
    ...{ config, watching, store, mirror, newCommitId },
    judge: async (source, upTo) => await ticking.run('timer', { ...progress.complete(), [source]: upTo }),
    judgedUntil: (name) => ticker.state()?.judged[name],
    onEnded: (source) => log.info({ source }, 'The source has ended; nothing more comes from it'),
  });
  const reading = createReading({ config, surface, now, log });
  closers.push(reading.stop);
  const collecting = createCollecting({
    ...{ watching, config, figures, now, log },
    onCollected: (at) => void progress.reach(MACHINE_SOURCE, at),
    measureSelf: reading.measure,
  });

  await Promise.all(sources.map(async ({ engine }) => await engine.open(now())));
  reading.begin(sources);
  const stopping = { is: false };
  const loops = sources.map(
    async (source) =>
      await readForever(source, {
        now,
        delay: async (ms) => await new Promise((resolve) => setTimeout(resolve, ms)),
        isStopping: () => stopping.is,
        onRound(source, round) {
          const { name, reader } = source;
          reading.sawRound(source, round);
          lookForLoss();
          if (round.lines > 0) progress.sawLines(now());
          if (progress.reach(name, round.complete) && round.lines > 0) ticking.wake();
          surface.metrics.observeRound(name, round.tookMs);
          surface.sayProblems(name, reader.problems());
        },
      }),
  );
  ticking.start();
  collecting.start();
  storage.recheck(() => count(EVICTING_REDIS));
  void delivering.verify();
  surface.show({ sources, ticker, reading });
  const watches = watching.lineWatches.length + watching.machineWatches.length;
  log.info({ version: VERSION, host, sources: names, watches, http: surface.port }, 'linesman is watching');

  return {
    httpPort: surface.port,
    takenOver: turn.over,
    failed: Promise.all(loops).then(() => new Promise<never>(() => {})),
    async stop() {
      stopping.is = true;
      const giveUp = setTimeout(() => abort.abort(), STOP_WITHIN_MS);
      const readers = sources.map(async ({ reader }) => await reader.close());
      await Promise.allSettled([...readers, ...loops, collecting.stop(), ticking.stop()]);
      await closeAll(closers, log);
      clearTimeout(giveUp);
    },
  };
}

/** Unique over all starts: a part that is random for this start, and a counter. */
function createCommitIds(): () => string {
  const boot = randomUUID().slice(0, 8);
  let commits = 0;
  return () => {
    commits += 1;
    return `${boot}.${commits}`;
  };
}

/** In the opposite order of opening; one that fails does not keep the others from closing. */
async function closeAll(closers: Closers, log: Logger): Promise<void> {
  for (const close of [...closers].reverse()) {
    await close().catch((error: unknown) => log.warn({ error: messageOf(error) }, 'A part did not close'));
  }
}
