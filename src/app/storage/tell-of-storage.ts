/** Joins what it takes to tell people that Redis cannot be used. */
import type { Config } from '../../config/config.ts';
import type { DeliveryJournal } from '../../core/ports.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { VERSION } from '../../version.ts';
import type { Surface } from '../surface.ts';
import { createDirectTelling } from '../telling/direct-telling.ts';
import type { Mailing } from '../telling/mailing.ts';
import { REDIS_REASON } from './storage.ts';
import { openStorageDown } from './storage-down.ts';
import type { StoreWait } from './store-wait.ts';

/** Looks from now on, until what it gives back is called; does nothing where nobody is to be told. */
export async function tellOfStorage(parts: {
  readonly config: Config;
  readonly mailing: Pick<Mailing, 'notifier' | 'receivers'>;
  readonly journal: DeliveryJournal;
  readonly wait: StoreWait;
  readonly surface: Pick<Surface, 'health' | 'metrics'>;
  readonly now: () => number;
  readonly clock: () => number;
  readonly log: Logger;
}): Promise<() => Promise<void>> {
  const { config, mailing, surface } = parts;
  const { notifier, receivers } = mailing;
  if (!notifier) return async () => {};
  const telling = createDirectTelling({ ...parts, notifier, onOutcome: surface.metrics.countDelivery });
  const down = await openStorageDown({
    ...{ ...parts, telling },
    facts: { host: config.host, timezone: config.timezone, version: VERSION },
    receivers,
    folder: config.data,
    reason: () => surface.health.reason(REDIS_REASON) ?? '',
  });
  down.start();
  return down.close;
}
