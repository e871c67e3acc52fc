/** Who is told, and by which server; others can be given while linesman runs. */
import type { Config } from '../../config/config.ts';
import type { Notifier } from '../../core/ports.ts';
import { createNotifier } from './delivering.ts';

export interface Mailing {
  /** The same while linesman runs, whatever stands behind it; undefined where nobody is to be told. */
  readonly notifier: Notifier | undefined;
  receivers(): readonly string[];
  /** From the next mail on. Whether somebody is told stays as it was. Throws UserError as createMailing does. */
  use(config: Config): void;
  close(): Promise<void>;
}

/** Throws UserError where the SMTP address cannot be read. */
export function createMailing(config: Config): Mailing {
  const first = createNotifier(config);
  if (!first) return { notifier: undefined, receivers: () => [], use() {}, async close() {} };
  let { to, smtp, from } = config.mail;
  let current = createServer(first);
  /** Those before, until they have an outcome for all that they were given. */
  const leaving = new Set<Server>();

  async function leave(server: Server): Promise<void> {
    leaving.add(server);
    await server.settled();
    await server.notifier.close();
    leaving.delete(server);
  }

  async function close(): Promise<void> {
    await Promise.all([current, ...leaving].map(async (server) => await server.notifier.close()));
  }

  return {
    notifier: {
      deliver: async (...given) => await current.during(async (notifier) => await notifier.deliver(...given)),
      verify: async () => await current.during(async (notifier) => await notifier.verify()),
      close,
    },
    receivers: () => to,
    use(next) {
      const isSame = next.mail.smtp === smtp && next.mail.from === from;
      const notifier = isSame ? undefined : createNotifier(next);
      ({ to, smtp, from } = next.mail);
      if (!notifier) return;
      void leave(current);
      current = createServer(notifier);
    },
    close,
  };
}

interface Server {
  readonly notifier: Notifier;
  during<T>(use: (notifier: Notifier) => Promise<T>): Promise<T>;
  /** Resolves when all that it was given has an outcome. */
  settled(): Promise<void>;
}

function createServer(notifier: Notifier): Server {
  const given = new Set<Promise<unknown>>();
  return {
    notifier,
    async during(use) {
      const outcome = use(notifier);
      given.add(outcome);
      try {
        return await outcome;
      } finally {
        given.delete(outcome);
      }
    },
    async settled() {
      await Promise.allSettled(given);
    },
  };
}
