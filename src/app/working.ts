/** Joins the parts that work: sources, judging, telling, the machine's figures. None of them is started yet. */
import { randomUUID } from 'node:crypto';
import type { Config } from '../config/config.ts';
import { messageOf } from '../core/errors.ts';
import type { Store } from '../core/ports.ts';
import type { Transition } from '../core/types.ts';
import { createSourceChain } from '../engine/chain.ts';
import { createFigures, type Figures, MACHINE_SOURCE } from '../engine/figures.ts';
import type { LiveSource } from '../engine/live.ts';
import { createTicker, type Ticker, type TickOrders } from '../engine/tick.ts';
import { createRecall } from '../memory/recall.ts';
import { createQueues, type Queues } from '../redis/queues.ts';
import type { Logger } from '../telemetry/logger.ts';
import { VERSION } from '../version.ts';
import { createClockBack } from './clock-back.ts';
import { type Contracts, createContracts } from './contract/contract.ts';
import type { Watching } from './knowing/watching.ts';
import { createEarlierLearning, type EarlierLearning } from './learning/learning.ts';
import { createMeasuring, type Measuring } from './measuring.ts';
import type { Closers, Opened } from './opening.ts';
import { createParsing } from './parsing/parsing.ts';
import { createLiveSources } from './reading/live-sources.ts';
import { createProgress, type Progress } from './reading/progress.ts';
import { createReading, type Reading } from './reading/reading.ts';
import { createWitness } from './reading/witness.ts';
import { createReloading, type Reloading } from './reload/reloading.ts';
import { DEAD_DELIVERIES, STATE_LOST } from './self.ts';
import { createStateLost } from './storage/state-lost.ts';
import { createDelivering, type Delivering } from './telling/delivering.ts';
import type { Mailing } from './telling/mailing.ts';
import { createTicking, type Ticking } from './ticking.ts';

export interface Working {
  readonly sources: readonly LiveSource[];
  readonly ticker: Ticker;
  readonly ticking: Ticking;
  readonly jobs: Jobs;
  readonly delivering: Delivering;
  readonly reading: Reading;
  readonly measuring: Measuring;
  readonly figures: Figures;
  readonly progress: Progress;
  readonly reloading: Reloading;
  readonly contracts: Contracts;
  readonly learning: EarlierLearning;
  /** Adds one to a figure of linesman itself. */
  readonly count: Count;
  /** To be called after rounds and ticks: says when the store was found emptied. */
  readonly lookForLoss: () => void;
}

/** Reading does not wait for them: BullMQ is loaded when it has begun, and until then asking for a tick waits. */
interface Jobs {
  begin(): void;
  close(): Promise<void>;
}

type Count = (series: string, lines?: readonly string[]) => void;
type OnError = (error: unknown) => void;

interface Given {
  readonly config: Config;
  readonly log: Logger;
  readonly onTransitions?: ((transitions: readonly Transition[]) => void) | undefined;
}

/** What it opens adds its closer. */
export function createWorking(given: Given, opened: Opened, closers: Closers): Working {
  const { config, log } = given;
  const { surface, watching, mirror, storage } = opened;
  const store = createRecall(storage.store);
  const { host } = config;
  const newCommitId = createCommitIds();
  const progress = createProgress();
  const onError: OnError = (error) =>
    surface.limited.warn({ error: messageOf(error) }, 'A part of the work failed; it is tried again');
  const figures = createFigures(createSourceChain({ store, host, source: MACHINE_SOURCE, newCommitId }));
  const count: Count = (series, lines) =>
    void figures.add([{ series, value: 1, ...(lines && { lines }) }], Date.now()).catch(onError);
  const ticker = createTickerOf(config, { ...opened, store }, newCommitId);
  const delivering = createDeliveringOf(given, opened, { ticker, count });
  closers.push(delivering.close);
  let sources: readonly LiveSource[] = [];
  const lookForLoss = createStateLost({
    ...{ sources: () => sources, ticker, now: Date.now },
    onLost() {
      log.error({}, 'Redis was emptied: what was counted is written anew, nothing is counted again');
      count(STATE_LOST);
    },
  });
  const learning = createEarlierLearning({ config, store, ticker, health: surface.health, now: Date.now, log });
  closers.push(learning.stop);
  let measuring: Measuring | undefined;
  const onTransitions: Given['onTransitions'] = (transitions) => {
    if (transitions.some(beginsInLog)) measuring?.checking.suspect();
    given.onTransitions?.(transitions);
  };
  const { ticking, jobs } = createTickingOf({ ...given, onTransitions }, opened, {
    ...{ ticker, delivering, progress, learning, lookForLoss, onError },
  });
  closers.push(jobs.close);
  const parsing = createParsing({ patterns: watching.patterns.map(({ spec }) => spec), surface, log, count });
  closers.push(parsing.close);
  // It starts while the sources are opened.
  parsing.warmUp();
  const witness = createWitness();
  sources = createLiveSources({
    ...{ config, parsing, witness, store, mirror, newCommitId },
    judge: async (source, upTo) => await ticking.run('timer', { ...progress.complete(), [source]: upTo }),
    learning,
    judgedUntil: (name) => ticker.state()?.judged[name],
    onEnded: (source) => log.info({ source }, 'The source has ended; nothing more comes from it'),
  });
  const reading = createReading({ config, surface, witness, now: Date.now, log });
  closers.push(reading.stop);
  measuring = createMeasuring({ config, log, figures, progress, ticking, reading, onError }, opened, closers);
  let inForce = { config, watching };
  const contracts = createContracts({
    ...{ config: () => inForce.config, watching: () => inForce.watching, sources, now: Date.now, log },
    places: opened.places,
    parserFor: ({ timezone, pattern }) => parsing.parserFor({ timezone, only: pattern }),
  });
  closers.push(contracts.stop);
  const reloading = createReloading({
    ...{ config, folder: opened.folder, surface, log, now: Date.now },
    async use(next, armed) {
      opened.mailing.use(next);
      ticker.order(ordersOf(next, armed, opened.mailing));
      inForce = { config: next, watching: armed };
      measuring?.useChecks(armed.checks);
      await parsing.use(armed.patterns.map(({ spec }) => spec));
    },
  });
  return {
    ...{ sources, ticker, ticking, jobs, delivering, reading, measuring, figures, progress, count, lookForLoss },
    ...{ reloading, contracts, learning },
  };
}

