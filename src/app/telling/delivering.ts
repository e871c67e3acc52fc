/** Delivering live: the notifier, and what is said and measured of each try. */
import type { Config } from '../../config/config.ts';
import { messageOf } from '../../core/errors.ts';
import type { DeliveryJournal, Notifier, Store } from '../../core/ports.ts';
import {
  createDeliver,
  type Deliver,
  type DeliveryReport,
  type JournalEntry,
  retryInMs,
} from '../../engine/deliver.ts';
import { createMailNotifier, type MailNotifier } from '../../notifiers/mail.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Surface } from '../surface.ts';
import { createAgain } from './again.ts';

/** Undefined where nobody is to be told. Throws UserError where the SMTP address cannot be read. */
export function createNotifier({ mail }: Config): MailNotifier | undefined {
  return mail.smtp ? createMailNotifier({ smtpUrl: mail.smtp, from: mail.from }) : undefined;
}

/** Trouble is looked at again this often while it lasts, sooner at first. */
const AGAIN_MAX_MS = 60_000;
/** More receivers than this that are refused say nothing new. */
const REFUSED_MAX = 20;

export interface Delivering {
  readonly deliver: Deliver;
  /** Connects without sending, so that a wrong password shows before the first fault; again until it works. */
  verify(): Promise<void>;
  /** Ends the verifying. */
  close(): Promise<void>;
}

export function createDelivering(parts: {
  readonly store: Store;
  readonly host: string;
  readonly journal: DeliveryJournal;
  readonly notifier: Notifier | undefined;
  readonly surface: Pick<Surface, 'health' | 'metrics'>;
  readonly log: Logger;
  readonly onDead: (id: string) => void;
}): Delivering {
  const { surface, log } = parts;
  const { health } = surface;
  const mailAgain = createAgain(verify);
  const journalAgain = createAgain(writeAgain);
  /** Receiver to its number; each is well again by itself. */
  const refused = new Map<string, number>();
  let unwritten: JournalEntry | undefined;

  function onOutcome({ id, receiver, attempt, result, message = 'Mail cannot be delivered.' }: DeliveryReport): void {
    surface.metrics.countDelivery(result);
    if (result === 'sent') {
      health.clear('mail');
      mailAgain.cancel();
      forgive(receiver);
      log.info({ id, receiver, attempt }, 'Notification delivered');
      return;
    }
    if (result === 'dead') {
      refuse(receiver, message);
      log.error({ id, receiver, attempt, message }, 'Gave up a notification');
      parts.onDead(id);
      return;
    }
    health.set('mail', message);
    if (parts.notifier) mailAgain.arm(AGAIN_MAX_MS);
    log.error({ id, receiver, attempt, message }, 'Notification not delivered yet; it is tried again');
  }

  function refuse(receiver: string, message: string): void {
    const number = refused.get(receiver) ?? freeNumber(refused);
    if (number > REFUSED_MAX) return;
    refused.set(receiver, number);
    health.set(`mail to ${number}`, message);
  }

  function forgive(receiver: string): void {
    const number = refused.get(receiver);
    if (number === undefined) return;
    refused.delete(receiver);
    health.clear(`mail to ${number}`);
  }

  async function verify(attempt: number): Promise<void> {
    const outcome = await parts.notifier?.verify();
    if (!outcome || mailAgain.isClosed()) return;
    if (outcome.ok) return void health.clear('mail');
    health.set('mail', outcome.message);
    mailAgain.arm(Math.min(retryInMs(attempt), AGAIN_MAX_MS), attempt + 1);
  }

  function onJournalFailure(error: unknown, entry: JournalEntry): void {
    unwritten = entry;
    const why = messageOf(error);
    health.set(
      'journal',
      `The delivery journal cannot be written (${why}): after a crash a mail may come twice. Free some space in the data folder.`,
    );
    journalAgain.arm(AGAIN_MAX_MS);
  }

  /** The next mail may be days away. */
  async function writeAgain(): Promise<void> {
    const entry = unwritten;
    if (entry) await journal.append(entry).catch((error: unknown) => onJournalFailure(error, entry));
  }

  const journal: DeliveryJournal = {
    ...parts.journal,
    async append(entry) {
      await parts.journal.append(entry);
      unwritten = undefined;
      health.clear('journal');
    },
  };

  return {
    deliver: createDeliver({ ...parts, journal, notifier: parts.notifier ?? NOBODY, onOutcome, onJournalFailure }),
    verify: async () => await verify(1),
    async close() {
      mailAgain.close();
      journalAgain.close();
    },
  };
}

function freeNumber(taken: ReadonlyMap<string, number>): number {
  const numbers = new Set(taken.values());
  let number = 1;
  while (numbers.has(number)) number += 1;
  return number;
}

/** For what an earlier configuration left in the outbox: it waits until there is a server again. */
const NOBODY: Notifier = {
  deliver: async () => ({
    ok: false,
    retryable: true,
    message: 'A notification waits and there is no server to send by; set LINESMAN_SMTP_URL.',
  }),
  verify: async () => ({ ok: true }),
  async close() {},
};
