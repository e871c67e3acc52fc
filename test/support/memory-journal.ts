/** What was delivered, remembered for the life of the process: for replay and tests. */
import type { DeliveryJournal } from '../../src/core/ports.ts';

const ENTRIES_MAX = 10_000;

export function createMemoryJournal(): DeliveryJournal {
  const ids = new Set<string>();

  return {
    has: (id) => ids.has(id),
    async append({ id }) {
      ids.delete(id);
      ids.add(id);
      const [oldest] = ids;
      if (ids.size > ENTRIES_MAX && oldest !== undefined) ids.delete(oldest);
    },
    async close() {},
  };
}
