/** The host's timer: asks the queue for ticks, runs them itself when the queue does not, and sweeps the outbox. */
import type { DeliveryJournal } from '../core/ports.ts';
import { FLUSH_MS, STEP_MS, tickDue } from '../engine/live.ts';
import type { Ticker, TickResult } from '../engine/tick.ts';

/** What stands undelivered in the outbox is enqueued again this often: a queue may lose a job. */
const SWEEP_MS = 5_000;

export interface Ticking {
  /** Runs one tick; calls that come while one waits share it, those with a `complete` of their own get their own. */
  run(by: 'queue' | 'timer', complete?: Readonly<Record<string, number>>): Promise<void>;
  /** New steps have closed: asks for a tick now instead of at the timer's next second. */
  wake(): void;
  start(): void;
  stop(): Promise<void>;
}

export interface TickingParts {
  readonly ticker: Ticker;
  readonly journal: DeliveryJournal;
  readonly now: () => number;
  /** Source to the time before which all its lines have been taken. */
  readonly complete: () => Readonly<Record<string, number>>;
  /** What is usual for this source is still being learnt: it is not judged yet. */
  readonly isLearning: (source: string) => boolean;
  readonly lastLinesAt: () => number;
  readonly enqueueTick: (id: number) => Promise<void>;
  readonly enqueueNotify: (id: string) => Promise<void>;
  readonly onResult: (result: TickResult) => void;
  readonly onTick: (by: 'queue' | 'timer', tookMs: number) => void;
  readonly onError: (error: unknown) => void;
  /** Nothing is judged while ticks fail. */
  readonly onFailed: (error: unknown) => void;
}

export function createTicking(parts: TickingParts): Ticking {
  let askedAt: number | undefined;
  let lastAskedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  let timers: NodeJS.Timeout[] = [];

  async function run(by: 'queue' | 'timer', complete?: Readonly<Record<string, number>>): Promise<void> {
    // While Redis is away ticks would pile up behind the one that hangs: who comes meanwhile shares the next one.
    if (!complete && waiting) return await waiting;
    const mine = running.then(async () => {
      if (waiting === mine) waiting = undefined;
      await tick(by, complete ?? parts.complete());
    });
    if (!complete) waiting = mine;
    running = mine.catch(() => {});
    await mine;
  }

  async function tick(by: 'queue' | 'timer', complete: Readonly<Record<string, number>>): Promise<void> {
    const started = parts.now();
    const result = await judgeAll(complete);
    askedAt = undefined;
    parts.onTick(by, parts.now() - started);
    parts.onResult(result);
    for (const { id } of result.notifications) await enqueue(id);
  }

  async function judgeAll(complete: Readonly<Record<string, number>>): Promise<TickResult> {
    try {
      const judged = Object.entries(complete).filter(([source]) => !parts.isLearning(source));
      return await parts.ticker.tick({
        complete: Object.fromEntries(judged),
        delivered: (id) => parts.journal.has(id),
      });
    } catch (error) {
      parts.onFailed(error);
      throw error;
    }
  }

  /** What the queue does not take now, the sweep brings again. */
  async function enqueue(id: string): Promise<void> {
    await parts.enqueueNotify(id).catch(parts.onError);
  }

  async function everyStep(): Promise<void> {
    const now = parts.now();
    const book = parts.ticker.state()?.book;
    const hasOpenFaults = book !== undefined && (book.faults.length > 0 || book.groups.length > 0);
    const due = tickDue({ now, lastLinesAt: parts.lastLinesAt(), hasOpenFaults, askedAt });
    if (due === 'none') return;
    if (due === 'self') {
      askedAt = undefined;
      await run('timer');
      return;
    }
    askedAt ??= now;
    lastAskedAt = now;
    await parts.enqueueTick(Math.floor(now / FLUSH_MS));
  }

  /** While lines come, a tick is asked for as each second closes: the timer's own would be a second one. */
  async function onTimer(): Promise<void> {
    const sinceMs = parts.now() - lastAskedAt;
    if (sinceMs < 0 || sinceMs >= STEP_MS || askedAt !== undefined) await everyStep();
  }

  function guarded(work: () => Promise<void>): () => void {
    return () => void work().catch(parts.onError);
  }

  async function sweep(): Promise<void> {
    for (const { id } of parts.ticker.state()?.outbox ?? []) if (!parts.journal.has(id)) await enqueue(id);
  }

  return {
    run,
    wake: guarded(everyStep),
    start() {
      timers = [setInterval(guarded(onTimer), STEP_MS), setInterval(guarded(sweep), SWEEP_MS)];
    },
    async stop() {
      for (const timer of timers) clearInterval(timer);
      await running;
    },
  };
}