/** What the lines of a log say is wrong may be explained by what a check finds. */
function beginsInLog({ to, fault }: Transition): boolean {
  return to !== 'resolved' && fault.source !== MACHINE_SOURCE;
}

function ordersOf(config: Config, watching: Watching, mailing: Mailing): TickOrders {
  return {
    receivers: mailing.receivers(),
    falseAlarmsPerMonth: config.falseAlarmsPerMonth,
    digestAtMs: config.digest,
    watches: {
      ...Object.fromEntries(config.sources.map(({ name }) => [name, watching.lineWatches])),
      [MACHINE_SOURCE]: watching.machineWatches,
    },
  };
}

function createTickerOf(
  config: Config,
  { watching, mailing, store }: Pick<Opened, 'watching' | 'mailing'> & { readonly store: Store },
  newCommitId: () => string,
): Ticker {
  return createTicker({
    store,
    facts: { host: config.host, timezone: config.timezone, version: VERSION },
    ...ordersOf(config, watching, mailing),
    newCommitId,
  });
}

function createDeliveringOf(
  { config, log }: Given,
  { journal, mailing, surface, storage }: Opened,
  { ticker, count }: Pick<Working, 'ticker' | 'count'>,
): Delivering {
  return createDelivering({
    ...{ store: storage.store, host: config.host, journal, notifier: mailing.notifier, surface, log },
    onDead(id) {
      // A mail about undeliverable mails that cannot be delivered would tell of itself for ever.
      const about = ticker.state()?.outbox.find((one) => one.id === id)?.model.watch;
      if (about !== DEAD_DELIVERIES) count(DEAD_DELIVERIES);
    },
  });
}

function createTickingOf(
  { config, onTransitions }: Given,
  { journal, surface, storage }: Opened,
  parts: Pick<Working, 'ticker' | 'delivering' | 'progress' | 'learning' | 'lookForLoss'> & {
    readonly onError: OnError;
  },
): { readonly ticking: Ticking; readonly jobs: Jobs } {
  const { ticker, delivering, progress, learning, onError } = parts;
  const sayClock = createClockBack({
    ...{ health: surface.health, timezone: config.timezone, now: Date.now },
    judged: () => parts.ticker.state()?.judged ?? {},
  });
  let queues: Promise<Queues> | undefined;
  const ticking = createTicking({
    ...{ ticker, journal, now: Date.now, onError },
    enqueueTick: async (id) => await (await queues)?.enqueueTick(id),
    enqueueNotify: async (id) => await (await queues)?.enqueueNotify(id),
    complete: progress.complete,
    isLearning: learning.isLearning,
    lastLinesAt: progress.lastLinesAt,
    onResult(result) {
      parts.lookForLoss();
      surface.logResult(result);
      onTransitions?.(result.transitions);
    },
    onTick(by, tookMs) {
      surface.metrics.observeTick(by, tookMs);
      surface.health.clear('judging');
      sayClock();
    },
    onFailed: (error) =>
      surface.health.set(
        'judging',
        `Nothing is judged: ${messageOf(error)}. Lines are still counted; please report this.`,
      ),
  });
  const jobs: Jobs = {
    begin() {
      // Their workers begin at once, with jobs that an earlier run left.
      queues = createQueues({
        ...{ url: storage.url, host: config.host, onError },
        onTick: async () => await ticking.run('queue'),
        onNotify: async (id, attempt) => await delivering.deliver(id, attempt, Date.now()),
      });
    },
    close: async () => await (await queues)?.close(),
  };
  return { ticking, jobs };
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
