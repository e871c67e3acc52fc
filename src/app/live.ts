/** Joins the parts of the live service and starts them in their order; stopping goes the other way round. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { Config } from '../config/config.ts';
import { checkOptions } from '../config/options.ts';
import { messageOf } from '../core/errors.ts';
import type { Notifier } from '../core/ports.ts';
import type { Notification, Transition } from '../core/types.ts';
import { lockDataFolder } from '../data-folder.ts';
import { createSourceChain } from '../engine/chain.ts';
import { createDeliver, type DeliveryReport } from '../engine/deliver.ts';
import { createFigures, MACHINE_SOURCE } from '../engine/figures.ts';
import { readForever } from '../engine/live.ts';
import { createTicker, type Ticker } from '../engine/tick.ts';
import { openJournal } from '../notifiers/journal.ts';
import { createMailNotifier } from '../notifiers/mail.ts';
import { checkRedis } from '../redis/check.ts';
import { createQueues } from '../redis/queues.ts';
import { createHealth, type Health } from '../telemetry/health.ts';
import type { Logger } from '../telemetry/logger.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { rateLimited } from '../telemetry/rate-limited.ts';
import { VERSION } from '../version.ts';
import { startWeb } from '../web/server.ts';
import { createCollecting } from './collecting.ts';
import { createLiveSources } from './live-sources.ts';
import { DEAD_DELIVERIES, EVICTING_REDIS } from './self.ts';
import { openStorage } from './storage.ts';
import { createTicking } from './ticking.ts';
import { loadWatching } from './watching.ts';

/** A Redis that was trusted at start is looked at again this often. */
const RECHECK_MS = 60_000;
/** Stopping does not wait longer than this for Redis. */
const STOP_WITHIN_MS = 3_500;

export interface Service {
  readonly httpPort: number;
  /** Rejects when a part fails that cannot go on; the process should end. */
  readonly failed: Promise<never>;
  /** Stops reading, flushes, closes; within 5 s. */
  stop(): Promise<void>;
}

export interface ServiceParts {
  readonly config: Config;
  readonly log: Logger;
  readonly redisProgram?: string | undefined;
  /** For the demo, which shows what happens. */
  readonly onTransitions?: (transitions: readonly Transition[]) => void;
}

