/** Tells past the outbox, which stands in the store: for what must be told while there is no store. */
import type { DeliveryJournal, Notifier } from '../../core/ports.ts';
import type { Notification } from '../../core/types.ts';
import { GIVE_UP_AFTER_MS, retryInMs } from '../../engine/deliver.ts';
import type { Logger } from '../../telemetry/logger.ts';

/** What waits for the mail server; beyond it the oldest leave. */
const WAITING_MAX = 100;

export interface DirectTelling {
  add(notifications: readonly Notification[]): void;
  drop(unwanted: (notification: Notification) => boolean): void;
  waiting(): number;
  /** Tries what is due, one after the other; what is in the journal was told. */
  deliverDue(): Promise<void>;
  /** Nothing is begun any more. */
  close(): void;
}

export interface DirectTellingParts {
  readonly notifier: Notifier;
  readonly journal: DeliveryJournal;
  readonly now: () => number;
  /** In ms, never set back or forward. */
  readonly clock: () => number;
  readonly onOutcome: (result: 'sent' | 'retry' | 'dead') => void;
  readonly log: Logger;
}

export function createDirectTelling(parts: DirectTellingParts): DirectTelling {
  const { notifier, journal, now, clock, log } = parts;
  let waiting: Waiting[] = [];
  let isClosed = false;

  async function isSettled(one: Waiting): Promise<boolean> {
    const { notification, attempt } = one;
    const { id, receiver } = notification;
    if (journal.has(id)) return true;
    const outcome = await notifier.deliver(notification, attempt, now());
    if (outcome.ok) {
      parts.onOutcome('sent');
      log.info({ id, receiver, attempt }, 'Notification delivered past the outbox');
      await journal.append({ id, at: now(), outcome: 'sent' });
      return true;
    }
    const { message } = outcome;
    if (outcome.retryable && clock() < one.giveUpAt) {
      parts.onOutcome('retry');
      log.error({ id, receiver, attempt, message }, 'Notification not delivered yet; it is tried again');
      one.attempt += 1;
      one.dueAt = clock() + retryInMs(attempt);
      return false;
    }
    parts.onOutcome('dead');
    log.error({ id, receiver, attempt, message }, 'Gave up a notification');
    await journal.append({ id, at: now(), outcome: 'dead' });
    return true;
  }

  return {
    add(notifications) {
      const more = notifications.map((notification) => ({
        ...{ notification, attempt: 1, dueAt: clock(), giveUpAt: clock() + GIVE_UP_AFTER_MS },
      }));
      waiting = [...waiting, ...more].slice(-WAITING_MAX);
    },
    drop(unwanted) {
      waiting = waiting.filter(({ notification }) => !unwanted(notification));
    },
    waiting: () => waiting.length,
    async deliverDue() {
      for (const one of [...waiting]) {
        if (isClosed) return;
        if (one.dueAt <= clock() && (await isSettled(one))) waiting = waiting.filter((other) => other !== one);
      }
    },
    close() {
      isClosed = true;
    },
  };
}

interface Waiting {
  readonly notification: Notification;
  readonly giveUpAt: number;
  attempt: number;
  dueAt: number;
}
