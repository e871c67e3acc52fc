/** The jobs: BullMQ wakes, retries and spreads; what is to be done stands in the store, so a lost job loses nothing. */
import type { JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { createJobConnections } from './job-connections.ts';
import { atMostEvery, within } from './limits.ts';
import { notifyProcessor, retryDelayMs } from './processors.ts';
import { createTickJobs } from './tick-jobs.ts';

const ADD_WITHIN_MS = 2_000;
const CLOSE_WITHIN_MS = 1_500;
const LOCK_MS = 10_000;
/** Not renewed: a tick that takes longer is done again. */
const TICK_LOCK_MS = 60_000;
/** A job of a worker that was killed is done again within the lock and this; more often costs an idle host more than that is worth. */
const STALLED_EVERY_MS = 10_000;
/** A worker without jobs asks again this often; jobs wake it. BullMQ waits no longer than 10 s. */
const ASK_AGAIN_S = 10;
/** BullMQ's own 15 s would be 15 s without jobs after each restart of Redis. */
const WORKER_RETRY_MS = 1_000;
/** A tick or a telling can be done twice, so a stalled one is simply done again. */
const STALLED_MAX = 1_000;
/** The notifier gives up by time (a day), long before this. */
const ATTEMPTS_MAX = 100_000;
const COMPLETED_TICKS_KEPT = 10;
/** The host's timer runs late ticks itself: when none of so many was run, they are dropped. */
const TICKS_WAITING_MAX = 100;
const ERROR_EVERY_MS = 10_000;

export interface Queues {
  /** Rejects within 2 s where Redis does not take it. */
  enqueueTick(id: number): Promise<void>;
  /** Does nothing where the notification waits or is being told already. Rejects within 2 s where Redis does not take it. */
  enqueueNotify(id: string): Promise<void>;
  /** Resolves within 2 s, with Redis or without it. */
  close(): Promise<void>;
}

/**
 * Waits 2 s at most for Redis; without it the workers begin when it is there. `attempt` counts from 1. onError is called
 * at most once in 10 s.
 */
export async function createQueues(parts: {
  readonly url: string;
  readonly host: string;
  readonly onTick: (id: number) => Promise<void>;
  readonly onNotify: (notificationId: string, attempt: number) => Promise<'done' | { readonly retryInMs: number }>;
  readonly onError: (message: string) => void;
}): Promise<Queues> {
  // Loaded here and not at the top: replay and the small commands do without its 290 files and 30 MiB, and so does a start.
  const { Queue, Worker } = await import('bullmq');
  const prefix = `{linesman:${parts.host}}`;
  const connections = createJobConnections(parts.url);
  const complain = atMostEvery(ERROR_EVERY_MS, parts.onError);
  let addedSinceRun = 0;
  const runTick = (id: number) => {
    addedSinceRun = 0;
    return parts.onTick(id);
  };
  const queueOptions = { prefix, connection: connections.queue, skipVersionCheck: true };
  const workerOptions = {
    prefix,
    connection: connections.worker,
    skipVersionCheck: true,
    concurrency: 1,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_EVERY_MS,
    drainDelay: ASK_AGAIN_S,
    maxStalledCount: STALLED_MAX,
    runRetryDelay: WORKER_RETRY_MS,
    settings: { backoffStrategy: (_attempts: number, _type?: string, error?: Error) => retryDelayMs(error) },
  };
  const ticks = new Queue('tick', queueOptions);
  const notifications = new Queue('notify', queueOptions);
  const tickWorker = new Worker('tick', null, { ...workerOptions, autorun: false, lockDuration: TICK_LOCK_MS });
  const workers = [tickWorker, new Worker('notify', notifyProcessor(parts.onNotify, complain), workerOptions)];
  for (const one of [ticks, notifications]) one.on('error', (error) => complain(`Jobs: ${error.message}`));
  for (const one of workers) one.on('error', (error) => complain(`Jobs: ${error.message}`));

  const tickJobs = createTickJobs(tickWorker, runTick, complain);

  await within(ADD_WITHIN_MS, ticks.waitUntilReady()).catch(() => {});

  return {
    async enqueueTick(id) {
      addedSinceRun += 1;
      await add(connections.queue, ticks, { id }, tickOptions(id));
      tickJobs.take();
      if (addedSinceRun > TICKS_WAITING_MAX) {
        await within(ADD_WITHIN_MS, ticks.drain());
        addedSinceRun = 0;
      }
    },
    async enqueueNotify(id) {
      await add(connections.queue, notifications, { id }, notifyOptions(id));
    },
    async close() {
      // Without Redis a worker would wait for the job it asked for, and for ever.
      const isAway = connections.queue.status !== 'ready';
      const closing = [
        ...(isAway ? [] : [tickJobs.rest()]),
        ...workers.map((one) => one.close(isAway)),
        ticks.close(),
        notifications.close(),
      ];
      await within(CLOSE_WITHIN_MS, Promise.allSettled(closing)).catch(() => {});
      connections.end();
    },
  };
}

function tickOptions(id: number): JobsOptions {
  return { jobId: `tick-${id}`, removeOnComplete: COMPLETED_TICKS_KEPT, removeOnFail: COMPLETED_TICKS_KEPT };
}

function notifyOptions(id: string): JobsOptions {
  return {
    jobId: `notify-${id}`,
    attempts: ATTEMPTS_MAX,
    backoff: { type: 'as-told' },
    // Gone when it ends, so that the same id can be enqueued again.
    removeOnComplete: true,
    removeOnFail: true,
    stackTraceLimit: 1,
  };
}

/** While Redis is away ioredis and BullMQ would keep every add in memory and do them all when it is back. */
async function add(
  redis: Redis,
  queue: Queue,
  data: { readonly id: string | number },
  options: JobsOptions,
): Promise<void> {
  if (redis.status !== 'ready') throw new Error(`Redis is not connected: the ${queue.name} job is not queued.`);
  await within(ADD_WITHIN_MS, queue.add(queue.name, data, options));
}
