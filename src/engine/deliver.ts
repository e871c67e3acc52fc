/** Delivers what stands in the outbox, and decides when it is tried again or given up. */
import type { DeliveryJournal, Notifier, Store } from '../core/ports.ts';
import { loadHost } from './host-state.ts';

/** A notification is tried this long; later it is news no more. */
export const GIVE_UP_AFTER_MS = 24 * 3_600_000;
/** Waits between tries: 2 s, 4 s, … and never more than this. */
export const RETRY_MAX_MS = 5 * 60_000;

export interface DeliveryParts {
  readonly store: Store;
  readonly host: string;
  readonly notifier: Notifier;
  readonly journal: DeliveryJournal;
  /** What came of a try, for health, log and metrics. */
  readonly onOutcome: (outcome: DeliveryReport) => void;
  /** The journal holds the entry in memory and could not write it: only a crash makes a second mail of it. */
  readonly onJournalFailure?: (error: unknown, entry: JournalEntry) => void;
}

export type JournalEntry = Parameters<DeliveryJournal['append']>[0];

export interface DeliveryReport {
  readonly id: string;
  readonly receiver: string;
  readonly attempt: number;
  readonly result: 'sent' | 'retry' | 'dead';
  readonly message?: string | undefined;
}

export type Deliver = (id: string, attempt: number, now: number) => Promise<'done' | { readonly retryInMs: number }>;

export function createDeliver(parts: DeliveryParts): Deliver {
  // By the clock of the tries: what happened long ago is told late after a long pause, and is news then.
  const firstTriedAt = new Map<string, number>();

  /** Never throws: a mail that the server has taken must not be tried again because our disk is full. */
  async function remember(entry: JournalEntry): Promise<void> {
    await parts.journal.append(entry).catch((error: unknown) => parts.onJournalFailure?.(error, entry));
  }

  return async (id, attempt, now) => {
    if (parts.journal.has(id)) return 'done';
    const { state } = await loadHost(parts.store, parts.host);
    const notification = state.outbox.find((one) => one.id === id);
    if (!notification) {
      firstTriedAt.delete(id);
      return 'done';
    }
    const { receiver } = notification;
    const triedSince = firstTriedAt.get(id) ?? now;
    firstTriedAt.set(id, triedSince);
    const outcome = await parts.notifier.deliver(notification, attempt, now);
    if (outcome.ok) {
      firstTriedAt.delete(id);
      await remember({ id, at: now, outcome: 'sent' });
      parts.onOutcome({ id, receiver, attempt, result: 'sent' });
      return 'done';
    }
    const { message } = outcome;
    if (outcome.retryable && now - triedSince < GIVE_UP_AFTER_MS) {
      parts.onOutcome({ id, receiver, attempt, result: 'retry', message });
      return { retryInMs: retryInMs(attempt) };
    }
    firstTriedAt.delete(id);
    await remember({ id, at: now, outcome: 'dead' });
    parts.onOutcome({ id, receiver, attempt, result: 'dead', message });
    return 'done';
  };
}

/** Doubling from 2 s, to RETRY_MAX_MS. */
export function retryInMs(attempt: number): number {
  return Math.min(RETRY_MAX_MS, 1_000 * 2 ** Math.min(attempt, 20));
}
