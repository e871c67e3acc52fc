/** Delivering live: the notifier, and what is said and measured of each try. */
import type { Config } from '../config/config.ts';
import type { DeliveryJournal, Notifier, Store } from '../core/ports.ts';
import { createDeliver, type Deliver, type DeliveryReport, retryInMs } from '../engine/deliver.ts';
import { createMailNotifier } from '../notifiers/mail.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Surface } from './surface.ts';

/** Undefined where nobody is to be told. Throws UserError where the SMTP address cannot be read. */
export function createNotifier({ mail }: Config): Notifier | undefined {
  return mail.smtp ? createMailNotifier({ smtpUrl: mail.smtp, from: mail.from }) : undefined;
}

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
  readonly surface: Surface;
  readonly log: Logger;
  readonly onDead: (id: string) => void;
}): Delivering {
  const { surface, log } = parts;
  let again: NodeJS.Timeout | undefined;
  let isClosed = false;

  function onOutcome({ id, receiver, attempt, result, message }: DeliveryReport): void {
    surface.metrics.countDelivery(result);
    if (result === 'sent') {
      surface.health.clear('mail');
      surface.health.clear('mail refused');
      log.info({ id, receiver, attempt }, 'Notification delivered');
      return;
    }
    surface.health.set(result === 'dead' ? 'mail refused' : 'mail', message ?? 'Mail cannot be delivered.');
    const sentence = result === 'dead' ? 'Gave up a notification' : 'Notification not delivered yet; it is tried again';
    log.error({ id, receiver, attempt, message }, sentence);
    if (result === 'dead') parts.onDead(id);
  }

  async function verify(attempt: number): Promise<void> {
    const outcome = await parts.notifier?.verify();
    if (!outcome || isClosed) return;
    if (outcome.ok) return void surface.health.clear('mail');
    surface.health.set('mail', outcome.message);
    again = setTimeout(() => void verify(attempt + 1), retryInMs(attempt));
  }

  return {
    deliver: createDeliver({ ...parts, notifier: parts.notifier ?? NOBODY, onOutcome }),
    verify: async () => await verify(1),
    async close() {
      isClosed = true;
      clearTimeout(again);
    },
  };
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