export async function startService({ config, log, redisProgram, onTransitions }: ServiceParts): Promise<Service> {
  for (const warning of config.warnings) log.warn({ warning }, 'Configuration');
  const watching = await loadWatching(config);
  const notifier = config.mail.smtp
    ? createMailNotifier({ smtpUrl: config.mail.smtp, from: config.mail.from })
    : undefined;
  const lock = await lockDataFolder(config.data);
  const closers: (() => Promise<void>)[] = [async () => await lock.release()];
  const abort = new AbortController();
  try {
    return await startParts();
  } catch (error) {
    abort.abort();
    await closeAll(closers, log);
    throw error;
  }

  async function startParts(): Promise<Service> {
    const now = Date.now;
    const reasons = createHealth();
    reasons.set('start', 'linesman is starting.');
    const health = createLoggedHealth(reasons, log);
    const bootId = randomUUID().slice(0, 8);
    let commits = 0;
    const newCommitId = () => `${bootId}.${++commits}`;
    const complete: Record<string, number> = {};
    let lastLinesAt = 0;
    const limited = rateLimited(log, 10_000);
    let ticker: Ticker | undefined;

    const live = () => sources?.list ?? [];
    let sources: Awaited<ReturnType<typeof createLiveSources>> | undefined;
    const metrics = createMetrics({ version: VERSION });
    const web = await startWeb({
      ...config.http,
      async metrics() {
        for (const { name, engine } of live()) {
          const { totals, skipped, watermark } = engine.state();
          metrics.setLineTotals(name, totals);
          metrics.setSkipped(name, skipped);
          if (watermark !== undefined) metrics.setWatermark(name, watermark);
        }
        metrics.setOutbox(ticker?.state()?.outbox.length ?? 0);
        metrics.setOpenFaults(ticker?.state()?.book.faults ?? []);
        metrics.setDroppedLogs(limited.dropped());
        return await metrics.text();
      },
      health: () => ({
        ok: health.reasons().length === 0,
        reasons: health.reasons(),
        lines: live().reduce((sum, { engine }) => sum + accessLines(engine.state()), 0),
        version: VERSION,
      }),
    });
    closers.push(async () => await web.close());
    // Redis may be long in coming; until then this is where to ask why.
    log.info({ http: web.port }, 'Serving /metrics and /healthz');

    await mkdir(config.data, { recursive: true });
    const journal = await openJournal(config.data);
    closers.push(async () => await journal.close());
    const storage = await openStorage({ config, health, log, signal: abort.signal, redisProgram });
    closers.push(storage.close);
    const { store } = storage;

    const names = config.sources.map(({ name }) => name);
    const judging = createTicker({
      store,
      facts: { host: config.host, timezone: config.timezone, version: VERSION },
      receivers: notifier ? config.mail.to : [],
      watches: {
        ...Object.fromEntries(names.map((name) => [name, watching.lineWatches])),
        [MACHINE_SOURCE]: watching.machineWatches,
      },
      newCommitId,
    });
    ticker = judging;
    const figures = createFigures(createSourceChain({ store, host: config.host, source: MACHINE_SOURCE, newCommitId }));
    const deliver = createDeliver({ store, host: config.host, notifier: notifier ?? NOBODY, journal, onOutcome });
    const onError = (error: unknown) =>
      limited.warn({ error: messageOf(error) }, 'A job was not taken; it is tried again');
    const queues = await createQueues({
      url: storage.url,
      host: config.host,
      onTick: async () => await ticking.run('queue'),
      onNotify: async (id, attempt) => await deliver(id, attempt, now()),
      onError: (message) => onError(message),
    });
    closers.push(queues.close);
    const ticking = createTicking({
      ...{
        ticker: judging,
        journal,
        now,
        onError,
        enqueueTick: queues.enqueueTick,
        enqueueNotify: queues.enqueueNotify,
      },
      complete: () => ({ ...complete }),
      lastLinesAt: () => lastLinesAt,
      onTransitions(transitions) {
        for (const { fault, to, at, reason } of transitions) {
          log.info(
            {
              watch: fault.watch,
              source: fault.source,
              labels: fault.first.labels,
              to,
              at: new Date(at).toISOString(),
              reason,
              fault: fault.id,
            },
            'Fault',
          );
        }
        for (const { to } of transitions) metrics.countTransition(to);
        onTransitions?.(transitions);
      },
      onNotifications: (notifications) => notifications.forEach(logDecided),
      onTick: metrics.observeTick,
    });
    sources = await createLiveSources({
      config,
      watching,
      store,
      newCommitId,
      judge: judgeUpTo,
      judgedUntil: (name) => judging.state()?.judged[name],
    });
    const collecting = createCollecting({
      runners: watching.collectors.map((plugin) => ({
        name: plugin.name,
        runner: plugin.compile(checkOptions(plugin.options, config.collectors[plugin.name]?.options ?? {}).options),
      })),
      figures,
      now,
      onCollected: (at) => {
        complete[MACHINE_SOURCE] = at;
      },
      onError: (name, error) => log.warn({ name, error: messageOf(error) }, 'A collector did not answer'),
    });
    const recheck = setInterval(() => void checkAgain(), RECHECK_MS);
    const stopping = { is: false };
    // Before anybody is told that we watch: what is written from then on counts, also at the very first start.
    await Promise.all(sources.list.map(async ({ engine }) => await engine.open(now())));
    const loops = sources.list.map(
      async (source) =>
        await readForever(source, {
          now,
          delay: async (ms) => await new Promise((resolve) => setTimeout(resolve, ms)),
          isStopping: () => stopping.is,
          onRound({ name, reader }, round) {
            if (round.lines > 0) lastLinesAt = now();
            const before = complete[name] ?? 0;
            complete[name] = Math.max(before, round.complete ?? 0);
            if (round.lines > 0 && Math.floor(complete[name] / 1_000) > Math.floor(before / 1_000)) ticking.wake();
            metrics.observeRound(name, round.tookMs);
            sayProblems(name, reader.problems());
          },
        }),
    );
    ticking.start();
    collecting.start();
    void verifyMail();
    reasons.clear('start');
    log.info(
      {
        version: VERSION,
        host: config.host,
        sources: names,
        watches: watching.lineWatches.length + watching.machineWatches.length,
        http: web.port,
      },
      'linesman is watching',
    );

    return { httpPort: web.port, failed: Promise.all(loops).then(() => new Promise<never>(() => {})), stop };

    function sayProblems(name: string, problems: readonly string[]): void {
      if (problems.length > 0) health.set(`source ${name}`, problems.join(' '));
      else health.clear(`source ${name}`);
    }

    async function judgeUpTo(source: string, upTo: number): Promise<void> {
      await ticking.run('timer', { ...complete, [source]: upTo });
    }

    async function stop(): Promise<void> {
      stopping.is = true;
      clearInterval(recheck);
      const giveUp = setTimeout(() => abort.abort(), STOP_WITHIN_MS);
      await Promise.allSettled([
        ...(sources?.list ?? []).map(({ reader }) => reader.close()),
        ...loops,
        collecting.stop(),
        ticking.stop(),
      ]);
      await notifier?.close();
      await closeAll(closers, log);
      clearTimeout(giveUp);
    }

    function onOutcome({ id, receiver, attempt, result, message }: DeliveryReport): void {
      metrics.countDelivery(result);
      if (result === 'sent') {
        health.clear('mail');
        log.info({ id, receiver, attempt }, 'Notification delivered');
        return;
      }
      health.set('mail', message ?? 'Mail cannot be delivered.');
      log.error(
        { id, receiver, attempt, message },
        result === 'dead' ? 'Gave up a notification' : 'Notification not delivered yet; it is tried again',
      );
      const isAboutItself = judging.state()?.outbox.find((one) => one.id === id)?.model.watch === DEAD_DELIVERIES;
      if (result === 'dead' && !isAboutItself)
        void figures.add([{ series: DEAD_DELIVERIES, value: 1 }], now()).catch(onError);
    }

    async function verifyMail(): Promise<void> {
      const outcome = await notifier?.verify();
      if (outcome && !outcome.ok) health.set('mail', outcome.message);
    }

    async function checkAgain(): Promise<void> {
      try {
        await checkRedis(storage.redis, abort.signal);
        health.clear('redis-policy');
      } catch (error) {
        if (abort.signal.aborted) return;
        health.set('redis-policy', messageOf(error));
        await figures.add([{ series: EVICTING_REDIS, value: 1 }], now()).catch(onError);
      }
    }

    function logDecided({ id, receiver, model }: Notification): void {
      log.info({ id, receiver, transition: model.transition, subject: model.subject }, 'Notification decided');
    }
  }
}

const NOBODY: Notifier = {
  deliver: async () => ({ ok: false, retryable: false, message: 'There is no notifier; set LINESMAN_SMTP_URL.' }),
  verify: async () => ({ ok: true }),
  async close() {},
};

/** Reasons are logged when they come and when they go, not at every look. */
function createLoggedHealth(health: Health, log: Logger): Health {
  return {
    ...health,
    set(name, reason) {
      const isNews = health.set(name, reason);
      if (isNews) log.error({ name, reason }, 'Not well');
      return isNews;
    },
    clear(name) {
      const wasSet = health.clear(name);
      if (wasSet) log.info({ name }, 'Well again');
      return wasSet;
    },
  };
}

function accessLines({
  totals,
}: {
  readonly totals: readonly { readonly status: string; readonly count: number }[];
}): number {
  return totals.reduce((sum, { status, count }) => (status === '' ? sum : sum + count), 0);
}

/** In the opposite order of opening; one that fails does not keep the others from closing. */
async function closeAll(closers: readonly (() => Promise<void>)[], log: Logger): Promise<void> {
  for (const close of [...closers].reverse())
    await close().catch((error: unknown) => log.warn({ error: messageOf(error) }, 'A part did not close'));
}
