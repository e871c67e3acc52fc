/** Who is told, and by which server; others can be given while linesman runs. */
import type { Config } from '../config/config.ts';
import type { Notifier } from '../core/ports.ts';
import { createNotifier } from './delivering.ts';

export interface Mailing {
  /** The same while linesman runs, whatever stands behind it; undefined where nobody is to be told. */
  readonly notifier: Notifier | undefined;
  receivers(): readonly string[];
  /** From the next mail on. Whether somebody is told stays as it was. Resolves when the server before has what it was given. */
  use(config: Config): Promise<void>;
  close(): Promise<void>;
}

/** Throws UserError where the SMTP address cannot be read. */
export function createMailing(config: Config): Mailing {
  const first = createNotifier(config);
  if (!first) return { notifier: undefined, receivers: () => [], async use() {}, async close() {} };
  let { to, smtp, from } = config.mail;
  let current = createServer(first);

  return {
    notifier: {
      deliver: async (...given) => await current.during(async (notifier) => await notifier.deliver(...given)),
      verify: async () => await current.during(async (notifier) => await notifier.verify()),
      close: async () => await current.retire(),
    },
    receivers: () => to,
    async use(next) {
      to = next.mail.to;
      if (next.mail.smtp === smtp && next.mail.from === from) return;
      const notifier = createNotifier(next);
      if (!notifier) return;
      ({ smtp, from } = next.mail);
      const before = current;
      current = createServer(notifier);
      await before.retire();
    },
    close: async () => await current.retire(),
  };
}

interface Server {
  during<T>(use: (notifier: Notifier) => Promise<T>): Promise<T>;
  /** Closes it when all that it was given has an outcome. */
  retire(): Promise<void>;
}

function createServer(notifier: Notifier): Server {
  const given = new Set<Promise<unknown>>();
  return {
    async during(use) {
      const outcome = use(notifier);
      given.add(outcome);
      try {
        return await outcome;
      } finally {
        given.delete(outcome);
      }
    },
    async retire() {
      await Promise.allSettled(given);
      await notifier.close();
    },
  };
}
