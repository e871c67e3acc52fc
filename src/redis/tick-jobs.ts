/**
 * Takes ticks from their queue. One is taken as it is added, since who adds is who runs: BullMQ's own loop waits for a
 * job, and asks twice for each.
 */
import type { Worker } from 'bullmq';
import { messageOf } from '../core/errors.ts';
import { tickProcessor } from './processors.ts';

const TOKEN = 'tick';

export interface TickJobs {
  /** One was added. Returns at once. */
  take(): void;
  /** Resolves when none is run any more. */
  rest(): Promise<void>;
}

/** Runs those that an earlier start left, too. `worker` has no processor and does not run by itself. */
export function createTickJobs(
  worker: Worker,
  run: (id: number) => Promise<void>,
  complain: (message: string) => void,
): TickJobs {
  const process = tickProcessor(run, complain);
  let wanted = Number.POSITIVE_INFINITY;
  let taking: Promise<void> | undefined;

  async function takeAll(): Promise<void> {
    while (wanted > 0) {
      wanted -= 1;
      const job = await worker.getNextJob(TOKEN, { block: false });
      if (job === undefined) {
        wanted = 0;
        return;
      }
      await process(job);
      await job.moveToCompleted(undefined, TOKEN, false);
    }
  }

  function begin(): void {
    taking ??= takeAll()
      .catch((error: unknown) => {
        wanted = 0;
        complain(`Jobs: ${messageOf(error)}`);
      })
      .finally(() => {
        taking = undefined;
        if (wanted > 0) begin();
      });
  }

  function take(): void {
    wanted += 1;
    begin();
  }

  // Of a start that was killed, or one that took longer than its lock.
  worker.on('stalled', take);
  void worker.startStalledCheckTimer().catch((error: unknown) => complain(`Jobs: ${messageOf(error)}`));
  begin();
  return { take, rest: async () => await taking };
}
