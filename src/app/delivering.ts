/** Delivering live: the notifier, and what is said and measured of each try. */
import type { Config } from '../config/config.ts';
import type { DeliveryJournal, Notifier, Store } from '../core/ports.ts';
import { createDeliver, type Deliver, type DeliveryReport } from '../engine/deliver.ts';
import { createMailNotifier } from '../notifiers/mail.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Surface } from './surface.ts';

/** Undefined where nobody is to be told. Throws UserError where the SMTP address cannot be read. */
export function createNotifier({ mail }: Config): Notifier | undefined {
  return mail.smtp ? createMailNotifier({ smtpUrl: mail.smtp, from: mail.from }) : undefined;
}

export interface Delivering {
  readonly deliver: Deliver;
  /** Connects once without sending, so that a wrong password shows before the first fault. */
  verify(): Promise<void>;
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

  function onOutcome({ id, receiver, attempt, result, message }: DeliveryReport): void {
    surface.metrics.countDelivery(result);
    if (result === 'sent') {
      surface.health.clear('mail');
      log.info({ id, receiver, attempt }, 'Notification delivered');
      return;
    }
    surface.health.set('mail', message ?? 'Mail cannot be delivered.');
    const sentence = result === 'dead' ? 'Gave up a notification' : 'Notification not delivered yet; it is tried again';
    log.error({ id, receiver, attempt, message }, sentence);
    if (result === 'dead') parts.onDead(id);
  }

  return {
    deliver: createDeliver({ ...parts, notifier: parts.notifier ?? NOBODY, onOutcome }),
    async verify() {
      const outcome = await parts.notifier?.verify();
      if (outcome && !outcome.ok) surface.health.set('mail', outcome.message);
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
