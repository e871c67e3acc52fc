/** What a worker does with a job. */
import type { Job } from 'bullmq';
import { messageOf } from '../core/errors.ts';

const RETRY_AFTER_BUG_MS = 30_000;
/** Not all at once, where many wait for one server to come back. */
const JITTER = 0.2;

/** Thrown to be tried again: no failure, so nobody is told. */
class RetryLater extends Error {
  readonly retryInMs: number;
  constructor(retryInMs: number) {
    super(`again in ${retryInMs} ms`);
    this.name = 'RetryLater';
    this.retryInMs = retryInMs;
  }
}

export function tickProcessor(
  onTick: (id: number) => Promise<void>,
  complain: (message: string) => void,
): (job: Job<{ readonly id: number }>) => Promise<void> {
  return async ({ data }) => {
    await onTick(data.id).catch((error: unknown) => complain(`Tick ${data.id} failed: ${messageOf(error)}`));
  };
}

export function notifyProcessor(
  onNotify: (id: string, attempt: number) => Promise<'done' | { readonly retryInMs: number }>,
  complain: (message: string) => void,
): (job: Job<{ readonly id: string }>) => Promise<void> {
  return async ({ data, attemptsMade }) => {
    const outcome = await onNotify(data.id, attemptsMade + 1).catch((error: unknown) => {
      complain(`Notification ${data.id} failed: ${messageOf(error)}`);
      return { retryInMs: RETRY_AFTER_BUG_MS };
    });
    if (outcome !== 'done') throw new RetryLater(outcome.retryInMs);
  };
}

/** Up to a fifth later than was told; a job that ended any other way (it stalled) comes back after half a minute. */
export function retryDelayMs(error: Error | undefined): number {
  const told = error instanceof RetryLater ? error.retryInMs : RETRY_AFTER_BUG_MS;
  return Math.round(told * (1 + JITTER * Math.random()));
}
